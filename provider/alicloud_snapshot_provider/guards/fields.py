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
        "Snapshots of each disk that stay, the newest first; 3 by default.",
        validate=_keep_last,
    ),
    replace(KEEP_FIELD, doc="Which snapshots of each disk stay by the calendar, beside those of `keep_last`."),
    Field(
        "retention_days",
        Kind.INTEGER,
        "Days after which ECS deletes a snapshot by itself.",
        validate=rules.retention_days,
    ),
    Field(
        "min_age",
        Kind.STRING,
        'A duration such as "30m" for which an earlier snapshot of the guard is still fresh enough.',
        validate=rules.min_age,
    ),
    Field(
        "wait_until",
        Kind.STRING,
        '"accomplished" (default) or "available".',
        choices=("accomplished", "available"),
        validate=rules.wait_until,
    ),
    Field(
        "timeout",
        Kind.STRING,
        "A duration after which the wait ends and the change is aborted.",
        validate=rules.min_age,
    ),
    Field("tags", Kind.TAGS, "Tags of your own.", validate=rules.tags),
    replace(FREEZE_FIELD, doc="Commands right before and right after the cut, one freeze for all disks of a change."),
    Field(
        "drill",
        Kind.OBJECT,
        "How what was taken is proven before the change begins; the arguments are those of `RestoreDrill`.",
        type_name="GuardDrill",
        members=tuple(
            replace(field, default=None, nullable=True) for field in RESTORE_DRILL_FIELDS if field.name in _OF_DRILL
        ),
    ),
    Field(
        "window",
        Kind.STRING,
        'Maintenance hours with time zone, such as "01:00-05:00 Asia/Shanghai".',
        validate=rules.window,
    ),
    Field(
        "outside_window",
        Kind.STRING,
        'What a change outside of `window` meets: "warn" (default) takes the snapshot, "fail" aborts the change.',
        choices=("warn", "fail"),
        validate=rules.outside_window,
    ),
    Field(
        "region",
        Kind.STRING,
        "The region of the disks; by default that of the guarded resource, else the provider's.",
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
