"""The bench of a verification: it asks ECS, and knows what this run has made of which disk."""

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
"""On everything that a verification makes: the disk that it was asked to work with."""
NAME = "alicloud-snapshot-verify"
"""What the name of everything begins with that a verification makes."""
ESSD_SERIES = frozenset({"cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_regional_disk_auto"})
_MADE = {
    "CreateSnapshot": "SnapshotId",
    "CopySnapshot": "SnapshotId",
    "CreateDisk": "DiskId",
    "CreateImage": "ImageId",
    "CreateSnapshotGroup": "SnapshotGroupId",
}
"""The field of the answer that names what an action has made."""
_REMOVED = {
    "DeleteSnapshot": "SnapshotId",
    "DeleteDisk": "DiskId",
    "DeleteImage": "ImageId",
    "DeleteSnapshotGroup": "SnapshotGroupId",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What ECS answered: the error's code, or the body by wire names where it is none."""

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
    """What a verification works with: the disk that the user named, and what is allowed beyond it."""

    region: Region
    disk: DiskInfo
    instance: InstanceInfo | None = None
    copies_to: Region | None = None
    stops_instance: bool = False

    @property
    def mark(self) -> Mapping[str, str]:
        """The tag of all that is made."""
        return {VERIFY_TAG: self.disk.disk_id}

    @property
    def essd(self) -> bool:
        return self.disk.category in ESSD_SERIES

    @property
    def regions(self) -> list[Region]:
        """The regions in which something is made."""
        return [self.region, *([self.copies_to] if self.copies_to else [])]


@dataclass
class Made:
    """The ids of what this run has made and not removed, by action, region by region."""

    ids: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def note(self, action: str, region: str, asked: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Take in what an accepted call made or removed."""
        if action in _MADE:
            self.ids[_MADE[action], asked.get("DestinationRegionId", region)].add(body[_MADE[action]])
        elif action in _REMOVED:
            name = _REMOVED[action]
            self.ids[name, region].discard(asked[name])


class Bench:
    """Asks ECS about one subject. What a probe needs that others need too is made once: see `shared`."""

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
        """The mark as the parameter `Tag` of a call that creates."""
        return [{"Key": key, "Value": value} for key, value in self.subject.mark.items()]

    def token(self) -> str:
        """Return a client token that nobody has used."""
        self._calls += 1
        return f"pas-verify-{self.run_id}-{self._calls}"[:64]

    async def ask(self, action: str, *, region: Region | None = None, **parameters: Any) -> Answer:
        """Make a call with parameters by wire names, and return the answer, also where it is a refusal.

        A cancellation waits for a call that makes something: only so is it known what to remove. Raises NotProbed where
        RAM refuses the action, and what the client raises where no answer came.
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
        """Return the answer of a call that a probe needs. Raises NotProbed where it is refused."""
        answer = await self.ask(action, **parameters)
        if answer.code:
            raise NotProbed(f"{action}, which it needs, {answer.text}")
        return answer

    async def snapshot(self, **more: Any) -> str:
        """Begin a snapshot of the disk and return its id."""
        answer = await self.needed("CreateSnapshot", **self.creation(), **more)
        return str(answer.body["SnapshotId"])

    def creation(self) -> dict[str, Any]:
        """Return what each snapshot is asked for with."""
        disk_id = self.subject.disk.disk_id
        return {"DiskId": disk_id, "SnapshotName": NAME, "Tag": self.tags, "ClientToken": self.token()}

    async def record(self, snapshot_id: str, region: Region | None = None) -> dict[str, Any] | None:
        """Return what DescribeSnapshots shows of a snapshot, None where it is not listed."""
        answer = await self.ask("DescribeSnapshots", region=region, SnapshotIds=f'["{snapshot_id}"]')
        return next(iter(answer.records("Snapshots", "Snapshot")), None)

    async def shared(self, make: Callable[[Bench], Awaitable[T]]) -> T:
        """Return what `make` makes, which is made once. Raises what it raised, each time."""
        if make not in self._shared:
            try:
                self._shared[make] = await make(self)
            except (NotProbed, SnapshotError) as error:
                self._shared[make] = error
        found: T | Exception = self._shared[make]
        if isinstance(found, Exception):
            raise found
        return found
