"""Plans the pruning of a series for the command line, which shows the plan first and then carries it out."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..ecs.models import LockInfo, SnapshotGroupInfo, SnapshotInfo
from ..errors import PermissionDenied
from ..ledger.intent import generation_of
from ..ledger.ownership import Phase, ownership_of
from ..ledger.records import Recorded
from ..ledger.retention import Fate, Verdict, retention_plan
from ..ledger.retirement import Retirement
from ..ledger.run import Rules
from ..region import Region
from ..sets.records import SnapshotSetInfo
from ..snapshots.delete import users_of

_BY_NAME = {
    Phase.HELD: "release 0.1.0 took it, and a state may hold it",
    Phase.RETAINED: "it was retained",
    Phase.LET_GO: "it is the history of what this state does not hold",
}
"""Records that stay unless the user names their series, and why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to the records of one series in one region: snapshots, groups or sets, the newest first.

    `snapshots` are the snapshots of each record, by the record's id.
    """

    series: str
    region: str
    rules: Rules
    verdicts: Sequence[Verdict[Any]]
    snapshots: Mapping[str, Sequence[SnapshotInfo]]
    retirement: Retirement[Any]

    @property
    def removed(self) -> list[Verdict[Any]]:
        """The records that are removed."""
        return [verdict for verdict in self.verdicts if verdict.fate is Fate.REMOVE]

    async def carry_out(self, tell: Callable[[str], None]) -> None:
        """Remove what the plan removes. A record that now has a user or another owner stays, and `tell` is called."""
        await self.retirement.carry_out(self.verdicts, self.rules, tell, look_again=True)


async def plan_pruning(
    region: Region,
    series: str,
    rules: Rules,
    held: Collection[str],
    *,
    lineages: Collection[str] = (),
    by_name: bool = False,
) -> Plan:
    """Judge the records of a series by `rules`. Read-only; raises what the calls raise.

    A record stays if ECS would not delete it, if its id is in `held` (the ids in the state), or if another state may
    hold it. Three kinds of records are judged only if the user named the series (`by_name`): what was retained, what
    release 0.1.0 took, and the history of entries that are not in `lineages`, the lineages of the state.
    """
    records, retirement = await _records(region, series)
    snapshots = dict(zip((each.record_id for each in records), await _of_each(region, records), strict=True))
    locks = await locks_of(region)
    verdicts: list[Verdict[Any]] = [
        verdict if verdict.fate is Fate.KEEP else await keep_undeletable(region, verdict, snapshots, held, locks)
        for verdict in (
            _keep_owned(each, lineages, by_name) for each in retention_plan(records, rules.keep_last, rules.keep)
        )
    ]
    return Plan(series, region.name, rules, verdicts, snapshots, retirement)


async def _records(region: Region, series: str) -> tuple[Sequence[Any], Retirement[Any]]:
    """Return the records of the series, which are groups, sets or single snapshots, and what retires them."""
    groups, snapshots = await asyncio.gather(_groups(region, series), region.ledger.members(series))
    if groups:
        return groups, region.groups.retirement
    if _is_of_sets(snapshots):
        return await region.sets.ledger.members(series), region.sets.retirement
    return snapshots, region.retirement


async def _groups(region: Region, series: str) -> Sequence[SnapshotGroupInfo]:
    """Return the groups of the series. Without the permission for that, the user has declared none."""
    try:
        return await region.groups.ledger.members(series)
    except PermissionDenied:
        return ()


def _is_of_sets(snapshots: Sequence[SnapshotInfo]) -> bool:
    """Tell whether several disks share a generation. Such a set stays or goes as a whole."""
    disks: dict[int, set[str]] = defaultdict(set)
    for snapshot in snapshots:
        disks[generation_of(snapshot)].add(snapshot.source_disk_id)
    return any(len(of_one) > 1 for of_one in disks.values())


async def _of_each(region: Region, records: Sequence[Recorded]) -> list[Sequence[SnapshotInfo]]:
    return list(await asyncio.gather(*(_snapshots_of(region, record) for record in records)))


async def _snapshots_of(region: Region, record: Any) -> Sequence[SnapshotInfo]:
    if isinstance(record, SnapshotGroupInfo):
        found = await asyncio.gather(*map(region.snapshots.get, record.snapshot_ids.values()))
        return [each for each in found if each is not None]
    return record.members if isinstance(record, SnapshotSetInfo) else [record]


async def locks_of(region: Region) -> Mapping[str, LockInfo]:
    """Return the locks of the region by snapshot; none without the permission: ECS then refuses the deletion itself."""
    try:
        return {lock.snapshot_id: lock for lock in await region.client.all_locks()}
    except PermissionDenied:
        return {}


def _keep_owned(verdict: Verdict[Any], lineages: Collection[str], by_name: bool) -> Verdict[Any]:
    """Return the verdict, or one that keeps the record because its owner has not let it go."""
    ownership = ownership_of(verdict.member)
    if verdict.fate is Fate.KEEP or verdict.member.failed:
        return verdict
    if ownership.names_holder:
        return replace(verdict, fate=Fate.KEEP, reason="a state may hold it: `pulumi destroy` or `orphans` lets it go")
    if by_name or ownership.phase not in _BY_NAME or ownership.owner in lineages:
        return verdict
    reason = f"{_BY_NAME[ownership.phase]}: name its series with --series to judge it"
    return replace(verdict, fate=Fate.KEEP, reason=reason)


async def keep_undeletable(
    region: Region,
    verdict: Verdict[Any],
    snapshots: Mapping[str, Sequence[SnapshotInfo]],
    held: Collection[str],
    locks: Mapping[str, LockInfo],
) -> Verdict[Any]:
    """Return the verdict, or one that keeps the record because it is held, locked or in use."""
    if verdict.fate is Fate.KEEP:
        return verdict
    members = snapshots[verdict.member.record_id]
    ids = [verdict.member.record_id, *(each.snapshot_id for each in members)]
    if any(each in held for each in ids):
        return replace(verdict, fate=Fate.KEEP, reason="the stack's state holds it")
    lock = next((locks[each] for each in ids if each in locks and locks[each].lock_status != "expired"), None)
    if lock is not None:
        return replace(verdict, fate=Fate.KEEP, reason=f"it is locked until {lock.lock_expired_time}")
    used = [each for each in members if each.usage not in {"", "none"}]
    if used:
        users = await users_of(region.client, used[0].snapshot_id)
        return replace(verdict, fate=Fate.KEEP, reason=f"it is in use by {users}")
    return verdict
