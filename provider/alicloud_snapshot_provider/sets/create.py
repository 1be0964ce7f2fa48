"""Takes sets: each member is a snapshot of its own. A set that an earlier run began is completed."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ..clock import Clock
from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from ..errors import Incomplete, InvalidInput, SnapshotError, ThawFailed, WaitTimeout
from ..ledger.intent import Intent
from ..ledger.ledger import Ledger
from ..ledger.ownership import Phase, ownership_of
from ..ledger.records import SnapshotRecords
from ..ledger.retirement import MissingDisks, Retirement
from ..ledger.run import Run
from ..snapshots.attributes import converge
from ..snapshots.begin import Claim, Job
from ..snapshots.create import SnapshotTaker, is_taken_away, kept_but_frozen
from ..snapshots.delete import SnapshotRemover
from ..snapshots.spec import CommonSpec, SnapshotSpec
from ..waiting.batch import BatchedLookup
from ..waiting.deadline import with_timeout
from ..waiting.progress import SlowestProgress
from .records import SnapshotSetInfo, SnapshotSetRecords, SnapshotSetRemover, named_failures
from .selection import Selection, find_disks

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpec(CommonSpec):
    """A snapshot of each selected disk. `require_stopped` takes none while one of their instances runs.

    `archived` tells whether the members will be archived later.
    """

    selection: Selection
    require_stopped: bool = False
    archived: bool = False

    @property
    def named_disks(self) -> Collection[str]:
        """The disks that the selection names."""
        return self.selection.disk_ids

    def member(self, disk_id: str) -> SnapshotSpec:
        """Return the spec of the snapshot of one disk."""
        return SnapshotSpec(
            disk_id=disk_id,
            attributes=self.attributes,
            replace_inputs={**self.replace_inputs, "member": disk_id},
            wait_until=self.wait_until,
            timeout=self.timeout,
            freeze=self.freeze,
            required_window=self.required_window,
            ownership=self.ownership,
            warn=self.warn,
        )

    def intent(self, disk_id: str, generation: int) -> Intent:
        """Return the intent of one member."""
        return self.member(disk_id).intent(generation)


@dataclass(frozen=True, slots=True)
class SnapshotSetTaker:
    """Takes sets in one region."""

    _records: SnapshotSetRecords
    _clock: Clock
    _ledger: Ledger[SnapshotSetInfo]
    _taker: SnapshotTaker
    _disks: BatchedLookup[DiskInfo]
    _instances: BatchedLookup[InstanceInfo]
    _run: Run
    _claims: dict[str, str] = field(default_factory=dict)
    _series_locks: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def take(self, spec: SetSpec) -> SnapshotSetInfo:
        """Return the set when every member is ready and handed over.

        Members that an earlier run began are kept; only the missing ones are taken. Raises WaitTimeout, or Incomplete
        with the disks that have no snapshot when all the others have one.
        """
        async with self._series_locks[spec.attributes.series]:
            info, unthawed = await self._begin(spec)
        spec.on_begun(info.record_id)
        info = await self.wait_ready(info, spec)
        if await self.converge(info, spec):
            info = await self._records.reload(info) or info
        if unthawed is not None:
            raise kept_but_frozen("snapshot set", info.record_id, unthawed)
        if any(is_taken_away(member, spec.ownership) for member in info.members):
            return await self.take(spec)
        await self._run.require_engine(info.record_id)
        await self._ledger.hand_over(info, spec.ownership)
        return info

    async def wait_ready(self, info: SnapshotSetInfo, spec: SetSpec) -> SnapshotSetInfo:
        """Return the set when every member is ready. `spec.progress` is called with the slowest member."""
        limit = max((spec.member("").limit(member) for member in info.members), default=0.0)
        try:
            members = await with_timeout(self._clock, limit, self._wait_for_all(info.members, spec))
        except TimeoutError:
            raise WaitTimeout(
                f"snapshot set {info.snapshot_set_id} is not {spec.wait_until} after {limit:.0f} s; "
                "it goes on in the cloud",
                snapshot_id=info.snapshot_set_id,
                remedy="Run `pulumi up` again: it resumes this set. Raise customTimeouts.create for larger disks.",
            ) from None
        return SnapshotSetInfo(info.series, info.generation, members)

    async def converge(self, info: SnapshotSetInfo, spec: SetSpec) -> bool:
        """Set the declared attributes on every member, and tell whether that took a call."""
        changes = [self._converge_member(member, spec) for member in info.members]
        return any(await asyncio.gather(*changes))

    async def _converge_member(self, member: SnapshotInfo, spec: SetSpec) -> bool:
        patience = spec.member(member.source_disk_id).limit(member)
        return await converge(self._records.snapshots, self._clock, member, spec.attributes, patience=patience)

    async def _begin(self, spec: SetSpec) -> tuple[SnapshotSetInfo, ThawFailed | None]:
        disks = await self._selected(spec)
        await self._taker.thaw_leftovers([spec.member(disk_id) for disk_id in disks])
        sets = await self._ledger.members(spec.attributes.series)
        owner = spec.ownership.owner
        unclaimed = [each for each in sets if self._claims.get(each.record_id, owner) == owner]
        own = await self._free_part(unfinished_set(spec, unclaimed), owner)
        found = own or await self._lost(spec, sets, disks.keys()) or self._recent(spec, sets, disks.keys())
        if found is not None:
            await self._claim(found, owner)
        if found is not None and found is not own:
            return found, None
        generation = own.generation if own else 1 + max((each.generation for each in sets), default=0)
        self._claims[f"{spec.attributes.series}:{generation}"] = owner
        earlier = own.members if own else ()
        kept = [member for member in earlier if not member.failed and spec.member("").accepts(member)]
        missing = sorted(disks.keys() - {member.source_disk_id for member in kept})
        await self._require_stopped(spec, [disks[disk_id] for disk_id in missing])
        failed = Counter(member.source_disk_id for member in earlier if member not in kept)
        for member in earlier:
            await self._taker.discard_unproven(spec.member(member.source_disk_id), [member])
        begun = await self._begin_each(spec, {disk_id: failed[disk_id] for disk_id in missing}, generation)
        await self._taker.discard_failed(earlier)
        unthawed = next((claim.unthawed for claim in begun if claim.unthawed), None)
        info = SnapshotSetInfo(spec.attributes.series, generation, [*kept, *(claim.info for claim in begun)])
        return info, unthawed

    async def _free_part(self, found: SnapshotSetInfo | None, owner: str) -> SnapshotSetInfo | None:
        """Return the set without the members that another state may hold. ECS may have listed them late."""
        if found is None:
            return None
        free = [each for each in found.members if await self._is_free(found, each, owner)]
        return replace(found, members=free)

    async def _is_free(self, found: SnapshotSetInfo, member: SnapshotInfo, owner: str) -> bool:
        ownership = ownership_of(member)
        return ownership.being_created or (
            ownership.names_holder
            and (ownership.owner == owner or await self._run.never_stored(found.record_id, ownership.owner))
        )

    async def _claim(self, found: SnapshotSetInfo, owner: str) -> None:
        if owner:
            self._claims[found.record_id] = owner
            await self._ledger.claim(found, owner)

    async def _lost(
        self, spec: SetSpec, sets: Sequence[SnapshotSetInfo], disk_ids: AbstractSet[str]
    ) -> SnapshotSetInfo | None:
        """Return the newest set if a killed run handed it over, but its state was never stored."""
        newest = sets[-1] if sets else None
        if newest is None or not newest.accomplished or newest.snapshot_ids.keys() != disk_ids:
            return None
        ownership = ownership_of(newest)
        fits = all(spec.intent(each.source_disk_id, newest.generation).fits(each) for each in newest.members)
        if not fits or not ownership.names_holder:
            return None
        return newest if await self._run.never_stored(newest.record_id, ownership.owner) else None

    def _recent(
        self, spec: SetSpec, sets: Sequence[SnapshotSetInfo], disk_ids: AbstractSet[str]
    ) -> SnapshotSetInfo | None:
        """Return the newest set if it has the same disks, was retained by a destroy, and is younger than `min_age`."""
        newest = sets[-1] if sets else None
        if newest is None or spec.min_age is None or not newest.accomplished or newest.cut_at is None:
            return None
        young = self._records.client.cloud_now() - newest.cut_at.timestamp() < spec.min_age
        same = all(_is_released_for(spec, newest.generation, member) for member in newest.members)
        return newest if young and same and newest.snapshot_ids.keys() == disk_ids else None

    async def _selected(self, spec: SetSpec) -> dict[str, DiskInfo]:
        found = await find_disks(self._records.client, self._disks, spec.selection)
        gone = [disk_id for disk_id, disk in found.items() if disk is None]
        if gone or not found:
            raise InvalidInput(
                "disk_ids",
                f"there is no disk {', '.join(gone)}" if gone else f"{spec.selection}: there is none",
                remedy="Correct the selection or the region.",
            )
        return {disk_id: disk for disk_id, disk in found.items() if disk}

    async def _require_stopped(self, spec: SetSpec, disks: Sequence[DiskInfo]) -> None:
        reasons = await not_stopped(self._instances, disks) if spec.require_stopped else []
        if reasons:
            raise InvalidInput(
                "require_stopped", "; ".join(reasons), remedy="Stop the instances, then run `pulumi up` again."
            )

    async def _begin_each(self, spec: SetSpec, failed: Mapping[str, int], generation: int) -> list[Claim[SnapshotInfo]]:
        """Begin the members. `failed` has the number of failed attempts by disk."""
        jobs = [
            Job(spec.member(disk_id), spec.intent(disk_id, generation), attempts)
            for disk_id, attempts in failed.items()
        ]
        return _complete(dict(zip(failed, await self._taker.begin_together(jobs), strict=True)))

    async def _wait_for_all(self, members: Sequence[SnapshotInfo], spec: SetSpec) -> list[SnapshotInfo]:
        slowest = SlowestProgress(spec.progress)
        waits = [self._wait(member, spec, slowest) for member in members]
        outcomes = await asyncio.gather(*waits, return_exceptions=True)
        return _complete({member.source_disk_id: each for member, each in zip(members, outcomes, strict=True)})

    async def _wait(self, member: SnapshotInfo, spec: SetSpec, slowest: SlowestProgress) -> SnapshotInfo:
        alone = spec.member(member.source_disk_id)
        try:
            return await self._taker.watch(member, alone, slowest.hear)
        finally:
            slowest.ended(member.snapshot_id)


async def not_stopped(instances: BatchedLookup[InstanceInfo], disks: Sequence[DiskInfo]) -> list[str]:
    """Return a reason for each instance of the disks that is not stopped."""
    by_instance = {disk.instance_id: disk.disk_id for disk in disks if disk.instance_id}
    found = await asyncio.gather(*map(instances.get, by_instance))
    return [
        f"instance {each.instance_id} of disk {by_instance[each.instance_id]} is {each.status}, "
        "and require_stopped is set: stop it first"
        for each in found
        if each and each.status != "Stopped"
    ]


def unfinished_set(spec: SetSpec, sets: Sequence[SnapshotSetInfo]) -> SnapshotSetInfo | None:
    """Return the newest set that was begun for these inputs and is not in a state yet."""
    return next((each for each in reversed(sets) if _is_own(spec, each)), None)


def _is_own(spec: SetSpec, found: SnapshotSetInfo) -> bool:
    return any(spec.intent(member.source_disk_id, found.generation).claims(member) for member in found.members)


def _is_released_for(spec: SetSpec, generation: int, member: SnapshotInfo) -> bool:
    retained = ownership_of(member).phase is Phase.RETAINED
    return retained and spec.intent(member.source_disk_id, generation).fits(member)


def _complete(outcomes: Mapping[str, T | BaseException]) -> list[T]:
    """Return the outcomes. Raises Incomplete if some are a SnapshotError, and any other exception as it is."""
    failures = {disk_id: each for disk_id, each in outcomes.items() if isinstance(each, SnapshotError)}
    for each in outcomes.values():
        if isinstance(each, BaseException) and not isinstance(each, SnapshotError):
            raise each
    if failures:
        _raise_common(list(failures.values()), len(outcomes))
        raise Incomplete(
            f"{len(failures)} of {len(outcomes)} disks have no snapshot: {named_failures(failures)}",
            remedy="Clear this up, then run `pulumi up` again: it keeps the others and takes only what is missing.",
        )
    return [each for each in outcomes.values() if not isinstance(each, BaseException)]


def _raise_common(failures: Sequence[SnapshotError], of: int) -> None:
    """Raise the error itself if all disks have the same one, for example a failed freeze."""
    if len(failures) == of and all(error is failures[0] for error in failures) and of > 1:
        raise failures[0]


class SnapshotSets:
    """The services for the sets of one region. The members are snapshots like all others."""

    def __init__(
        self,
        snapshots: SnapshotRecords,
        clock: Clock,
        taker: SnapshotTaker,
        remover: SnapshotRemover,
        disks: BatchedLookup[DiskInfo],
        instances: BatchedLookup[InstanceInfo],
        missing_disks: MissingDisks,
        run: Run,
    ) -> None:
        self.records = SnapshotSetRecords(snapshots)
        self.ledger = Ledger(self.records, clock)
        self.taker = SnapshotSetTaker(self.records, clock, self.ledger, taker, disks, instances, run)
        self.retirement = Retirement(
            self.ledger, SnapshotSetRemover(remover), missing_disks, snapshots.client.cloud_now
        )
