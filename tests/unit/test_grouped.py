from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from alicloud_snapshot_provider.clock import VirtualClock
from alicloud_snapshot_provider.errors import Unavailable
from alicloud_snapshot_provider.lifecycle.grouped import GroupedListing

Record = tuple[str, int]


class Shelf:
    """Records of owners, each with its number; `in_all` is how many ECS says the region has."""

    def __init__(self, *records: Record, in_all: int = 0) -> None:
        self.records = records
        self.in_all = in_all
        self.asked: list[str] = []

    async def list_one(self, owner: str) -> list[Record]:
        self.asked.append(owner)
        return [record for record in self.records if record[0] == owner]

    async def list_all(self, at_most: int) -> Sequence[Record] | None:
        self.asked.append(f"all, at most {at_most}")
        return None if self.in_all > at_most else self.records

    def listing(self, clock: VirtualClock) -> GroupedListing[Record]:
        return GroupedListing(clock, self.list_one, self.list_all, lambda record: record[0])


RECORDS: list[Record] = [("d-1", 1), ("d-1", 2), ("d-2", 3)]


@pytest.mark.parametrize(
    ("in_all", "asked"),
    [(3, ["all, at most 300"]), (300, ["all, at most 300"]), (301, ["all, at most 300", "d-1", "d-2", "d-3"])],
)
async def test_the_region_is_listed_where_that_takes_no_more_calls_than_one_by_one(
    clock: VirtualClock, in_all: int, asked: list[str]
) -> None:
    shelf = Shelf(*RECORDS, in_all=in_all)
    listing = shelf.listing(clock)

    answers = await asyncio.gather(*(listing.of(owner) for owner in ("d-2", "d-1", "d-3", "d-1")))

    assert answers == [[("d-2", 3)], [("d-1", 1), ("d-1", 2)], [], [("d-1", 1), ("d-1", 2)]]
    assert shelf.asked == asked


async def test_a_single_question_is_asked_alone_and_anew_each_time(clock: VirtualClock) -> None:
    shelf = Shelf(*RECORDS)
    listing = shelf.listing(clock)

    assert await listing.of("d-2") == [("d-2", 3)]
    assert await listing.of("d-2") == [("d-2", 3)]
    assert shelf.asked == ["d-2", "d-2"]


async def test_an_error_reaches_everybody_who_asked(clock: VirtualClock) -> None:
    async def cut_off(_: object) -> list[Record]:
        raise Unavailable("cut off")

    listing: GroupedListing[Record] = GroupedListing(clock, cut_off, cut_off, lambda record: record[0])

    answers = await asyncio.gather(listing.of("d-1"), listing.of("d-2"), return_exceptions=True)

    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
