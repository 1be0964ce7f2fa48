from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from alicloud_snapshot_provider.ecs.client import TAGGED_LIMIT
from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SCOPE_TAG, SERIES_TAG, Intent, scope_of
from alicloud_snapshot_provider.ledger.ledger import Ledger
from virtual_clock import VirtualClock

WEB, DB = "project/stack/web#0123456789", "project/stack/db#9876543210"
OTHER = "another/stack/web#0123456789"


@dataclass
class Shelf:
    """Records. The ledger asks only for those with tags. Like ECS, the answer stops at 1,000."""

    snapshots: list[SnapshotInfo] = field(default_factory=list)
    asked: list[Mapping[str, str]] = field(default_factory=list)

    async def with_tags(self, tags: Mapping[str, str]) -> list[SnapshotInfo]:
        self.asked.append(tags)
        return [each for each in self.snapshots if tags.items() <= each.tags.items()][:TAGGED_LIMIT]


def member(series: str, generation: int) -> SnapshotInfo:
    tags = {**Intent(series, {}, generation).tags(), GENERATION_TAG: str(generation)}
    return SnapshotInfo(f"s-{series}-{generation}", tags=tags)


def by_series(*series: str) -> list[dict[str, str]]:
    return [{SERIES_TAG: each} for each in sorted(series)]


@pytest.mark.parametrize(
    ("series", "asked"),
    [
        ([WEB], by_series(WEB)),
        ([WEB, WEB], by_series(WEB)),
        ([WEB, DB], [{SCOPE_TAG: "project/stack"}]),
        ([WEB, OTHER], by_series(WEB, OTHER)),
    ],
)
async def test_series_of_one_stack_are_listed_together(
    clock: VirtualClock, series: list[str], asked: list[Any]
) -> None:
    shelf = Shelf([member(each, generation) for each in (WEB, DB, OTHER) for generation in (2, 10, 1)])
    ledger = Ledger(shelf, clock)

    answers = await asyncio.gather(*(ledger.members(each) for each in series))

    assert answers == [[member(each, generation) for generation in (1, 2, 10)] for each in series]
    assert sorted(shelf.asked, key=str) == sorted(asked, key=str)


async def test_a_stack_with_more_records_than_are_listed_by_tags_is_asked_one_series_at_a_time(
    clock: VirtualClock,
) -> None:
    shelf = Shelf([member(WEB, number) for number in range(TAGGED_LIMIT)] + [member(DB, 1)])
    ledger = Ledger(shelf, clock)

    _, members = await asyncio.gather(ledger.members(WEB), ledger.members(DB))

    assert members == [member(DB, 1)]
    assert shelf.asked == [{SCOPE_TAG: scope_of(WEB)}, *by_series(WEB, DB)]


async def test_such_a_stack_is_not_listed_again_for_the_next_questions(clock: VirtualClock) -> None:
    shelf = Shelf([member(WEB, number) for number in range(TAGGED_LIMIT)] + [member(DB, 1)])
    ledger = Ledger(shelf, clock)

    for _ in range(3):
        await asyncio.gather(ledger.members(WEB), ledger.members(DB))

    assert shelf.asked == [{SCOPE_TAG: scope_of(WEB)}, *by_series(WEB, DB) * 3]
