"""What the ledger of a large stack remembers, and what it looks at again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from alicloud_snapshot_provider.ecs.client import TAGGED_LIMIT
from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.ecs.transport import PAGE_SIZE
from alicloud_snapshot_provider.ledger.intent import SCOPE_TAG, SERIES_TAG, Intent
from alicloud_snapshot_provider.ledger.ledger import LISTED_ANEW, Ledger
from alicloud_snapshot_provider.ledger.ownership import held_by
from alicloud_snapshot_provider.ledger.stack_index import StackIndex
from alicloud_snapshot_provider.waiting.region_list import LISTED_SECONDS, RegionList
from virtual_clock import VirtualClock

SCOPE = "project/stack"


def series(number: int) -> str:
    return f"{SCOPE}/r{number}#0123456789"


def snapshot(number: int, generation: int = 1) -> SnapshotInfo:
    return SnapshotInfo(f"s-{number}-{generation}", tags=Intent(series(number), {}, generation).tags())


@dataclass
class Ecs:
    """A region's snapshots, and the calls that were made: by tags, by ids, of everything."""

    snapshots: dict[str, SnapshotInfo] = field(default_factory=dict)
    by_tags: list[Mapping[str, str]] = field(default_factory=list)
    by_ids: list[int] = field(default_factory=list)
    whole: int = 0

    def add(self, *snapshots: SnapshotInfo) -> None:
        self.snapshots.update({each.snapshot_id: each for each in snapshots})

    async def with_tags(self, tags: Mapping[str, str]) -> list[SnapshotInfo]:
        self.by_tags.append(tags)
        return [each for each in self.snapshots.values() if tags.items() <= each.tags.items()][:TAGGED_LIMIT]

    async def fetch(self, ids: Sequence[str]) -> list[SnapshotInfo]:
        assert len(ids) <= PAGE_SIZE
        self.by_ids.append(len(ids))
        return [self.snapshots[each] for each in ids if each in self.snapshots]

    async def list_all(self, at_most: int) -> Sequence[SnapshotInfo] | None:
        self.whole += 1
        return list(self.snapshots.values()) if len(self.snapshots) <= at_most else None

    async def mark(self, records: Sequence[SnapshotInfo], tags: Mapping[str, str]) -> None:
        pass

    def forget(self) -> None:
        self.by_tags, self.by_ids, self.whole = [], [], 0


@pytest.fixture
def ecs() -> Ecs:
    return Ecs()


@pytest.fixture
def ledger(ecs: Ecs, clock: VirtualClock) -> Ledger[SnapshotInfo]:
    region = RegionList(clock, ecs.list_all)
    return Ledger(ecs, clock, StackIndex(clock, region, ecs.fetch))  # type: ignore[arg-type]


async def ids_of(ledger: Ledger[SnapshotInfo], *numbers: int) -> list[list[str]]:
    """Ask for the members of several series at one moment."""
    found = await asyncio.gather(*(ledger.members(series(number)) for number in numbers))
    return [[each.snapshot_id for each in members] for members in found]


async def test_a_small_stack_is_listed_anew_at_each_moment(ecs: Ecs, ledger: Ledger[SnapshotInfo]) -> None:
    ecs.add(*map(snapshot, range(LISTED_ANEW)))

    assert await ids_of(ledger, 0, 1) == [["s-0-1"], ["s-1-1"]]
    ecs.add(snapshot(2, 2))
    assert await ids_of(ledger, 2, 3) == [["s-2-1", "s-2-2"], ["s-3-1"]]
    assert (ecs.by_tags, ecs.by_ids, ecs.whole) == ([{SCOPE_TAG: SCOPE}] * 2, [], 0)


@pytest.mark.parametrize("count", [LISTED_ANEW + 1, 999, 1_000, 1_001, 2_100])
async def test_a_large_stack_is_listed_once_for_all_its_questions(
    ecs: Ecs, ledger: Ledger[SnapshotInfo], count: int
) -> None:
    ecs.add(*map(snapshot, range(count)))

    for start in range(0, count, 20):
        numbers = range(start, min(count, start + 20))
        assert await ids_of(ledger, *numbers) == [[f"s-{number}-1"] for number in numbers]

    assert ecs.by_tags == [{SCOPE_TAG: SCOPE}]
    assert ecs.whole == (0 if count < TAGGED_LIMIT else 1)
    assert len(ecs.by_ids) <= count // 20 + 1


async def test_a_stack_in_a_region_too_large_for_so_few_questions_is_asked_one_series_at_a_time(
    ecs: Ecs, ledger: Ledger[SnapshotInfo]
) -> None:
    ecs.add(*map(snapshot, range(2_000)), *(SnapshotInfo(f"s-other-{number}") for number in range(8_000)))

    assert await ids_of(ledger, 0, 1) == [["s-0-1"], ["s-1-1"]]
    assert await ids_of(ledger, 2, 3) == [["s-2-1"], ["s-3-1"]]
    assert ecs.by_tags == [{SCOPE_TAG: SCOPE}, *({SERIES_TAG: series(number)} for number in range(4))]
    assert ecs.whole == 2


async def test_what_is_remembered_is_looked_at_before_it_is_told(ecs: Ecs, ledger: Ledger[SnapshotInfo]) -> None:
    ecs.add(*map(snapshot, range(500)))
    await ids_of(ledger, 0, 1)
    del ecs.snapshots["s-2-1"]
    ecs.add(SnapshotInfo("s-3-1", status="failed", tags=snapshot(3).tags), SnapshotInfo("s-4-1"))

    asked = await asyncio.gather(*(ledger.members(series(number)) for number in (2, 3, 4)))

    assert [[each.status for each in members] for members in asked] == [[], ["failed"], []]


async def test_who_asked_once_is_answered_from_memory_again_only_after_a_hand_over(
    ecs: Ecs, ledger: Ledger[SnapshotInfo]
) -> None:
    ecs.add(*map(snapshot, range(500)))
    await ids_of(ledger, *range(20))
    ecs.add(snapshot(0, 2), snapshot(1, 2))
    await ledger.hand_over(snapshot(0, 2), held_by("a"))
    ecs.forget()

    assert await ids_of(ledger, 0, 1) == [["s-0-1", "s-0-2"], ["s-1-1", "s-1-2"]]
    assert ecs.by_tags == [{SERIES_TAG: series(1)}]
    ecs.add(snapshot(0, 3))
    assert (await ids_of(ledger, 0))[0][-1] == "s-0-3"


async def test_a_large_stack_whose_series_are_asked_for_again_is_listed_again(
    ecs: Ecs, ledger: Ledger[SnapshotInfo]
) -> None:
    ecs.add(*map(snapshot, range(500)))
    await ids_of(ledger, 0, 1)
    ecs.add(snapshot(0, 2), snapshot(1, 2))

    assert await ids_of(ledger, 0, 1) == [["s-0-1", "s-0-2"], ["s-1-1", "s-1-2"]]
    assert ecs.by_tags == [{SCOPE_TAG: SCOPE}] * 2


async def test_a_memory_grows_old(ecs: Ecs, ledger: Ledger[SnapshotInfo], clock: VirtualClock) -> None:
    ecs.add(*map(snapshot, range(500)))
    await ids_of(ledger, 0, 1)
    ecs.add(snapshot(2, 2))
    clock.advance(LISTED_SECONDS + 1)

    answers: Any = await ids_of(ledger, 2, 3)

    assert answers == [["s-2-1", "s-2-2"], ["s-3-1"]]
    assert ecs.by_tags == [{SCOPE_TAG: SCOPE}] * 2


async def test_a_small_stack_costs_one_call_for_each_question(ecs: Ecs, ledger: Ledger[SnapshotInfo]) -> None:
    ecs.add(snapshot(0))
    await ids_of(ledger, 0)
    await ledger.hand_over(snapshot(0), held_by("a"))

    assert await ids_of(ledger, 0) == [["s-0-1"]]
    assert (ecs.by_tags, ecs.by_ids, ecs.whole) == ([{SERIES_TAG: series(0)}] * 2, [], 0)
