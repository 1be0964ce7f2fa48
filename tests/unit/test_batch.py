from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from alicloud_snapshot_provider.errors import Unavailable
from alicloud_snapshot_provider.waiting.batch import BatchedLookup, SharedCall
from virtual_clock import VirtualClock


class Shelf:
    """Records that are their own ids; those that begin with "no" do not exist."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[Sequence[str]] = []

    async def fetch(self, ids: Sequence[str]) -> list[str]:
        self.asked.append(ids)
        if self.error:
            raise self.error
        return [record_id for record_id in reversed(ids) if not record_id.startswith("no")]

    def lookup(self, clock: VirtualClock) -> BatchedLookup[str]:
        return BatchedLookup(clock, self.fetch, str)


async def test_questions_of_one_moment_become_one_call_of_up_to_100_ids(clock: VirtualClock) -> None:
    shelf = Shelf()
    lookup = shelf.lookup(clock)
    ids = [f"s-{number}" for number in range(250)]

    assert await asyncio.gather(*(lookup.get(each) for each in ids)) == ids
    assert [len(page) for page in shelf.asked] == [100, 100, 50]


async def test_the_same_id_is_asked_once_and_a_missing_one_is_none(clock: VirtualClock) -> None:
    shelf = Shelf()
    lookup = shelf.lookup(clock)

    answers = await asyncio.gather(*(lookup.get(each) for each in ("s-1", "s-1", "no-1")))

    assert answers == ["s-1", "s-1", None]
    assert shelf.asked == [["s-1", "no-1"]]


async def test_nothing_is_remembered_from_one_moment_to_the_next(clock: VirtualClock) -> None:
    shelf = Shelf()
    lookup = shelf.lookup(clock)

    await lookup.get("s-1")
    await lookup.get("s-1")

    assert shelf.asked == [["s-1"], ["s-1"]]


async def test_an_error_reaches_everybody_who_asked_and_nobody_afterwards(clock: VirtualClock) -> None:
    shelf = Shelf(Unavailable("cut off"))
    lookup = shelf.lookup(clock)

    answers = await asyncio.gather(lookup.get("s-1"), lookup.get("s-2"), return_exceptions=True)
    shelf.error = None

    assert answers == [shelf_error := answers[0], shelf_error]
    assert isinstance(shelf_error, Unavailable)
    assert await lookup.get("s-1") == "s-1"


async def test_one_who_stops_asking_does_not_spoil_the_answer_for_the_others(clock: VirtualClock) -> None:
    lookup = Shelf().lookup(clock)
    leaving, staying = (asyncio.ensure_future(lookup.get("s-1")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()

    assert await staying == "s-1"
    with pytest.raises(asyncio.CancelledError):
        await leaving


class Engine:
    """Answers with the number of the call, once it may."""

    def __init__(self) -> None:
        self.calls = 0
        self.may_answer = asyncio.Event()

    async def answer(self) -> int:
        self.calls += 1
        number = self.calls
        await self.may_answer.wait()
        return number


async def test_who_asks_while_a_call_is_under_way_shares_the_next_one() -> None:
    engine = Engine()
    shared = SharedCall(engine.answer)
    first = [asyncio.create_task(shared.ask()) for _ in range(3)]
    await asyncio.sleep(0.01)
    later = [asyncio.create_task(shared.ask()) for _ in range(3)]
    await asyncio.sleep(0.01)
    engine.may_answer.set()

    assert await asyncio.gather(*first, *later) == [1, 1, 1, 2, 2, 2]
    assert await shared.ask() == 3


async def test_an_error_or_a_cancellation_of_one_call_leaves_the_next_one_alone() -> None:
    failures = [Unavailable("cut off")]

    async def answer() -> str:
        await asyncio.sleep(0)
        if failures:
            raise failures.pop()
        return "here"

    shared = SharedCall(answer)
    first = asyncio.create_task(shared.ask())
    gone = asyncio.create_task(shared.ask())
    await asyncio.sleep(0)
    gone.cancel()

    with pytest.raises(Unavailable, match="cut off"):
        await first
    assert await shared.ask() == "here"
