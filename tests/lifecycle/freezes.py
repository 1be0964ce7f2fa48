"""What the tests of frozen snapshots share: a freeze to declare, and a time line of what was frozen, cut and thawed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from alicloud_snapshot_provider.freezes.freezer import FREEZE_TAG, THAW_TAG
from alicloud_snapshot_provider.freezes.guest_scripts import MEMORY
from ecs_emulator import Emulator, EventEntry

FREEZE: Mapping[str, Any] = {"command": "fsfreeze --freeze /data", "thaw": "fsfreeze --unfreeze /data"}
BEGINS = {"freezes": "alicloud-snapshot freezes.", "thaws": "alicloud-snapshot thaws."}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: a command of one kind started or ended well or badly on an instance, or a cut."""

    at: float
    what: str
    where: str
    freeze_id: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.where}"


def timeline(emulator: Emulator) -> list[Moment]:
    """Return in order what was frozen and thawed, and when the cuts came between."""
    emulator.now()
    return sorted(_moments(emulator), key=lambda moment: moment.at)


def _moments(emulator: Emulator) -> Iterator[Moment]:
    for event in emulator.events():
        if event.event == "snapshot.cut":
            yield Moment(event.time, "cut", event.id)
        elif event.event in {"command.started", "command.finished"} and _is_of_a_freeze(event):
            yield Moment(event.time, f"{_kind(event)} {_end(event)}", event.id, _freeze_id(event))


def _is_of_a_freeze(event: EventEntry) -> bool:
    return any(beginning in str(event.details["content"]) for beginning in BEGINS.values())


def _kind(event: EventEntry) -> str:
    content = str(event.details["content"])
    return next(kind for kind, beginning in BEGINS.items() if beginning in content)


def _end(event: EventEntry) -> str:
    return str(event.details.get("status", "started"))


def _freeze_id(event: EventEntry) -> str:
    return str(event.details["content"]).partition(f"held={MEMORY}/alicloud-snapshot-")[2].partition("\n")[0]


def steps(emulator: Emulator) -> list[str]:
    """Return what ended, in order: `freezes i-demo`, `cut`, `thaws i-demo`; with its status where that is bad."""
    ended = [moment for moment in timeline(emulator) if not moment.what.endswith("started")]
    return [_step(moment) for moment in ended]


def _step(moment: Moment) -> str:
    return "cut" if moment.what == "cut" else f"{moment.what.removesuffix(' Success')} {moment.where}"


def unthawed(emulator: Emulator) -> list[str]:
    """Return the freezes that ran and that no thaw followed to its good end."""
    emulator.now()
    ran = [each for each in emulator.world.invocation_results if each.start_time is not None]
    thaws = {
        (each.tags[THAW_TAG], each.instance_id): each.finish_time or 0.0
        for each in sorted(ran, key=lambda each: each.sequence)
        if THAW_TAG in each.tags and each.status == "Success"
    }
    freezes = {(each.tags[FREEZE_TAG], each.instance_id): each for each in ran if FREEZE_TAG in each.tags}
    return [
        f"the freeze {freeze_id} of {instance_id}"
        for (freeze_id, instance_id), freeze in freezes.items()
        if thaws.get((freeze_id, instance_id), 0.0) < (freeze.finish_time or inf)
    ]


def seen_application(emulator: Emulator) -> list[str]:
    """Return the snapshots that were cut while an instance was frozen."""
    frozen: set[tuple[str, str]] = set()
    thawing: set[tuple[str, str]] = set()
    inside = []
    for moment in timeline(emulator):
        hold = (moment.freeze_id, moment.where)
        if moment.what == "freezes Success":
            frozen.add(hold)
        elif moment.what == "thaws started":
            thawing.add(hold)
        elif moment.what == "cut" and frozen - thawing:
            inside.append(moment.where)
    return inside
