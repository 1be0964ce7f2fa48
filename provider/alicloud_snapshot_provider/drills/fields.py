"""The properties of `RestoreDrill`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..freezes.guest_scripts import MOST_BASE64, base64_length
from ..groups.preflight import MOST_DISKS
from ..nouns import rules
from ..nouns.fields import Change, Field, Kind, plain
from ..nouns.property_values import Properties
from ..snapshots.fields import SAME
from .guest import check_script
from .spec import DEFAULT_CATEGORY, DEFAULT_TIMEOUT, FILE_SYSTEM_CHECK, Check

MOST_EXIT_CODE = 255
CATEGORIES = ("cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_efficiency", "cloud_ssd")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_A_SERIAL = "0" * 20


def _timeout(value: int) -> str | None:
    if 10 <= plain(value) <= 86_400:
        return None
    return f"must be 10 to 86400 seconds, got {plain(value)}: correct it"


def _exit_code(value: int) -> str | None:
    if 0 <= plain(value) <= MOST_EXIT_CODE:
        return None
    return f"must be 0 to {MOST_EXIT_CODE}, got {plain(value)}: correct it"


def _category(value: str) -> str | None:
    if value in CATEGORIES:
        return None
    known = ", ".join(f'"{each}"' for each in CATEGORIES)
    return f"must be one of {known}, got {value!r}: remove it for {DEFAULT_CATEGORY}"


def _checks(value: Mapping[str, Mapping[str, Any]]) -> str | None:
    for name, check in value.items():
        if not _NAME.fullmatch(name) or name == FILE_SYSTEM_CHECK:
            return (
                f"has the name {name!r}: use 1 to 32 lower-case letters, digits and hyphens, a letter first, and not "
                f"{FILE_SYSTEM_CHECK}"
            )
        script = check_script(Check(name=name, command=check["command"]), [_A_SERIAL] * MOST_DISKS)
        length = base64_length(script)
        if length > MOST_BASE64:
            return (
                f"checks.{name}.command would have {length} characters as base64 with what finds the disks, and "
                f"RunCommand takes {MOST_BASE64}: put the script into the helper instance, and call it"
            )
    return None


_CHECK = (
    Field(
        "command",
        Kind.STRING,
        "A shell command that runs as root. `$DRILL_DEVICES` has the devices, in the order of the snapshots' "
        "disks. `$DRILL_MOUNTS` has the paths where their file systems are mounted read-only.",
        Change.UPDATE,
        required=True,
    ),
    Field(
        "timeout",
        Kind.INTEGER,
        f"How many seconds the command may take: 10 to 86400. {DEFAULT_TIMEOUT} by default.",
        Change.UPDATE,
        nullable=True,
        validate=_timeout,
    ),
    Field(
        "exit_code",
        Kind.INTEGER,
        "The exit code that means success. 0 by default.",
        Change.UPDATE,
        nullable=True,
        validate=_exit_code,
    ),
)

_INPUTS = (
    Field(
        "snapshot_id",
        Kind.STRING,
        "The snapshot to restore. Give either it or `snapshot_ids`. A change restores again.",
        Change.UPDATE,
        nullable=True,
        validate=rules.snapshot_id,
    ),
    Field(
        "snapshot_ids",
        Kind.TAGS,
        "The snapshots to restore and check together, 1 to 16, by disk id. `SnapshotGroup` and `SnapshotSet` have "
        "this value as their `snapshot_ids`. A change restores again.",
        Change.UPDATE,
        nullable=True,
        validate=rules.snapshot_ids,
    ),
    replace(SAME["triggers"], doc="Any JSON value. If it changes, the drill runs again.", change=Change.UPDATE),
    Field(
        "instance_id",
        Kind.STRING,
        "The helper that checks the temporary disks: a running Linux instance with Cloud Assistant. The disks are "
        "made in its zone. Without a helper the disks are made, but not checked.",
        Change.UPDATE,
        nullable=True,
        validate=rules.instance_id,
    ),
    Field(
        "zone_id",
        Kind.STRING,
        "The zone of the temporary disks if there is no `instance_id`. By default it is the zone of the snapshot's "
        "disk.",
        Change.UPDATE,
        nullable=True,
    ),
    Field(
        "disk_category",
        Kind.STRING,
        f"The category of the temporary disks. By default {DEFAULT_CATEGORY}, PL0.",
        Change.UPDATE,
        default=DEFAULT_CATEGORY,
        choices=CATEGORIES,
        validate=_category,
    ),
    Field(
        "file_system_check",
        Kind.BOOLEAN,
        "Check every file system, and then mount it read-only. Its journal is replayed first, as after a power cut.",
        Change.UPDATE,
        default=True,
    ),
    Field(
        "checks",
        Kind.OBJECTS,
        "Your own checks, by name. They run in the order of their names. Each gets all disks.",
        Change.UPDATE,
        nullable=True,
        type_name="DrillCheck",
        members=_CHECK,
        validate=_checks,
    ),
    replace(
        SAME["series"],
        doc="The name of the drill. By this name it finds temporary disks that an interrupted run left. By default "
        "it is made from organization, project, stack and URN.",
        change=Change.REPLACE,
    ),
    SAME["region"],
    SAME["preflight"],
)

_OUTPUTS = (
    Field("verified_at", Kind.STRING, "When the restore was last proven. ISO 8601, UTC."),
    Field(
        "verified_by",
        Kind.STRING,
        "The instance that read the disks. It is `disk` if the disks were made and nobody read them.",
    ),
    Field("verified_checks", Kind.STRINGS, "The checks that passed."),
)

RESTORE_DRILL_FIELDS = _INPUTS + _OUTPUTS


def checks_of(inputs: Properties) -> tuple[Check, ...]:
    """Return the checks: first that of the file systems, then the user's own."""
    default = (Check(name=FILE_SYSTEM_CHECK),) if inputs.get("file_system_check", True) else ()
    own = inputs.get("checks") or {}
    return default + tuple(_check(name, own[name]) for name in sorted(own))


def _check(name: str, value: Mapping[str, Any]) -> Check:
    return Check(
        name=name,
        command=value["command"],
        timeout=plain(value.get("timeout") or DEFAULT_TIMEOUT),
        exit_code=plain(value.get("exit_code") or 0),
    )
