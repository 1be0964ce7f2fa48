"""Describes one rollback: a disk and its snapshot, or several disks and the snapshots of one group."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..ecs.models import DiskInfo
from ..ecs.wire_format import written_moment
from ..groups.create import GroupSpec
from ..ledger.intent import Intent
from ..ledger.keep import Keep
from ..ledger.ownership import OF_ROLLBACK, TAG_PREFIX
from ..ledger.run import Rules
from ..snapshots.attributes import Attributes
from ..snapshots.spec import Progress, SnapshotSpec

Tell = Callable[[str], None]

ROLLING_BACK_TAG = TAG_PREFIX + "rolling-back"
"""The tag on each disk of a rollback that is under way: its key, its snapshot, and when it began."""
_LONGEST_TAG = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackSpec:
    """A rollback of `disk_id` to `snapshot_id`, or of several disks to the snapshots of one group in `snapshot_ids`.

    `declared` tells that a stack declares it. Pulumi runs one update of a stack at a time, so another rollback of the
    same series that is still marked has died, and this one replaces it. Other `triggers` make it another rollback.
    `timeout` is in seconds, for the safety snapshots. `tell` is called with what the user must read, `step` with each
    step that begins.
    """

    disk_id: str = ""
    snapshot_id: str = ""
    snapshot_ids: Mapping[str, str] = field(default_factory=dict)
    series: str
    declared: bool = False
    triggers: object = None
    stop_instance: bool = False
    safety_snapshot: bool = True
    keep_last: int = 3
    keep: tuple[Keep, ...] = ()
    timeout: float | None = None
    progress: Progress = field(default=lambda _info: None)
    tell: Tell = field(default=lambda _note: None)
    step: Tell = field(default=lambda _step: None)

    @property
    def grouped(self) -> bool:
        """Whether it has several disks. Their safety snapshots are a group, too."""
        return bool(self.snapshot_ids)

    @property
    def targets(self) -> dict[str, str]:
        """The snapshot of each disk."""
        return dict(sorted(self.snapshot_ids.items())) if self.grouped else {self.disk_id: self.snapshot_id}

    @property
    def disks(self) -> str:
        """The disks as text."""
        return f"{'disks' if self.grouped else 'disk'} {', '.join(self.targets)}"

    @property
    def rules(self) -> Rules:
        """The rules that say which safety snapshots stay."""
        return Rules(keep_last=self.keep_last, keep=self.keep)

    @property
    def key(self) -> str:
        """The hash that identifies the rollback in the tags."""
        return Intent(self.series, self._replace_inputs, 0).key

    def mark(self, now: float) -> str:
        """Return the value of ROLLING_BACK_TAG for a rollback that begins at `now`, in epoch seconds."""
        goal = "a group" if self.grouped else self.snapshot_id
        actor = f" by {self._actor}" if self.declared else ""
        return f"{self.key}{actor} to {goal} since {written_moment(now)}"[:_LONGEST_TAG]

    def is_marked(self, disk: DiskInfo) -> bool:
        """Tell whether the disk has the tag of this rollback: it is under way, or its run died."""
        return disk.tags.get(ROLLING_BACK_TAG, "").partition(" ")[0] == self.key

    def conflict_on(self, disk: DiskInfo) -> str | None:
        """Return a sentence if the disk has the tag of another rollback that is under way or died, otherwise None."""
        other = disk.tags.get(ROLLING_BACK_TAG)
        if other is None or self.is_marked(disk) or (self.declared and f" by {self._actor} " in other):
            return None
        return f"another rollback of disk {disk.disk_id} is under way: act {other}"

    @property
    def _actor(self) -> str:
        return hashlib.sha256(self.series.encode()).hexdigest()[:12]

    @property
    def safety(self) -> SnapshotSpec:
        """The spec of the safety snapshot of one disk."""
        return SnapshotSpec(
            disk_id=self.disk_id,
            attributes=self._attributes(self.disk_id, self.snapshot_id),
            replace_inputs=self._replace_inputs,
            ownership=OF_ROLLBACK,
            timeout=self.timeout,
            progress=self.progress,
        )

    @property
    def safety_group(self) -> GroupSpec:
        """The spec of the safety group of several disks. A rollback to this group undoes the first one."""
        return GroupSpec(
            disk_ids=list(self.targets),
            attributes=self._attributes(f"{len(self.targets)}-disks", "the snapshots of a group"),
            replace_inputs=self._replace_inputs,
            ownership=OF_ROLLBACK,
            timeout=self.timeout,
            progress=self.progress,
        )

    def _attributes(self, what: str, to: str) -> Attributes:
        return Attributes(
            series=self.series,
            snapshot_name=f"before-rollback-of-{what}"[:128],
            description=f"before the rollback to {to}",
        )

    @property
    def _replace_inputs(self) -> Mapping[str, object]:
        if self.grouped:
            return {"snapshot_ids": self.targets, "triggers": self.triggers}
        return {"disk_id": self.disk_id, "snapshot_id": self.snapshot_id, "triggers": self.triggers}


def conflict_remedy(disk: DiskInfo, region: str) -> str:
    """Return what the user can do about another rollback of the disk. Only the user knows whether its run is alive."""
    untag = (
        f"aliyun ecs UntagResources --RegionId {region} --ResourceType disk --ResourceId.1 {disk.disk_id} "
        f"--TagKey.1 {ROLLING_BACK_TAG}"
    )
    return (
        "Wait for its end. Where its run has died, run that very one again, which brings it to its end, "
        f"or give it up by `{untag}`; then run this one again."
    )
