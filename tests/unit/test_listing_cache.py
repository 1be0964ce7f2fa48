from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from alicloud_snapshot_provider.waiting.listing_cache import FRESH_SECONDS, ListingCache
from alicloud_snapshot_provider.waiting.region_list import LISTED_SECONDS, RegionList
from virtual_clock import VirtualClock

Record = tuple[str, str]


@dataclass
class Listing:
    """A region of records (id, owner) that counts how it is listed."""

    records: list[Record]
    one_by_one: list[str] = field(default_factory=list)
    whole: int = 0
    too_many: bool = False

    async def list_one(self, owner: str) -> Sequence[Record]:
        self.one_by_one.append(owner)
        return [record for record in self.records if record[1] == owner]

    async def list_all(self, _at_most: int) -> Sequence[Record] | None:
        self.whole += 1
        return None if self.too_many else self.records

    def cache(self, clock: VirtualClock, **options: bool | int) -> ListingCache[Record]:
        region = RegionList(clock, self.list_all)
        return ListingCache(clock, region, self.list_one, lambda record: (record[1],), **options)  # type: ignore[arg-type]


@pytest.fixture
def listing() -> Listing:
    return Listing([(f"r{number}", f"o{number % 4}") for number in range(8)])


async def test_the_first_owner_is_listed_alone_and_the_second_with_the_whole_region(listing: Listing) -> None:
    cache = listing.cache(VirtualClock())

    assert await cache.of("o0") == [("r0", "o0"), ("r4", "o0")]
    assert [list(await cache.of(owner)) for owner in ("o1", "o2", "o3")] == [
        [("r1", "o1"), ("r5", "o1")],
        [("r2", "o2"), ("r6", "o2")],
        [("r3", "o3"), ("r7", "o3")],
    ]
    assert (listing.one_by_one, listing.whole) == (["o0"], 1)


async def test_a_region_with_too_many_records_is_asked_owner_by_owner(listing: Listing) -> None:
    listing.too_many = True
    cache = listing.cache(VirtualClock())

    for owner in ("o0", "o1", "o2", "o1"):
        await cache.of(owner)
    assert listing.one_by_one == ["o0", "o1", "o2"]


async def test_what_was_listed_is_listed_again_once_it_is_old_or_a_fresh_answer_is_wanted(listing: Listing) -> None:
    listing.too_many = True
    clock = VirtualClock()
    cache = listing.cache(clock)

    await cache.of("o0")
    await cache.of("o0")
    assert listing.one_by_one == ["o0"]
    await cache.of("o0", fresh=True)
    assert listing.one_by_one == ["o0", "o0"]
    clock.advance(FRESH_SECONDS + 1)
    await cache.of("o0")
    assert listing.one_by_one == ["o0", "o0", "o0"]


async def test_the_list_of_the_region_is_not_forgotten_in_the_middle_of_a_long_preview(listing: Listing) -> None:
    clock = VirtualClock()
    cache = listing.cache(clock)

    await cache.of("o0")
    for _ in range(10):
        await cache.of("o1")
        clock.advance(LISTED_SECONDS / 10)
    assert (listing.one_by_one, listing.whole) == (["o0"], 1)


@pytest.mark.parametrize(("may_be_empty", "asked"), [(False, ["o0", "new"]), (True, ["o0"])])
async def test_an_owner_that_the_region_lacks_is_asked_for_alone_unless_it_may_be_empty(
    listing: Listing, may_be_empty: bool, asked: list[str]
) -> None:
    cache = listing.cache(VirtualClock(), may_be_empty=may_be_empty)

    await cache.of("o0")
    assert list(await cache.of("new")) == []
    assert listing.one_by_one == asked


@pytest.mark.parametrize(
    ("owners", "one_by_one", "whole"), [(["o1"], ["o1"], 0), (["o1", "o3"], [], 1), (["o1", "new"], ["new"], 1)]
)
async def test_owners_that_are_asked_for_together_share_the_list_of_the_region(
    listing: Listing, owners: list[str], one_by_one: list[str], whole: int
) -> None:
    found = await listing.cache(VirtualClock()).of_all(owners)

    assert found == {owner: [each for each in listing.records if each[1] == owner] for owner in owners}
    assert (listing.one_by_one, listing.whole) == (one_by_one, whole)
