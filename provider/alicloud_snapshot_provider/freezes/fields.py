"""The argument `freeze` of the nouns and of the guards: its properties and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..nouns import rules
from ..nouns.fields import Change, Field, Kind, plain
from ..nouns.property_values import Properties, contains_unknown
from .guest_scripts import MOST_BASE64, base64_length, freeze_script, names_a_shell, thaw_script
from .spec import DEFAULT_TIMEOUT, SHELL, Commands, Freeze, hold_seconds

TYPES = (SHELL, "RunBatScript", "RunPowerShellScript")
MOST_TAGS = rules.MOST_TAGS - 1
_A_FREEZE_ID = "0" * 41
"""A stand-in as long as a real id, to measure the scripts."""


def _timeout(value: int) -> str | None:
    if 10 <= plain(value) <= 86_400:
        return None
    return f"must be 10 to 86400 seconds, got {plain(value)}: correct it"


def _on_failure(value: str) -> str | None:
    if value in {"abort", "continue"}:
        return None
    return f'must be "abort" or "continue", got {value!r}: remove it to take no snapshot if the freeze fails'


def _type(value: str) -> str | None:
    if value in TYPES:
        return None
    return f"must be {', '.join(TYPES[:-1])} or {TYPES[-1]}, got {value!r}: remove it for a shell script"


_COMMANDS = (
    Field(
        "command",
        Kind.STRING,
        "The command that freezes. It must return only when nothing is written any more.",
        Change.UPDATE,
    ),
    Field(
        "thaw",
        Kind.STRING,
        "The command that thaws. It always runs, even if the freeze failed, and it may run twice.",
        Change.UPDATE,
    ),
    Field(
        "timeout",
        Kind.INTEGER,
        "How many seconds each of the two commands may take: 10 to 86400, 60 by default. The cut may take as long "
        "again. After that the guest thaws by itself.",
        Change.UPDATE,
        nullable=True,
        validate=_timeout,
    ),
    Field(
        "on_failure",
        Kind.STRING,
        'What happens if a freeze fails. "abort" (default): no snapshot is taken, and the run fails. "continue": '
        "the run warns, and the snapshot is only crash-consistent.",
        Change.UPDATE,
        nullable=True,
        choices=("abort", "continue"),
        validate=_on_failure,
    ),
    Field(
        "type",
        Kind.STRING,
        "The type of the command: RunShellScript (default), RunBatScript or RunPowerShellScript. The guest thaws "
        "by itself only with RunShellScript.",
        Change.UPDATE,
        nullable=True,
        type_name="CommandType",
        choices=TYPES,
        validate=_type,
    ),
    Field(
        "username",
        Kind.STRING,
        "The user that runs the commands. By default root, or System on Windows.",
        Change.UPDATE,
    ),
    Field(
        "working_dir",
        Kind.STRING,
        "The directory in which the commands run. By default the user's home.",
        Change.UPDATE,
    ),
)
COMMAND_FIELDS = tuple(replace(field, nullable=True) for field in _COMMANDS)


def freeze_reason(value: Mapping[str, Any]) -> str | None:
    """Return why the members of `freeze` do not fit together, or None."""
    instances = value.get("instances") or {}
    if not instances and not value.get("command"):
        return (
            "freeze.command is required: give the command that freezes, for all instances or for each under instances"
        )
    everywhere = {"freeze": value} if value.get("command") or value.get("thaw") else {}
    own = {f"freeze.instances.{each}": {**value, **_given(given)} for each, given in instances.items()}
    reasons = (_commands_reason(path, commands) for path, commands in (everywhere | own).items())
    return next((reason for reason in reasons if reason), None)


def _commands_reason(path: str, value: Mapping[str, Any]) -> str | None:
    for name in ("command", "thaw"):
        if not value.get(name):
            return f"{path}.{name} is required: a freeze needs a command that freezes and one that thaws"
        if (value.get("type") or SHELL) == SHELL and not names_a_shell(value[name]):
            first = value[name].strip().splitlines()[0]
            return f"{path}.{name} must be a script for a shell, got {first!r}: call the other one from it"
    commands = _commands(value)
    for name, script in (
        ("command", freeze_script(commands, _A_FREEZE_ID, hold_seconds([commands]))),
        ("thaw", thaw_script(commands, _A_FREEZE_ID)),
    ):
        if (length := base64_length(script)) > MOST_BASE64:
            return (
                f"{path}.{name} would have {length} characters as base64 with what thaws by itself, and RunCommand "
                f"takes {MOST_BASE64}: put the script into the guest, and call it"
            )
    return None


FREEZE_FIELD = Field(
    "freeze",
    Kind.OBJECT,
    "Commands that freeze the running instances of the disks right before the cut, and thaw them right after it.",
    Change.UPDATE,
    nullable=True,
    type_name="Freeze",
    members=(
        *COMMAND_FIELDS,
        Field(
            "instances",
            Kind.OBJECTS,
            "What differs on some instances, by instance id. If there is no command for all, only these instances "
            "are frozen.",
            Change.UPDATE,
            nullable=True,
            type_name="InstanceFreeze",
            members=COMMAND_FIELDS,
        ),
    ),
    validate=freeze_reason,
)
CONSISTENCY_FIELD = Field(
    "consistency",
    Kind.STRING,
    '"application" if every running instance was frozen at the cut, otherwise "crash".',
)


def freeze_of(inputs: Properties) -> Freeze | None:
    """Return the declared freeze, or None if there is none or it is not known yet."""
    value = inputs.get("freeze")
    if not value or contains_unknown(value):
        return None
    instances = value.get("instances") or {}
    return Freeze(
        everywhere=_commands(value) if value.get("command") else None,
        instances={each: _commands({**value, **_given(own)}) for each, own in instances.items()},
    )


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if each is not None}


def _commands(value: Mapping[str, Any]) -> Commands:
    return Commands(
        command=value["command"],
        thaw=value["thaw"],
        timeout=plain(value.get("timeout") or DEFAULT_TIMEOUT),
        on_failure=value.get("on_failure") or "abort",
        kind=value.get("type") or SHELL,
        username=value.get("username"),
        working_dir=value.get("working_dir"),
    )


def too_many_tags(inputs: Properties) -> dict[str, str]:
    """Return why there are too many tags beside `freeze`: it needs one more tag of the provider."""
    tags = inputs.get("tags")
    if not inputs.get("freeze") or not isinstance(tags, Mapping) or len(tags) <= MOST_TAGS:
        return {}
    return {"tags": f"must be at most {MOST_TAGS} beside freeze, whose outcome is a tag, got {len(tags)}: remove some"}
