"""Takes and deletes snapshot-consistent groups, whose disks are all cut at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ..clock import Clock
from ..ecs.client import EcsClient
from ..ecs.models import SnapshotGroupInfo, SnapshotGroupRequest, SnapshotInfo
from ..errors import InUse, WaitTimeout, merged_in_use
from ..freezes.freezer import Freezer
from ..ledger.ledger import Ledger
from ..ledger.ownership import belongs_to_another
from ..ledger.records import SnapshotGroupRecords
from ..ledger.retirement import MissingDisks, Retirement
from ..ledger.run import Run
from ..snapshots.attributes import converge_record
from ..snapshots.create import Taker
from ..snapshots.delete import BUSY_PATIENCE, SnapshotRemover, users_of
from ..snapshots.spec import RecordSpec
from ..waiting.batch import BatchedLookup
from ..waiting.concurrency import gather_or_cancel
from ..waiting.deadline import with_timeout
from ..waiting.poller import SnapshotWatcher
from ..waiting.progress import SlowestProgress
from ..waiting.retry import retry_while_busy


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSpec(RecordSpec):
    """A group of the named disks, or of all disks of an instance except the excluded ones."""

    disk_ids: Sequence[str] = ()
    instance_id: str | None = None
    exclude_disk_ids: Sequence[str] = ()

    @property
    def request(self) -> str:
        return f"CreateSnapshotGroup {self.origin}"

    @property
    def origin(self) -> str:
        return f"of instance {self.instance_id}" if self.instance_id else f"of disks {', '.join(self.disk_ids)}"

    @property
    def named_disks(self) -> Collection[str]:
        return self.disk_ids

    async def frozen_disks(self, client: EcsClient) -> Sequence[str]:
        if self.instance_id is None:
            return self.disk_ids
        attached = await client.disks_of_instance(self.instance_id)
        return [disk.disk_id for disk in attached if disk.disk_id not in self.exclude_disk_ids]

    async def begin(self, client: EcsClient, client_token: str, tags: Mapping[str, str]) -> str:
        request = SnapshotGroupRequest(
            instance_id=self.instance_id,
            disk_ids=self.disk_ids,
            exclude_disk_ids=self.exclude_disk_ids,
            client_token=client_token,
            name=self.attributes.snapshot_name,
            description=self.attributes.description,
            resource_group_id=self.attributes.resource_group_id,
            tags=tags,
        )
        return await client.create_snapshot_group(request)


class SnapshotGroups:
    """The services for the groups of one region. The members are polled like all other snapshots."""

    def __init__(
        self,
        client: EcsClient,
        clock: Clock,
        snapshots: BatchedLookup[SnapshotInfo],
        watcher: SnapshotWatcher,
        freezer: Freezer,
        remover: SnapshotRemover,
        missing_disks: MissingDisks,
        run: Run,
    ) -> None:
        self.records = SnapshotGroupRecords(client, snapshots)
        self.ledger = Ledger(self.records, clock)
        self.taker = SnapshotGroupTaker(self.records, clock, self.ledger, snapshots, watcher, freezer, run)
        self.remover = SnapshotGroupRemover(self.records, clock, snapshots, remover)
        self.retirement = Retirement(self.ledger, self.remover, missing_disks, client.cloud_now)


class SnapshotGroupTaker(Taker[SnapshotGroupInfo]):
    """Takes groups in one region."""

    def __init__(
        self,
        records: SnapshotGroupRecords,
        clock: Clock,
        ledger: Ledger[SnapshotGroupInfo],
        snapshots: BatchedLookup[SnapshotInfo],
        watcher: SnapshotWatcher,
        freezer: Freezer,
        run: Run,
    ) -> None:
        super().__init__(records, clock, ledger, freezer, run)
        self._snapshots = snapshots
        self._watcher = watcher

    async def wait_ready(self, info: SnapshotGroupInfo, spec: RecordSpec) -> SnapshotGroupInfo:
        """Return the group when every member is ready. `spec.progress` is called with the slowest member.

        Raises WaitTimeout, NotFound, or SnapshotFailed as soon as one member fails.
        """
        members = await asyncio.gather(*map(self._snapshots.get, info.snapshot_ids.values()))
        limit = max((spec.limit(member) for member in members if member), default=spec.base_timeout)
        slowest = SlowestProgress(spec.progress)
        waiting = gather_or_cancel(self._wait(member_id, spec, slowest) for member_id in info.snapshot_ids.values())
        try:
            await with_timeout(self._clock, limit, waiting)
        except TimeoutError:
            raise WaitTimeout(
                f"snapshot group {info.snapshot_group_id} {spec.origin} is not {spec.wait_until} "
                f"after {limit:.0f} s; it goes on in the cloud",
                snapshot_id=info.snapshot_group_id,
                remedy="Run `pulumi up` again: it resumes this group. Raise customTimeouts.create for larger disks.",
            ) from None
        return await self._records.get(info.snapshot_group_id) or info

    async def _wait(self, member_id: str, spec: RecordSpec, slowest: SlowestProgress) -> None:
        await self._watcher.wait(member_id, ready=spec.ready, progress=slowest.hear, remaining=spec.remaining)
        slowest.ended(member_id)

    async def cut_at(self, record_id: str) -> datetime | None:
        """Return the cut of the members. The creation time of the group itself is that of the call."""
        group = await self._records.get(record_id)
        members = await asyncio.gather(*map(self._snapshots.get, group.snapshot_ids.values() if group else ()))
        cuts = [member.cut_at for member in members if member and member.cut_at]
        return min(cuts) if cuts and len(cuts) == len(members) else None

    async def converge(self, info: SnapshotGroupInfo, spec: RecordSpec) -> bool:
        return await converge_record(self._records, info, spec.attributes)


@dataclass(frozen=True, slots=True)
class SnapshotGroupRemover:
    """Deletes groups in one region. A group is deleted as a whole or not at all."""

    _records: SnapshotGroupRecords
    _clock: Clock
    _snapshots: BatchedLookup[SnapshotInfo]
    _remover: SnapshotRemover

    async def remove(self, record: SnapshotGroupInfo, *, force: bool = False) -> None:
        """Delete the group with its members. A group that does not exist counts as deleted.

        DeleteSnapshotGroup deletes the group although a member is in use, and leaves that member behind. So the members
        are checked first. Raises InUse with the members in use, their images and disks.
        """
        await self.require_removable([record], force=force)
        await self._delete(record.snapshot_group_id)

    async def require_removable(self, records: Sequence[SnapshotGroupInfo], *, force: bool = False) -> None:
        """Raise InUse if a group cannot be deleted. The error names what uses which members."""
        refusals = [each for record in records for each in await self._refusals(record, force)]
        if refusals:
            raise merged_in_use(refusals)

    def deletable_part(self, record: SnapshotGroupInfo, lineages: Collection[str]) -> SnapshotGroupInfo | None:
        """Return the group, or None if its tags name an owner outside of `lineages`."""
        return None if belongs_to_another(record, lineages) else record

    async def _refusals(self, record: SnapshotGroupInfo, force: bool) -> list[InUse]:
        group = await self._records.get(record.snapshot_group_id)
        found = await asyncio.gather(*map(self._snapshots.get, group.snapshot_ids.values() if group else ()))
        members = [member for member in found if member]
        foreign = [member.snapshot_id for member in members if belongs_to_another(member, ())]
        if foreign:
            return [_held_elsewhere(record.snapshot_group_id, foreign)]
        held = [member.snapshot_id for member in members if _is_held(member, force)]
        in_use = [await self._in_use(record.snapshot_group_id, held)] if held else []
        return in_use or (await self._remover.locks(members) if members else [])

    async def _delete(self, group_id: str) -> None:
        deletion = partial(self._records.client.delete_snapshot_group, group_id)
        failures = await retry_while_busy(self._clock, deletion, patience=BUSY_PATIENCE)
        held = [member_id for member_id, error in failures.items() if isinstance(error, InUse)]
        if held:
            raise await self._in_use(group_id, held)
        for error in failures.values():
            raise error

    async def _in_use(self, group_id: str, member_ids: Sequence[str]) -> InUse:
        named = [await users_of(self._records.client, member_id) for member_id in member_ids]
        pairs = zip(member_ids, named, strict=True)
        problems = [f"snapshot {member_id} is in use by {users}" for member_id, users in pairs]
        return InUse(
            f"snapshot group {group_id} cannot be deleted: {'; '.join(problems)}",
            remedy="Delete the images first, and the disks too unless force_delete is set; then run it again.",
            images=[image for users in named for image in users.images],
            disks=[disk for users in named for disk in users.disks],
        )


def _held_elsewhere(group_id: str, member_ids: Sequence[str]) -> InUse:
    """Return the error for a group with a member that another entry holds: ECS deletes a group with all members."""
    held = f"snapshot {', '.join(member_ids)} is held by another entry of a state"
    return InUse(
        f"snapshot group {group_id} cannot be deleted: {held}",
        remedy='Destroy that one first, or set deletion_policy = "retain" here.',
    )


def _is_held(member: SnapshotInfo, force: bool) -> bool:
    return "image" in member.usage or ("disk" in member.usage and not force)
