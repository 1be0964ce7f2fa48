from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from alicloud_snapshot_provider.waiting.region_list import (
    LISTED_SECONDS,
    MOST_RECORDS,
    RECORDS_PER_QUESTION,
    RegionList,
)
from virtual_clock import VirtualClock


@dataclass
class Region:
    """A region of so many records that notes how many a caller would have taken."""

    count: int
    asked: list[int] = field(default_factory=list)

    async def list_all(self, at_most: int) -> Sequence[int] | None:
        self.asked.append(at_most)
        return range(self.count) if self.count <= at_most else None


async def questions_until_listed(region: Region) -> int:
    """Ask one question after the other, and return how many it took until the region was listed."""
    listed = RegionList(VirtualClock(), region.list_all)
    questions = 1
    while await listed.ask(1) is None:
        questions += 1
    return questions


@pytest.mark.parametrize("count", [0, 400, 401, 10_000, 49_000])
async def test_a_region_is_listed_once_that_costs_at_most_four_pages_a_question(count: int) -> None:
    region = Region(count)

    questions = await questions_until_listed(region)

    assert count <= questions * RECORDS_PER_QUESTION <= max(RECORDS_PER_QUESTION, 2 * count + RECORDS_PER_QUESTION)
    assert len(region.asked) <= 1 + questions.bit_length()


async def test_a_region_with_too_many_records_is_hardly_asked_for(clock: VirtualClock) -> None:
    region = Region(MOST_RECORDS + 1)
    listed = RegionList(clock, region.list_all)

    assert {await listed.ask(1) for _ in range(2_000)} == {None}
    assert len(region.asked) == 11


async def test_questions_that_come_together_count_together(clock: VirtualClock) -> None:
    region = Region(10_000)
    listed = RegionList(clock, region.list_all)

    answers = await asyncio.gather(*(listed.ask(30) for _ in range(5)))

    assert len({id(answer) for answer in answers}) == 1
    assert len(region.asked) == 1


async def test_a_list_is_made_again_once_it_is_old(clock: VirtualClock) -> None:
    region = Region(100)
    listed = RegionList(clock, region.list_all)
    first = await listed.ask(1)
    clock.advance(LISTED_SECONDS)
    assert await listed.ask(1) is first
    clock.advance(1)
    again = await listed.ask(1)

    assert again is not first
    assert again is not None
    assert again.since == clock.now()
