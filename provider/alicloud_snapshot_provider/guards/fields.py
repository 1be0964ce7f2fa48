"""The settings of a guard: one table for the checks, the schema of the plugin and the manual."""

from __future__ import annotations

from dataclasses import replace

from ..drills.fields import RESTORE_DRILL_FIELDS, checks_of
from ..drills.spec import DEFAULT_CATEGORY
from ..freezes.fields import FREEZE_FIELD, freeze_of
from ..nouns import rules
from ..nouns.durations import duration_seconds
from ..nouns.fields import Change, Field, Kind, plain
from ..nouns.keep_fields import KEEP_FIELD, keep_of
from ..nouns.property_values import Properties
from ..snapshots.window import parse_window
from .drill import GuardDrill
from .guard import GuardRules

_OF_DRILL = ("instance_id", "zone_id", "disk_category", "file_system_check", "checks")


def _keep_last(value: int) -> str | None:
    if plain(value) >= 1:
        return None
    return f"must be at least 1, got {plain(value)}: a guard never removes its newest snapshot"


_OWN = (
    Field(
        "keep_last",
        Kind.INTEGER,
        "How many snapshots of each disk stay, the newest first. 3 by default.",
        validate=_keep_last,
    ),
    replace(
        KEEP_FIELD,
        doc="Which snapshots of each disk stay by the calendar. A snapshot stays if `keep_last` or "
        "any of these rules keeps it.",
    ),
    Field(
        "retention_days",
        Kind.INTEGER,
        "After how many days ECS deletes a snapshot by itself.",
        validate=rules.retention_days,
    ),
    Field(
        "min_age",
        Kind.STRING,
        'A duration such as "30m". If an earlier snapshot of the guard is younger than this, the guard takes no '
        "new one.",
        validate=rules.min_age,
    ),
    Field(
        "reuse",
        Kind.STRING,
        'Whose snapshots count for `min_age`. "guard" (default): only those that the guard took. "any": also those of '
        "an automatic policy, of the console or of another tool, if there is no `freeze`.",
        choices=("guard", "any"),
        validate=rules.guard_reuse,
    ),
    Field(
        "wait_until",
        Kind.STRING,
        'When the snapshot counts as taken: "accomplished" (default) or "available".',
        choices=("accomplished", "available"),
        validate=rules.wait_until,
    ),
    Field(
        "timeout",
        Kind.STRING,
        "How long the guard waits, a duration. After that it aborts the change.",
        validate=rules.min_age,
    ),
    Field("tags", Kind.TAGS, "Your own tags.", validate=rules.tags),
    replace(
        FREEZE_FIELD,
        doc="Commands that run right before and right after the cut. One change has one freeze for all its disks.",
    ),
    Field(
        "drill",
        Kind.OBJECT,
        "How the snapshots are proven before the change begins. The arguments are those of `RestoreDrill`.",
        type_name="GuardDrill",
        members=tuple(
            replace(field, default=None, nullable=True) for field in RESTORE_DRILL_FIELDS if field.name in _OF_DRILL
        ),
    ),
    Field(
        "window",
        Kind.STRING,
        'Maintenance hours with a time zone, such as "01:00-05:00 Asia/Shanghai".',
        validate=rules.window,
    ),
    Field(
        "outside_window",
        Kind.STRING,
        'What happens if a change begins outside of `window`. "warn" (default): the guard takes the snapshot. '
        '"fail": it aborts the change.',
        choices=("warn", "fail"),
        validate=rules.outside_window,
    ),
    Field(
        "region",
        Kind.STRING,
        "The region of the disks. By default it is the region of the guarded resource, or else that of the provider.",
        validate=rules.region,
    ),
)
GUARD_FIELDS = tuple(replace(field, change=Change.ASK, nullable=True) for field in _OWN)


def guard_rules(settings: Properties) -> GuardRules:
    """Return the rules from settings that have been checked."""
    window, tags = settings.get("window"), settings.get("tags")
    return GuardRules(
        keep_last=plain(settings.get("keep_last") or GuardRules().keep_last),
        keep=keep_of(settings),
        retention_days=plain(settings.get("retention_days")),
        min_age=duration_seconds(settings.get("min_age") or ""),
        reuse=settings.get("reuse") or "guard",
        wait_until=settings.get("wait_until") or "accomplished",
        timeout=duration_seconds(settings.get("timeout") or ""),
        freeze=freeze_of(settings),
        drill=_drill(settings.get("drill")),
        window=parse_window(window) if window else None,
        outside_window=settings.get("outside_window") or "warn",
        tags=tags or {},
    )


def _drill(settings: Properties | None) -> GuardDrill | None:
    if settings is None:
        return None
    given = {name: value for name, value in settings.items() if value is not None}
    return GuardDrill(
        given.get("instance_id", ""),
        given.get("zone_id", ""),
        given.get("disk_category", DEFAULT_CATEGORY),
        checks_of(given),
    )
