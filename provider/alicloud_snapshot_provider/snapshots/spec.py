"""What is to exist: a snapshot of a disk, or a copy of a snapshot, and how ECS is asked for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ..ecs.client import EcsClient
from ..ecs.models import SnapshotInfo
from ..freezes.spec import CONSISTENCY_APPLICATION, Freeze
from ..ledger.intent import CONSISTENCY_TAG, Intent
from ..ledger.ownership import Ownership, Phase
from ..ledger.records import Recorded
from .attributes import Attributes
from .window import Window

WaitUntil = Literal["accomplished", "available"]
Reuse = Literal["released", "any"]
"""Which members `min_age` may take again: those that a destroyed resource retained, or a guard's too."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpec(CommonSpec, ABC):
    """A snapshot that an intent asks for.

    `adopt_within`: seconds for which an accomplished snapshot that an earlier run began may still be adopted, None
    for ever; one whose cut was before `cut_after`, in epoch seconds, never is, accomplished or not. `reuse` says what
    `min_age` may take again.
    """

    base_timeout: ClassVar[float] = 3_600.0
    seconds_per_gib: ClassVar[float] = SECONDS_PER_GIB

    reuse: Reuse = "released"
    adopt_within: float | None = None
    cut_after: float | None = None

    @property
    @abstractmethod
    def request(self) -> str:
        """The call that begins it, in words."""

    @property
    @abstractmethod
    def origin(self) -> str:
        """Where its content comes from, in words that follow its id."""

    @abstractmethod
    async def begin(self, client: EcsClient, client_token: str, tags: Mapping[str, str]) -> str:
        """Ask ECS for it, and return its id. `client` is that of its region."""

    def intent(self, generation: int) -> Intent:
        return Intent(self.attributes.series, self.replace_inputs, generation)

    @property
    def requires_freeze(self) -> bool:
        """Whether only what was cut while everything was frozen counts."""
        return self.freeze is not None and self.freeze.required

    def accepts(self, record: Recorded) -> bool:
        """Tell whether what an earlier run began counts: where the freeze is demanded, only what was cut under one."""
        if not self.requires_freeze:
            return True
        return record.tags.get(CONSISTENCY_TAG) == CONSISTENCY_APPLICATION

    @property
    def named_disks(self) -> Collection[str]:
        """The disks that it is of, as far as they are named."""
        return ()

    async def frozen_disks(self, client: EcsClient) -> Sequence[str]:  # noqa: ARG002
        """Return the disks whose instances a freeze is for. `client` is that of its region."""
        return ()

    def is_stale(self, unfinished: Recorded, now: float) -> bool:
        """Tell whether too much may have been written to the disk since an earlier run made the cut; `now` is ECS's."""
        if unfinished.cut_at is None:
            return False
        if self.cut_after is not None and unfinished.cut_at.timestamp() < self.cut_after:
            return True
        if self.adopt_within is None or not unfinished.accomplished:
            return False
        return now - unfinished.cut_at.timestamp() > self.adopt_within

    def ready(self, info: SnapshotInfo) -> bool:
        """Tell whether the snapshot has reached what `wait_until` asks for."""
        return info.accomplished or (self.wait_until == "available" and info.available)

    def remaining(self, info: SnapshotInfo) -> float | None:
        """Return ECS's estimate of the seconds that remain; it has none of when the snapshot becomes available."""
        return info.remain_time if self.wait_until == "accomplished" else None

    def limit(self, info: SnapshotInfo) -> float:
        """Return the seconds for which the snapshot is waited for."""
        return self.timeout or self.base_timeout + info.source_disk_size * self.seconds_per_gib


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSpec(RecordSpec):
    """A snapshot of a disk."""

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
        return await client.create_snapshot(
            disk_id=self.disk_id,
            client_token=client_token,
            snapshot_name=attributes.snapshot_name,
            description=attributes.description,
            retention_days=attributes.retention_days,
            resource_group_id=attributes.resource_group_id,
            tags=tags,
        )
