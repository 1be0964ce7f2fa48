"""A series over time: what is history, what is given up, what has vanished, and what the next operation does of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cloud import SERIES, Cloud, open_cloud
from fragile import Hit, ProcessDied, bereaved
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from model_engine import Stack
from schedules import QUICK

from alicloud_snapshot_provider.registry import NOUNS

DURING_THE_WAIT = Hit("DescribeSnapshots", 5, "dies before")


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with bereaved(), open_cloud(QUICK) as cloud:
        yield cloud


def _held(stack: Stack) -> str:
    assert stack.held is not None
    return stack.held.id


@pytest.mark.parametrize("keep_last", [1, 2])
async def test_replacing_what_vanished_leaves_the_new_snapshot(cloud: Cloud, keep_last: int) -> None:
    stack = Stack(cloud)
    for trigger in ("1", "2"):
        await stack.up(triggers=trigger, keep_last=keep_last)
    for snapshot_id in cloud.alive():
        cloud.vanish(snapshot_id)

    await stack.up(triggers="3", keep_last=keep_last)
    assert cloud.alive() == [_held(stack)]


@pytest.mark.parametrize("generations", [1, 3])
@pytest.mark.parametrize(
    ("noun", "arguments"),
    [
        ("SnapshotSet", {"disk_ids": ["d-demo-system", "d-demo-data"]}),
        ("SnapshotGroup", {"instance_id": "i-demo"}),
    ],
)
async def test_replacing_several_that_vanished_leaves_the_new_ones(
    cloud: Cloud, noun: str, arguments: dict[str, Any], generations: int
) -> None:
    resource = NOUNS[noun](cloud.regions, cloud.settings)

    async def take(release: int) -> dict[str, Any]:
        checked = await resource.check({}, {**arguments, "series": SERIES, "triggers": release})
        return await resource.create(checked.inputs, cloud.operation())

    for release in range(generations):
        held = await take(release)
    for snapshot_id in cloud.alive():
        cloud.vanish(snapshot_id)
    for group in list(cloud.emulator.world.snapshot_groups):
        cloud.emulator.world.remove(group)
    await cloud.clock.sleep(1)
    new = await take(generations)
    await resource.delete(held[resource.id_output], held, cloud.operation())
    assert set(new["snapshot_ids"].values()) == set(cloud.alive())


async def test_replacing_what_has_lost_its_tags_leaves_the_new_snapshot(cloud: Cloud) -> None:
    stack = Stack(cloud)
    for trigger in ("1", "2", "3"):
        await stack.up(triggers=trigger)
    tags = list(cloud.record(_held(stack)).tags)
    await cloud.region.client.untag("snapshot", [_held(stack)], tags)

    await stack.up(triggers="4")
    assert cloud.alive() == [_held(stack)]


async def test_what_was_given_up_is_not_adopted_when_its_inputs_come_back(cloud: Cloud) -> None:
    stack = Stack(cloud)
    with pytest.raises(ProcessDied):
        await stack.up(DURING_THE_WAIT, triggers="1")
    (given_up,) = cloud.alive()
    await stack.up(triggers="2")
    await stack.up(triggers="1")

    assert _held(stack) != given_up
    assert cloud.alive() == [given_up, _held(stack)]
    await stack.destroy()
    assert cloud.alive() == []


class Series(RuleBasedStateMachine):
    """One resource's series, beside a model of it: what must exist, oldest first.

    `model` is what the resource holds and its history, `nobodys` what no resource may remove any more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.context = open_cloud(QUICK)
        self.cloud = self.do(self.context.__aenter__())
        self.stack = Stack(self.cloud)
        self.model: list[str] = []
        self.nobodys: list[str] = []
        self.trigger = 0
        self.keep_last = 1
        self.policy = "delete"

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @rule()
    def replace(self) -> None:
        """The policies of the replaced snapshot decide what becomes of history."""
        kept, first = self.keep_last, self.stack.held is None
        self.trigger += 1
        self._up()
        self.model.append(_held(self.stack))
        if not first:
            self.model = self.model[-kept:]

    @rule(keep_last=st.integers(1, 4))
    def declare_keep_last(self, keep_last: int) -> None:
        self.keep_last = keep_last
        self._apply()

    @rule(policy=st.sampled_from(["delete", "retain"]))
    def declare_deletion_policy(self, policy: str) -> None:
        self.policy = policy
        self._apply()

    @rule()
    def repeat(self) -> None:
        self._apply()

    @precondition(lambda self: self.stack.held is not None)
    @rule()
    def destroy(self) -> None:
        self.do(self.stack.destroy())
        self.nobodys += self.model if self.policy == "retain" else []
        self.model = []

    @precondition(lambda self: self.stack.held is not None)
    @rule()
    def delete_outside_and_refresh(self) -> None:
        self.cloud.vanish(_held(self.stack))
        self.model.pop()
        self.do(self.stack.refresh())
        assert self.stack.held is None

    @rule()
    def die_while_replacing(self) -> None:
        self.trigger += 1
        held = self.stack.held
        with pytest.raises(ProcessDied):
            self._up(Hit("TagResources", 1, "dies before"))
        assert self.stack.held is held
        self.replace_after_death()

    def replace_after_death(self) -> None:
        """The next run adopts what the dead one began."""
        self.trigger -= 1
        taken = len(self.cloud.emulator.events("snapshot.created"))
        self.replace()
        assert len(self.cloud.emulator.events("snapshot.created")) == taken

    @invariant()
    def what_exists_is_what_the_model_says(self) -> None:
        assert self.cloud.alive() == [*self.nobodys, *self.model]
        assert self.stack.held is None or self.stack.held.id == self.model[-1]

    def teardown(self) -> None:
        self.do(self.context.__aexit__(None, None, None))
        self.do(self._end_what_is_left())
        self.loop.close()

    async def _end_what_is_left(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _apply(self) -> None:
        if self.stack.held is not None:
            self._up()

    def _up(self, hit: Hit | None = None) -> None:
        arguments = {"keep_last": self.keep_last, "deletion_policy": self.policy}
        self.do(self.stack.up(hit, triggers=str(self.trigger), **arguments))


class TestSeries(Series.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(max_examples=12, stateful_step_count=10, deadline=None, database=None)
