"""Two acts on one disk never mix: one is carried out whole, the other refused before it changes anything."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from disk_rollbacks import DISK, INSTANCE, OTHER_SERIES, STOPPING, Rollbacks

from alicloud_snapshot_provider.errors import Rejected
from alicloud_snapshot_provider.rollbacks.rollback import RESTART_TAG, ROLLED_BACK_TAG, ROLLING_BACK_TAG

MARKS = {RESTART_TAG, ROLLED_BACK_TAG, ROLLING_BACK_TAG}
OTHER = {**STOPPING, "series": OTHER_SERIES}


async def _both(rollbacks: Rollbacks, later: float) -> list[Any]:
    """Run two acts from two processes, the second one `later` by so many seconds, and return how each ended."""

    async def second() -> Any:
        await rollbacks.cloud.clock.sleep(later)
        return await rollbacks.restarted().roll_back(**OTHER)

    return await asyncio.gather(rollbacks.roll_back(**STOPPING), second(), return_exceptions=True)


@pytest.mark.parametrize(
    "later",
    [
        *(0, 0.1, 0.5, 2, 10, 30, 60, 90, 120),
        *(pytest.param(each, marks=pytest.mark.exhaustive) for each in (0.05, 0.2, 1, 5, 20, 45, 75, 105)),
    ],
)
async def test_of_two_interleaved_acts_only_one_is_carried_out_unless_the_other_comes_after_its_end(
    rollbacks: Rollbacks, later: float
) -> None:
    written = rollbacks.disk.content_version

    ends = await _both(rollbacks, later)

    refused = [each for each in ends if isinstance(each, BaseException)]
    assert all(isinstance(each, Rejected) and "another rollback of disk" in str(each) for each in refused)
    resets = len(ends) - len(refused)
    assert rollbacks.cloud.called("ResetDisk") == ["ResetDisk"] * resets
    assert resets == 1 or refused == []
    assert written in [rollbacks.cloud.record(each).content_version for each in rollbacks.safety]
    assert rollbacks.disk.content_version == rollbacks.cloud.record(rollbacks.good).content_version
    assert (rollbacks.disk.status, rollbacks.instance_status) == ("In_use", "Running")
    assert not MARKS & rollbacks.disk.tags.keys()


async def test_an_act_that_meets_another_changes_nothing_and_names_it_and_the_remedy(rollbacks: Rollbacks) -> None:
    rolling = asyncio.ensure_future(rollbacks.roll_back(**STOPPING))
    while not rollbacks.cloud.called("CreateSnapshot"):
        await rollbacks.cloud.clock.sleep(0.5)
    before = len(rollbacks.cloud.mutations())

    with pytest.raises(Rejected) as caught:
        await rollbacks.restarted().roll_back(**OTHER)

    assert len(rollbacks.cloud.mutations()) == before
    mark = rollbacks.disk.tags[ROLLING_BACK_TAG]
    assert f" to {rollbacks.good} since " in mark
    assert str(caught.value) == (
        f"another rollback of disk {DISK} is under way: act {mark}\n"
        "  what to do: Wait for its end. Where its run has died, run that very one again, which brings it to its end, "
        f"or give it up by `aliyun ecs UntagResources --RegionId cn-hangzhou --ResourceType disk --ResourceId.1 {DISK} "
        f"--TagKey.1 {ROLLING_BACK_TAG}`; then run this one again."
    )
    await rolling
    assert rollbacks.instance_status == "Running"


async def test_the_preview_refuses_what_would_meet_another_act(rollbacks: Rollbacks) -> None:
    rolling = asyncio.ensure_future(rollbacks.roll_back(**STOPPING))
    while not rollbacks.cloud.called("CreateSnapshot"):
        await rollbacks.cloud.clock.sleep(0.5)

    own = await rollbacks.check(**STOPPING)
    other = await rollbacks.restarted().check(**OTHER)

    assert "another rollback" not in str(own.failures)
    assert f"another rollback of disk {DISK} is under way" in other.failures["disk_id"]
    assert "aliyun ecs UntagResources" in other.failures["disk_id"]
    await rolling


async def test_a_dead_act_is_given_up_by_its_tag_and_its_instance_runs_again(rollbacks: Rollbacks) -> None:
    await rollbacks.killed("CreateSnapshot", **STOPPING)
    with pytest.raises(Rejected, match="another rollback of disk"):
        await rollbacks.restarted().roll_back(**OTHER)

    await rollbacks.cloud.region.client.untag("disk", [DISK], [ROLLING_BACK_TAG])
    await rollbacks.cloud.clock.sleep(3_600)
    await rollbacks.restarted().roll_back(**OTHER)

    assert rollbacks.instance_status == "Running"
    assert rollbacks.cloud.called("ResetDisk") == ["ResetDisk"]
    assert not MARKS & rollbacks.disk.tags.keys()


async def test_a_declared_rollback_takes_the_place_of_its_own_dead_act(rollbacks: Rollbacks) -> None:
    await rollbacks.killed("CreateSnapshot", **STOPPING)

    await rollbacks.restarted().roll_back(**STOPPING, triggers=["another"])

    assert rollbacks.instance_status == "Running"
    assert rollbacks.cloud.called("ResetDisk") == ["ResetDisk"]
    assert not MARKS & rollbacks.disk.tags.keys()


async def test_an_act_whose_mark_another_one_took_ends_before_its_reset_and_leaves_the_instance_to_it(
    rollbacks: Rollbacks,
) -> None:
    rolling = asyncio.ensure_future(rollbacks.roll_back(**STOPPING))
    while not rollbacks.cloud.called("CreateSnapshot"):
        await rollbacks.cloud.clock.sleep(0.5)
    await rollbacks.cloud.region.client.tag("disk", [DISK], {ROLLING_BACK_TAG: "another"})

    with pytest.raises(Rejected, match="another rollback of disk"):
        await rolling

    assert rollbacks.cloud.called("ResetDisk", "StartInstance") == []
    assert {ROLLING_BACK_TAG: "another", RESTART_TAG: INSTANCE}.items() <= rollbacks.disk.tags.items()
