"""The bench of a verification: it asks ECS, and knows what this run has made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..clock import Clock
from ..ecs.client import EcsClient
from ..ecs.models import DiskInfo, InstanceInfo
from ..errors import PermissionDenied, SnapshotError, Throttled, Unavailable
from ..ledger.ownership import TAG_PREFIX, new_owner
from ..region import Region
from ..waiting.shield import finish_before_cancel
from .outcome import NotProbed

T = TypeVar("T")

VERIFY_TAG = TAG_PREFIX + "verify"
"""On everything that a verification makes. Its value is the disk that the user named."""
NAME = "alicloud-snapshot-verify"
"""The name of everything that a verification makes begins with this."""
PAUSE = 2.0
"""Seconds between two looks."""
ESSD_SERIES = frozenset({"cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_regional_disk_auto"})
_MADE = {
    "CreateSnapshot": "SnapshotId",
    "CopySnapshot": "SnapshotId",
    "CreateDisk": "DiskId",
    "CreateImage": "ImageId",
    "CreateSnapshotGroup": "SnapshotGroupId",
}
"""The field of the answer that names what an action made."""
_REMOVED = {
    "DeleteSnapshot": "SnapshotId",
    "DeleteDisk": "DiskId",
    "DeleteImage": "ImageId",
    "DeleteSnapshotGroup": "SnapshotGroupId",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What ECS answered: the code of an error, or else the body by wire names."""

    code: str
    body: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The answer in words."""
        return f"answered {self.code}" if self.code else "was accepted"

    def records(self, *nesting: str) -> list[dict[str, Any]]:
        """Return the records that a Describe lists."""
        found: Any = self.body
        for name in nesting:
            found = (found or {}).get(name)
        return list(found or [])


@dataclass(frozen=True, slots=True)
class Subject:
    """The disk that the user named, and what else the user allows."""

    region: Region
    disk: DiskInfo
    instance: InstanceInfo | None = None
    copies_to: Region | None = None
    stops_instance: bool = False

    @property
    def mark(self) -> Mapping[str, str]:
        """The tag of everything that is made."""
        return {VERIFY_TAG: self.disk.disk_id}

    @property
    def essd(self) -> bool:
        return self.disk.category in ESSD_SERIES

    def require_essd(self) -> None:
        """Raise NotProbed unless the disk is of the ESSD series."""
        if not self.essd:
            raise NotProbed("the disk is not of the ESSD series")

    def require_older(self) -> None:
        """Raise NotProbed if the disk is of the ESSD series."""
        if self.essd:
            raise NotProbed("the disk is of the ESSD series: verify a disk of an older category for it")

    @property
    def regions(self) -> list[Region]:
        """The regions in which something is made."""
        return [self.region, *([self.copies_to] if self.copies_to else [])]


@dataclass
class Made:
    """The ids of what this run made and did not remove, by the parameter that names it, and by region."""

    ids: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def note(self, action: str, region: str, asked: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Note what an accepted call made or removed."""
        if action in _MADE:
            self.ids[_MADE[action], asked.get("DestinationRegionId", region)].add(body[_MADE[action]])
        elif action in _REMOVED:
            name = _REMOVED[action]
            self.ids[name, region].discard(asked[name])


class Bench:
    """Asks ECS about one subject. If several probes need the same thing, `shared` makes it once."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.made = Made()
        self.run_id = new_owner()
        self._calls = 0
        self._shared: dict[Callable[[Bench], Awaitable[Any]], Any] = {}

    @property
    def client(self) -> EcsClient:
        return self.subject.region.client

    @property
    def clock(self) -> Clock:
        return self.subject.region.clock

    @property
    def tags(self) -> list[dict[str, str]]:
        """The mark, as a call takes it."""
        return [{"Key": key, "Value": value} for key, value in self.subject.mark.items()]

    def token(self) -> str:
        """Return a new client token."""
        self._calls += 1
        return f"pas-verify-{self.run_id}-{self._calls}"[:64]

    async def ask(self, action: str, *, region: Region | None = None, **parameters: Any) -> Answer:
        """Make a call with parameters by wire names, and return the answer. A refusal is an answer, too.

        A cancellation waits for a call that makes something. Else nobody would know what to remove. Raises NotProbed
        if RAM refuses the action, and what the client raises if no answer came.
        """
        client = (region or self.subject.region).client

        async def call() -> Answer:
            body = await client.call(action, "a probe", parameters)
            self.made.note(action, client.region, parameters, body)
            return Answer("", body)

        try:
            return await (finish_before_cancel(call()) if action in _MADE else call())
        except (Throttled, Unavailable):
            raise
        except PermissionDenied as error:
            raise NotProbed(f"the account may not call ecs:{action} ({error.code})") from None
        except SnapshotError as error:
            if not error.code:
                raise
            return Answer(error.code, {})

    async def needed(self, action: str, **parameters: Any) -> Answer:
        """Return the answer of a call that a probe needs. Raises NotProbed if ECS refuses it."""
        answer = await self.ask(action, **parameters)
        if answer.code:
            raise NotProbed(f"{action}, which it needs, {answer.text}")
        return answer

    async def snapshot(self, **more: Any) -> str:
        """Begin a snapshot of the disk and return its id."""
        answer = await self.needed("CreateSnapshot", **self.creation(), **more)
        return str(answer.body["SnapshotId"])

    def creation(self) -> dict[str, Any]:
        """Return the parameters of a new snapshot."""
        disk_id = self.subject.disk.disk_id
        return {"DiskId": disk_id, "SnapshotName": NAME, "Tag": self.tags, "ClientToken": self.token()}

    async def record(self, snapshot_id: str, region: Region | None = None) -> dict[str, Any] | None:
        """Return what DescribeSnapshots shows of a snapshot, None if it lists none."""
        answer = await self.ask("DescribeSnapshots", region=region, SnapshotIds=f'["{snapshot_id}"]')
        return next(iter(answer.records("Snapshots", "Snapshot")), None)

    async def until(self, look: Callable[[], Awaitable[T | None]], patience: float, otherwise: str) -> T:
        """Return the first result of `look` that is not None. Raises NotProbed after `patience` seconds."""
        end = self.clock.now() + patience
        while (found := await look()) is None:
            if self.clock.now() > end:
                raise NotProbed(otherwise)
            await self.clock.sleep(PAUSE)
        return found

    async def shared(self, make: Callable[[Bench], Awaitable[T]]) -> T:
        """Return what `make` made. It runs once; if it raised an error, every call raises that error."""
        if make not in self._shared:
            try:
                self._shared[make] = await make(self)
            except (NotProbed, SnapshotError) as error:
                self._shared[make] = error
        found: T | Exception = self._shared[make]
        if isinstance(found, Exception):
            raise found
        return found
