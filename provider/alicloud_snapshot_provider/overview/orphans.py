"""Finds orphans for the command line: snapshots and groups of the provider that cost money and that nobody needs.

The tags find them, and the state of a stack tells which of them it holds.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, partial

from ..ecs.client import TAGGED_LIMIT
from ..ecs.models import SnapshotGroupInfo, SnapshotInfo
from ..ledger.intent import SERIES_TAG, generation_of, scope_of
from ..ledger.ownership import BEING_CREATED, OWNERSHIP_TAG, Phase, ownership_of
from ..ledger.records import R, Recorded
from ..ledger.retention import Fate, recency, retention_plan
from ..ledger.run import Rules
from ..region import Region
from ..snapshots.estimate import Price
from .chains import age_of
from .inventory import Inventory
from .storage import full_gib

MOST_LISTED = 100_000
"""In a larger region only the first 1,000 tagged snapshots are found."""


class Kind(Enum):
    """Why a snapshot is an orphan."""

    ABANDONED = "abandoned"
    FAILED = "failed"
    UNCLAIMED = "unclaimed"
    SURPLUS = "surplus"
    RELEASED = "released"
    PROTECTION = "protection"


WHY: Mapping[Kind, str] = {
    Kind.ABANDONED: "a run began it and never handed it over: it was interrupted, or is still at work",
    Kind.FAILED: "it failed and holds nothing; the next creation in its series removes it",
    Kind.UNCLAIMED: "it is complete, but this state does not hold it, nor a newer one of its series; another may",
    Kind.SURPLUS: "the state holds a newer one, and no rule keeps it; the next replacement removes it",
    Kind.RELEASED: "it was left on purpose when its resource was destroyed",
    Kind.PROTECTION: "a guard or a rollback took it, and its disk is gone: it is the last copy of what was there",
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What the state of a stack holds: the rules of each snapshot by id, the scopes, and the names of the resources.

    A scope is the project and stack from which series are derived. Only series of a scope or of a held snapshot are
    judged: other stacks have states of their own.
    """

    held: Mapping[str, Rules] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Orphan:
    """A snapshot or a group that nobody needs, with its snapshots.

    `age` is in seconds, None before the cut. `gib` and `monthly_cost` are upper limits.
    """

    record: SnapshotInfo | SnapshotGroupInfo
    snapshots: Sequence[SnapshotInfo]
    region: str
    kind: Kind
    age: float | None
    gib: float
    monthly_cost: float

    @property
    def is_group(self) -> bool:
        return isinstance(self.record, SnapshotGroupInfo)

    @property
    def adopt(self) -> str:
        """The command that brings it back into the state; empty if that makes no sense."""
        if self.kind is Kind.ABANDONED:
            return "pulumi up"
        if self.kind in {Kind.FAILED, Kind.SURPLUS, Kind.PROTECTION}:
            return ""
        return f"{self._tag_as_unfinished} && pulumi up"

    @property
    def delete(self) -> str:
        """The command that deletes it, a group with its members. Empty for the last copy of a disk."""
        if self.kind is Kind.PROTECTION:
            return ""
        action = "DeleteSnapshotGroup" if self.is_group else "DeleteSnapshot"
        parameter = "SnapshotGroupId" if self.is_group else "SnapshotId"
        return f"aliyun ecs {action} --region {self.region} --{parameter} {self.record.record_id}"

    @property
    def _tag_as_unfinished(self) -> str:
        kind = "snapshotgroup" if self.is_group else "snapshot"
        value = BEING_CREATED.tags[OWNERSHIP_TAG]
        return (
            f"aliyun ecs TagResources --region {self.region} --ResourceType {kind} "
            f"--ResourceId.1 {self.record.record_id} --Tag.1.Key {OWNERSHIP_TAG} --Tag.1.Value {value}"
        )


async def find_orphans(region: Region, claims: Claims | None, price: Price) -> list[Orphan]:
    """Return the orphans of a region. `price` is per GiB and month."""
    # A group has the tags of the ledger; its members have none.
    snapshots, groups = await asyncio.gather(_ours(region), region.groups.records.with_tags({}))
    grouped = [member_id for group in groups if SERIES_TAG in group.tags for member_id in group.snapshot_ids.values()]
    members = await asyncio.gather(*map(region.snapshots.get, grouped))
    known = [*snapshots, *(member for member in members if member)]
    missing = await region.missing_disks(_protected([*known, *groups]))
    return orphans_among(known, claims, region.name, region.clock.now(), price, groups=groups, missing=missing)


def orphans_in(inventory: Inventory, claims: Claims | None, price: Price) -> list[Orphan]:
    """Return the orphans of a region that is listed already, as `find_orphans` does."""
    there = {disk.disk_id for disk in inventory.disks}
    missing = _protected([*inventory.snapshots, *inventory.groups]) - there
    return orphans_among(inventory.snapshots, claims, inventory.region, inventory.now, price, inventory.groups, missing)


def _protected(records: Iterable[SnapshotInfo | SnapshotGroupInfo]) -> set[str]:
    """Return the disks that guards or rollbacks keep."""
    return {disk_id for each in records if _is_protection(each) for disk_id in each.source_disks}


def orphans_among(
    snapshots: Iterable[SnapshotInfo],
    claims: Claims | None,
    region: str,
    now: float,
    price: Price,
    groups: Iterable[SnapshotGroupInfo] = (),
    missing: Collection[str] = (),
) -> list[Orphan]:
    """Return the orphans among the listed snapshots and groups. What the provider did not take is never an orphan.

    `missing` are the disks that do not exist any more.
    """
    by_id = {each.snapshot_id: each for each in snapshots}
    ours = [each for each in by_id.values() if SERIES_TAG in each.tags]
    alone = [_orphan(each, [each], kind, region, now, price) for each, kind in judge(ours, claims, missing)]
    our_groups = [group for group in groups if SERIES_TAG in group.tags]
    return alone + [
        _orphan(group, [by_id[each] for each in group.snapshot_ids.values() if each in by_id], kind, region, now, price)
        for group, kind in judge(our_groups, claims, missing)
    ]


async def _ours(region: Region) -> list[SnapshotInfo]:
    tagged = await region.client.snapshots_by_tags({SERIES_TAG: ""})
    if len(tagged) < TAGGED_LIMIT:
        return tagged
    everything = await region.client.all_snapshots(MOST_LISTED)
    return tagged if everything is None else [each for each in everything if SERIES_TAG in each.tags]


def judge(records: Iterable[R], claims: Claims | None, missing: Collection[str] = ()) -> list[tuple[R, Kind]]:
    """Return the orphans among records of one kind. `claims` is None if no state is known.

    Without a state only the tags decide, and only abandoned, failed and released records are orphans.
    """
    by_series: dict[str, list[R]] = defaultdict(list)
    for record in records:
        by_series[record.tags.get(SERIES_TAG, "")].append(record)
    found: list[tuple[R, Kind]] = []
    for series, members in sorted(by_series.items()):
        going = cache(partial(_going, members))
        for member in sorted(members, key=generation_of):
            kind = _kind(member, series, members, claims, missing, going)
            if kind is not None:
                found.append((member, kind))
    return found


def _going(members: Sequence[Recorded], rules: Rules) -> Collection[str]:
    """Return the ids of the members that the next replacement removes."""
    plan = retention_plan(members, rules.keep_last, rules.keep)
    return {each.member.record_id for each in plan if each.fate is Fate.REMOVE}


def _kind(
    member: Recorded,
    series: str,
    members: Sequence[Recorded],
    claims: Claims | None,
    missing: Collection[str],
    going: Callable[[Rules], Collection[str]],
) -> Kind | None:
    """Return why a member is an orphan, or None. `going` returns the members that go by some rules."""
    foreign = claims is not None and not _concerns(claims, series, members)
    if foreign or (claims is not None and member.record_id in claims.held):
        return None
    ownership = ownership_of(member)
    if ownership.being_created:
        return Kind.FAILED if member.failed else Kind.ABANDONED
    if ownership.phase is Phase.RETAINED:
        return Kind.RELEASED
    if claims is not None and _is_protection(member) and _is_last_copy(member, members, missing):
        return Kind.PROTECTION
    return None if claims is None else _kind_by_state(member, series, members, claims, going)


def _is_protection(member: Recorded) -> bool:
    """Tell whether a guard or a rollback took it. For release 0.1.0 only the series tells."""
    ownership = ownership_of(member)
    unmarked = ownership.held and not ownership.owner and bool(_guarded(member.tags.get(SERIES_TAG, "")))
    return ownership.phase in {Phase.GUARD, Phase.ROLLBACK} or unmarked


def _is_last_copy(member: Recorded, members: Sequence[Recorded], missing: Collection[str]) -> bool:
    gone = set(member.source_disks) & set(missing)
    good = [other for other in members if other.accomplished]
    return any(
        max((other for other in good if disk_id in other.source_disks), key=recency, default=None) is member
        for disk_id in gone
    )


def _concerns(claims: Claims, series: str, members: Sequence[Recorded]) -> bool:
    return scope_of(series) in claims.scopes or any(member.record_id in claims.held for member in members)


def _kind_by_state(
    member: Recorded,
    series: str,
    members: Sequence[Recorded],
    claims: Claims,
    going: Callable[[Rules], Collection[str]],
) -> Kind | None:
    """Judge a complete record that the state does not hold."""
    since = recency(member)
    held = (other for other in members if other.record_id in claims.held)
    holder = next((other for other in held if recency(other) > since), None)
    if holder is None:
        protects = ownership_of(member).phase is Phase.ROLLBACK and _named(series) in claims.names
        return None if protects or _guarded(series) in claims.names else Kind.UNCLAIMED
    return Kind.SURPLUS if member.record_id in going(claims.held[holder.record_id]) else None


def _guarded(series: str) -> str:
    """Return the name of the resource whose guard has this series, "" if it is not the series of a guard."""
    return _named(series).rpartition(":")[0]


def _named(series: str) -> str:
    """Return the name in a derived series."""
    return series.rpartition("/")[2].rpartition("#")[0]


def _orphan(
    record: SnapshotInfo | SnapshotGroupInfo,
    snapshots: Sequence[SnapshotInfo],
    kind: Kind,
    region: str,
    now: float,
    price: Price,
) -> Orphan:
    gib = sum(full_gib(each) for each in snapshots if not each.failed)
    return Orphan(record, snapshots, region, kind, age_of(record, now), gib, price.of(gib))
