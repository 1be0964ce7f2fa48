"""The base of `Snapshot` and `SnapshotCopy`, and functions that read the inputs of every resource with snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..ecs.models import SnapshotInfo
from ..ecs.wire_format import whole
from ..freezes.fields import freeze_of
from ..ledger.ownership import OWNER_KEY, held_by
from ..nouns.durations import duration_seconds
from ..nouns.noun import Operation
from ..nouns.property_values import Properties
from ..region import Region
from ..waiting.progress import Milestones
from .archive_noun import ArchivingNoun
from .attributes import Attributes
from .drift import drift_notes, loss_note
from .fields import DEFAULT_WAIT_UNTIL
from .plan import outside_window
from .spec import RecordSpec
from .window import Window, parse_window


class SnapshotNoun(ArchivingNoun[SnapshotInfo, RecordSpec]):
    """The life cycle of a resource with one snapshot."""

    id_output = "snapshot_id"

    def _snapshots(self, info: SnapshotInfo) -> Sequence[SnapshotInfo]:
        return [info]

    def _services(self, props: Properties) -> Region:
        return self._region(props)

    def _drift(self, before: Properties, info: SnapshotInfo) -> list[str]:
        return drift_notes(before, info)

    async def _loss(self, resource_id: str, before: Properties) -> str:
        return await loss_note(self._region(before).client, resource_id)


def attributes_of(inputs: Properties, name_input: str = "snapshot_name") -> Attributes:
    """Return the declared attributes of a snapshot or group, without unknown tags."""
    tags = inputs.get("tags")
    return Attributes(
        series=inputs["series"],
        snapshot_name=inputs.get(name_input),
        description=inputs.get("description"),
        retention_days=whole(inputs.get("retention_days")),
        resource_group_id=inputs.get("resource_group_id"),
        tags=dict(tags) if isinstance(tags, Mapping) else {},
    )


def window_of(inputs: Properties) -> Window | None:
    """Return the declared maintenance window."""
    return parse_window(inputs["window"]) if isinstance(inputs.get("window"), str) else None


def required_window(inputs: Properties) -> Window | None:
    """Return the window if nothing may begin outside of it, else None."""
    return window_of(inputs) if inputs.get("outside_window") == "fail" else None


def window_warnings(inputs: Properties, now: float) -> list[str]:
    """Return a warning if `now`, in seconds since the epoch, is outside of the declared window."""
    return outside_window(now, window_of(inputs), refused=required_window(inputs) is not None)


def min_age_of(inputs: Properties) -> float | None:
    """Return the declared `min_age` in seconds."""
    return duration_seconds(inputs["min_age"]) if isinstance(inputs.get("min_age"), str) else None


def common_spec(inputs: Properties, operation: Operation) -> dict[str, Any]:
    """Return the fields of `CommonSpec` that the inputs and the operation give, without the attributes."""
    return {
        "wait_until": inputs.get("wait_until", DEFAULT_WAIT_UNTIL),
        "min_age": min_age_of(inputs),
        "timeout": operation.timeout,
        "on_begun": operation.on_begun,
        "ownership": held_by(inputs.get(OWNER_KEY, "")),
        "freeze": freeze_of(inputs),
        "required_window": required_window(inputs),
        "progress": show_progress(operation),
        "warn": operation.warn,
    }


def failed(reasons: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Join the reasons of each property. Leave out a property without any."""
    return {name: "; ".join(each) for name, each in reasons.items() if each}


def consequences(inputs: Properties) -> list[str]:
    """Return a warning for each declared policy that nobody can undo."""
    if not inputs.get("force_delete"):
        return []
    return ["force_delete is set: once the snapshot is deleted, disks made from it can never be re-initialised"]


def show_progress(operation: Operation) -> Callable[[SnapshotInfo], None]:
    """Return a callback that shows the progress of a snapshot in the operation."""
    return Milestones(operation.progress).hear
