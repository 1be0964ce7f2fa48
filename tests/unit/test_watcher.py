from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.errors import NotFound, PermissionDenied, SnapshotFailed, Throttled, Unavailable
from alicloud_snapshot_provider.waiting.poller import LISTING_GRACE, SnapshotWatcher
from virtual_clock import VirtualClock

State = Callable[[float], SnapshotInfo | None]
"""What ECS lists of a snapshot, by the seconds since the start of the test; None where it lists nothing."""

PENDING = SnapshotInfo("s-1", status="progressing", progress="10%")
DONE = replace(PENDING, status="accomplished", progress="100%")


@dataclass
class Sky:
    """An ECS that lists each snapshot as `states` says; `errors` are raised first, one a call."""

    clock: VirtualClock
    states: dict[str, State]
    errors: list[Exception] = field(default_factory=list)
    asked: list[Sequence[str]] = field(default_factory=list)
    started: float = field(init=False)
    watcher: SnapshotWatcher = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock.now()
        self.watcher = SnapshotWatcher(self.clock, self.describe)

    @property
    def elapsed(self) -> float:
        return self.clock.now() - self.started

    async def describe(self, ids: Sequence[str]) -> list[SnapshotInfo]:
        self.asked.append(ids)
        if self.errors:
            raise self.errors.pop(0)
        listed = {each: self.states[each](self.elapsed) for each in ids}
        return [replace(info, snapshot_id=each) for each, info in listed.items() if info is not None]

    async def wait(self, snapshot_id: str = "s-1", known: SnapshotInfo | None = None) -> SnapshotInfo:
        return await self.watcher.wait(snapshot_id, ready=lambda info: info.accomplished, known=known)


def done_after(seconds: float, pending: SnapshotInfo = PENDING) -> State:
    return lambda elapsed: DONE if elapsed >= seconds else pending


@pytest.mark.parametrize("status", ["progressing", "", "unheard-of"])
async def test_a_status_that_is_not_final_is_waited_out(clock: VirtualClock, status: str) -> None:
    sky = Sky(clock, {"s-1": done_after(300, replace(PENDING, status=status))})

    assert await sky.wait() == DONE
    assert 300 <= sky.elapsed <= 316


async def test_progress_hears_of_every_look_but_the_last(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": done_after(20)})
    heard: list[SnapshotInfo] = []

    await sky.watcher.wait("s-1", ready=lambda info: info.accomplished, progress=heard.append)

    assert heard == [PENDING] * (len(sky.asked) - 1)
    assert len(heard) > 3


async def test_a_failed_snapshot_ends_the_wait_at_once(clock: VirtualClock) -> None:
    failed = replace(PENDING, status="failed", source_disk_id="d-1")
    sky = Sky(clock, {"s-1": lambda _: failed})

    with pytest.raises(SnapshotFailed) as caught:
        await sky.wait()

    assert caught.value.snapshot_id == "s-1"
    assert len(sky.asked) == 1
    assert str(caught.value) == (
        "snapshot s-1 of disk d-1 ended in status failed at 10 %\n"
        "  what to do: Keep the instance's state unchanged while the snapshot is created, then run `pulumi up` again."
    )


@pytest.mark.parametrize("error", [Unavailable("cut off"), Throttled("refused")])
async def test_looks_that_fail_never_end_a_wait(clock: VirtualClock, error: Exception) -> None:
    sky = Sky(clock, {"s-1": done_after(60)}, errors=[error] * 8)

    assert await sky.wait() == DONE


@pytest.mark.parametrize("error", [PermissionDenied("not allowed"), TypeError("a defect")])
async def test_a_look_that_can_never_work_ends_every_wait_with_its_error(clock: VirtualClock, error: Exception) -> None:
    sky = Sky(clock, {"s-1": done_after(60), "s-2": done_after(60)}, errors=[error])

    answers = await asyncio.gather(sky.wait("s-1"), sky.wait("s-2"), return_exceptions=True)

    assert answers == [error, error]


async def test_a_snapshot_that_is_listed_late_is_waited_for(clock: VirtualClock) -> None:
    listed_late = done_after(60)
    sky = Sky(clock, {"s-1": lambda elapsed: listed_late(elapsed) if elapsed >= LISTING_GRACE - 2 else None})

    assert await sky.wait() == DONE


async def test_a_snapshot_that_vanishes_for_good_is_not_found(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": lambda elapsed: PENDING if elapsed < 30 else None})

    with pytest.raises(NotFound) as caught:
        await sky.wait()

    assert str(caught.value) == (
        "snapshot s-1 is not listed by ECS\n  what to do: Run `pulumi up` again: a new snapshot is taken."
    )
    assert 30 + LISTING_GRACE <= sky.elapsed <= 30 + LISTING_GRACE + 6


async def test_a_snapshot_that_is_missing_now_and_then_is_waited_for(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": lambda elapsed: DONE if elapsed > 120 else PENDING if int(elapsed / 9) % 2 else None})

    assert await sky.wait() == DONE


async def test_many_waits_share_pages_of_100(clock: VirtualClock) -> None:
    ids = [f"s-{number}" for number in range(250)]
    sky = Sky(clock, dict.fromkeys(ids, done_after(100)))

    answers = await asyncio.gather(*(sky.wait(each) for each in ids))

    assert [info.snapshot_id for info in answers] == ids
    assert [len(page) for page in sky.asked[:3]] == [100, 100, 50]
    assert len(sky.asked) < 250


async def test_waits_that_are_not_due_yet_ride_along_in_a_page_that_is_asked_anyway(clock: VirtualClock) -> None:
    far = replace(PENDING, remain_time=600)
    sky = Sky(clock, {"s-1": done_after(4), "s-2": done_after(4, far)})

    await asyncio.gather(sky.wait("s-1"), sky.wait("s-2"))

    assert sky.elapsed < 6
    assert all(set(page) == {"s-1", "s-2"} for page in sky.asked)


async def test_two_waits_for_one_snapshot_ask_for_it_once(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": done_after(10)})

    assert await asyncio.gather(sky.wait(), sky.wait()) == [DONE, DONE]
    assert all(page == ["s-1"] for page in sky.asked)


async def test_what_the_caller_has_just_seen_counts_as_the_first_look(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": done_after(10)})

    assert await sky.wait(known=DONE) == DONE
    assert sky.asked == []
    await sky.wait(known=replace(PENDING, remain_time=10))
    assert len(sky.asked) < 8


async def test_a_new_wait_begins_at_once_beside_one_that_looks_seldom(clock: VirtualClock) -> None:
    far = replace(PENDING, remain_time=6_000)
    sky = Sky(clock, {"s-1": lambda _: DONE, "s-2": done_after(100, far)})
    slow = asyncio.ensure_future(sky.wait("s-2"))
    await clock.sleep(20)

    before = sky.elapsed
    await sky.wait("s-1")

    assert sky.elapsed - before < 1
    await slow


async def test_a_cancelled_wait_is_dropped(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": done_after(60), "s-2": done_after(60)})
    leaving, staying = asyncio.ensure_future(sky.wait("s-1")), asyncio.ensure_future(sky.wait("s-2"))
    await clock.sleep(10)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    sky.asked.clear()

    await staying

    assert all(page == ["s-2"] for page in sky.asked)


def breaks(_: SnapshotInfo) -> bool:
    raise RuntimeError("the listener broke")


async def test_a_listener_that_breaks_ends_its_own_wait_and_no_other(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": done_after(60), "s-2": done_after(60)})
    broken = sky.watcher.wait("s-1", ready=lambda _: False, progress=breaks)

    answers = await asyncio.gather(broken, sky.wait("s-2"), return_exceptions=True)

    assert isinstance(answers[0], RuntimeError)
    assert answers[1] == replace(DONE, snapshot_id="s-2")


async def test_a_wait_that_breaks_at_once_is_forgotten(clock: VirtualClock) -> None:
    sky = Sky(clock, {"s-1": done_after(60), "s-2": done_after(60)})
    with pytest.raises(RuntimeError, match="the listener broke"):
        await sky.watcher.wait("s-1", ready=breaks, known=PENDING)

    await sky.wait("s-2")

    assert all(page == ["s-2"] for page in sky.asked)


async def test_a_poll_that_dies_leaves_no_wait_hanging(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    sky = Sky(clock, {"s-1": done_after(60)})

    async def broken(_: float) -> None:
        raise RuntimeError("the clock broke")

    with monkeypatch.context() as patched:
        patched.setattr(clock, "sleep", broken)
        with pytest.raises(RuntimeError, match="the clock broke"):
            await sky.wait()

    assert await sky.wait() == DONE
