"""The spec of a snapshot: which disk, which attributes, how to wait for it, and the call that creates it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ..ecs.client import EcsClient
from ..ecs.models import SnapshotInfo, SnapshotRequest
from ..freezes.spec import CONSISTENCY_APPLICATION, Freeze
from ..ledger.intent import CONSISTENCY_TAG, Intent
from ..ledger.ownership import Ownership, Phase
from ..ledger.records import Recorded
from .attributes import Attributes
from .window import Window

WaitUntil = Literal["accomplished", "available"]
Reuse = Literal["released", "any"]
"""Which records `min_age` may take over: those that a destroyed resource retained, or also those of a guard."""
Progress = Callable[[SnapshotInfo], None]

SECONDS_PER_GIB = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonSpec:
    """What the specs of a snapshot, group or set share. A changed value in `replace_inputs` makes another intent.

    `min_age`: a finished snapshot that is younger, in seconds, may be taken over. `timeout` is in seconds, None for the
    default. `freeze` says how to freeze the instances for the cut. Outside of `required_window` nothing begins.
    `ownership` is what the tags say once the snapshot is complete.

    Callbacks: `on_begun` gets the id once ECS has it, `progress` each state until the snapshot is ready, and `warn`
    each problem that does not end the work.
    """

    attributes: Attributes
    replace_inputs: Mapping[str, object]
    wait_until: WaitUntil = "accomplished"
    min_age: float | None = None
    timeout: float | None = None
    freeze: Freeze | None = None
    required_window: Window | None = None
    ownership: Ownership = field(default=Ownership(Phase.HELD))
    on_begun: Callable[[str], None] = field(default=lambda _id: None)
    progress: Progress = field(default=lambda _info: None)
    warn: Callable[[str], None] = field(default=lambda _note: None)

    @property
    def named_disks(self) -> Collection[str]:
        """The disks that the program names."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpec(CommonSpec, ABC):
    """The spec of a record: a snapshot, a copy or a group.

    `adopt_within`: an accomplished record of an earlier run is adopted for so many seconds, None for ever. A record
    whose cut was before `cut_after`, in seconds since the epoch, is never adopted.
    """

    base_timeout: ClassVar[float] = 3_600.0
    seconds_per_gib: ClassVar[float] = SECONDS_PER_GIB

    reuse: Reuse = "released"
    adopt_within: float | None = None
    cut_after: float | None = None

    @property
    @abstractmethod
    def request(self) -> str:
        """The call that creates the record, for errors."""

    @property
    @abstractmethod
    def origin(self) -> str:
        """The source of its data, such as "of disk d-1", for errors."""

    @abstractmethod
    async def begin(self, client: EcsClient, client_token: str, tags: Mapping[str, str]) -> str:
        """Create the record and return its id. `client` is that of its region."""

    def intent(self, generation: int) -> Intent:
        return Intent(self.attributes.series, self.replace_inputs, generation)

    @property
    def requires_freeze(self) -> bool:
        """Whether a record counts only if it was cut while everything was frozen."""
        return self.freeze is not None and self.freeze.required

    def accepts(self, record: Recorded) -> bool:
        """Tell whether a record of an earlier run counts. If a freeze is required, it must be cut under one."""
        if not self.requires_freeze:
            return True
        return record.tags.get(CONSISTENCY_TAG) == CONSISTENCY_APPLICATION

    async def frozen_disks(self, client: EcsClient) -> Sequence[str]:  # noqa: ARG002
        """Return the disks whose instances are frozen for the cut. `client` is that of the record's region."""
        return ()

    def is_stale(self, unfinished: Recorded, now: float) -> bool:
        """Tell whether the cut of an earlier run is too old. `now` is the time of ECS, in seconds since the epoch."""
        if unfinished.cut_at is None:
            return False
        if self.cut_after is not None and unfinished.cut_at.timestamp() < self.cut_after:
            return True
        if self.adopt_within is None or not unfinished.accomplished:
            return False
        return now - unfinished.cut_at.timestamp() > self.adopt_within

    def ready(self, info: SnapshotInfo) -> bool:
        """Tell whether the snapshot has reached `wait_until`."""
        return info.accomplished or (self.wait_until == "available" and info.available)

    def remaining(self, info: SnapshotInfo) -> float | None:
        """Return ECS's estimate of the remaining seconds. It has none for `available`."""
        return info.remain_time if self.wait_until == "accomplished" else None

    def limit(self, info: SnapshotInfo) -> float:
        """Return the time-out of the wait in seconds."""
        return self.timeout or self.base_timeout + info.source_disk_size * self.seconds_per_gib


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSpec(RecordSpec):
    """The spec of a snapshot of a disk."""

    disk_id: str

    @property
    def request(self) -> str:
        return f"CreateSnapshot of disk {self.disk_id}"

    @property
    def origin(self) -> str:
        return f"of disk {self.disk_id}"

    @property
    def named_disks(self) -> Collection[str]:
        return (self.disk_id,)

    async def frozen_disks(self, _client: EcsClient) -> Sequence[str]:
        return [self.disk_id]

    async def begin(self, client: EcsClient, client_token: str, tags: Mapping[str, str]) -> str:
        attributes = self.attributes
        request = SnapshotRequest(
            disk_id=self.disk_id,
            client_token=client_token,
            snapshot_name=attributes.snapshot_name,
            description=attributes.description,
            retention_days=attributes.retention_days,
            resource_group_id=attributes.resource_group_id,
            tags=tags,
        )
        return await client.create_snapshot(request)
