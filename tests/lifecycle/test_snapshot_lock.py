"""A lock: changed and undone within its cool-off, only extended afterwards, and what stays is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.errors import InvalidInput, Locked, Unavailable
from alicloud_snapshot_provider.locks.resource import SnapshotLockResource
from alicloud_snapshot_provider.nouns.noun import Checked, Difference
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN

HOUR = 3_600.0


@dataclass
class Locks:
    """The locks of a cloud: 30 days with 24 hours of cool-off unless a test says otherwise."""

    cloud: Cloud
    snapshot: dict[str, Any]

    @property
    def noun(self) -> SnapshotLockResource:
        return SnapshotLockResource(self.cloud.regions, self.cloud.settings)

    @property
    def id(self) -> str:
        return str(self.snapshot["snapshot_id"])

    async def check(self, olds: dict[str, Any] | None = None, **arguments: Any) -> Checked:
        declared = {"snapshot_id": self.id, "lock_duration": 30, "cool_off_period": 24}
        return await self.noun.check(olds or {}, declared | arguments)

    async def inputs(self, **arguments: Any) -> dict[str, Any]:
        checked = await self.check(**{"preflight": "off", **arguments})
        assert checked.failures == {}
        return checked.inputs

    async def lock(self, **arguments: Any) -> dict[str, Any]:
        return await self.noun.create(await self.inputs(**arguments), self.cloud.operation())

    def after_cool_off(self) -> None:
        self.cloud.emulator.advance(25 * HOUR)
        self.cloud.clock.advance(0)


@pytest.fixture
async def locks() -> AsyncIterator[Locks]:
    async with open_cloud() as cloud:
        snapshot = await cloud.take(disk_id="d-demo-data")
        cloud.emulator.clear_log()
        yield Locks(cloud, snapshot)


async def test_a_snapshot_is_locked_as_declared(locks: Locks) -> None:
    outputs = await locks.lock()

    assert {name: outputs[name] for name in ("snapshot_id", "lock_mode", "lock_status", "lock_duration")} == {
        "snapshot_id": locks.id,
        "lock_mode": "compliance",
        "lock_status": "compliance-cooloff",
        "lock_duration": 30,
    }
    assert outputs["lock_creation_time"] < outputs["cool_off_period_expired_time"] < outputs["lock_expired_time"]


async def test_a_lock_that_an_earlier_run_made_is_left_alone(locks: Locks) -> None:
    first = await locks.lock()

    assert await locks.lock() == first
    assert locks.cloud.called("LockSnapshot") == ["LockSnapshot"]


async def test_within_the_cool_off_a_lock_can_be_shortened_and_undone(locks: Locks) -> None:
    outputs = await locks.lock()
    assert (await locks.check(outputs, lock_duration=10)).failures == {}

    shorter = await locks.noun.update(locks.id, outputs, await locks.inputs(lock_duration=10), locks.cloud.operation())
    assert shorter["lock_duration"] == 10

    await locks.noun.delete(locks.id, shorter, locks.cloud.operation())
    assert locks.cloud.record(locks.id).lock is None
    await locks.noun.delete(locks.id, shorter, locks.cloud.operation())


async def test_after_the_cool_off_a_lock_only_grows(locks: Locks) -> None:
    outputs = await locks.lock()
    locks.after_cool_off()
    ended = f"since the cool-off ended at {outputs['cool_off_period_expired_time']}, and a lock then only grows"

    assert (await locks.check(outputs, lock_duration=10, cool_off_period=48)).failures == {
        "lock_duration": f"cannot shrink from 30 to 10 days, {ended}: set at least 30",
        "cool_off_period": f"cannot change from 24 to 48 hours, {ended}: set it to 24",
    }
    with pytest.raises(InvalidInput) as caught:
        await locks.lock(lock_duration=10)
    assert caught.value.property_name == "lock_duration"

    assert (await locks.check(outputs, lock_duration=60)).failures == {}
    assert (await locks.lock(lock_duration=60))["lock_duration"] == 60


async def test_after_the_cool_off_a_destroy_says_what_stays_or_leaves_it(locks: Locks) -> None:
    outputs = await locks.lock()
    locks.after_cool_off()
    stays = f"snapshot {locks.id} stays locked until {outputs['lock_expired_time']}"

    with pytest.raises(Locked) as caught:
        await locks.noun.delete(locks.id, outputs, locks.cloud.operation())
    assert str(caught.value) == (
        f"{stays}: the cool-off ended at {outputs['cool_off_period_expired_time']}, and nobody can unlock it\n"
        "  what to do: Wait until then, or set leave_locked = True and run `pulumi up`: "
        "destroying then leaves the lock."
    )

    await locks.noun.delete(locks.id, outputs | {"leave_locked": True}, locks.cloud.operation())
    assert locks.cloud.notes == [f"{stays}, and is billed until it is deleted after that"]
    assert locks.cloud.called("UnlockSnapshot") == []


async def test_an_expired_lock_stays_in_the_state_and_goes_without_a_word(locks: Locks) -> None:
    outputs = await locks.lock(lock_duration=2)
    locks.cloud.emulator.advance(3 * 24 * HOUR)

    read = await locks.noun.read(locks.id, outputs, locks.cloud.operation())
    await locks.noun.delete(locks.id, outputs, locks.cloud.operation())

    assert read == outputs | {"lock_status": "expired"}
    assert (locks.cloud.notes, locks.cloud.called("UnlockSnapshot")) == ([], [])


@pytest.mark.parametrize(
    ("wait", "remedy"), [(0, "Destroy its SnapshotLock first."), (25, "Wait until the lock has expired.")]
)
async def test_a_locked_snapshot_s_deletion_names_the_end_of_the_lock(locks: Locks, wait: int, remedy: str) -> None:
    outputs = await locks.lock()
    locks.cloud.emulator.advance(wait * HOUR)

    with pytest.raises(Locked) as caught:
        await locks.cloud.retire(locks.snapshot)

    text = str(caught.value)
    problem = f"snapshot {locks.id} is locked until {outputs['lock_expired_time']} and cannot be deleted ["
    assert text.startswith(f"{problem}InvalidOperation.SnapshotIsLocked, RequestId ")
    assert text.endswith(f"\n  what to do: {remedy}")


async def test_a_locked_snapshot_that_was_replaced_is_kept_for_now(locks: Locks) -> None:
    await locks.lock()
    await locks.cloud.take(disk_id="d-demo-data", triggers=2)

    await locks.cloud.retire(locks.snapshot)

    assert locks.cloud.notes[0].startswith(f"keep {locks.id} for now: snapshot {locks.id} is locked until ")


async def test_the_preview_warns_of_what_cannot_be_undone(locks: Locks) -> None:
    after = (
        "NOBODY can delete the snapshot, shorten the lock or take it off, and its storage is billed until the lock has "
        "expired"
    )
    soft = f"locks {locks.id} for 30 days: for 24 hours it can be undone, then {after}"

    assert (await locks.check()).notes.warnings == (soft,)
    assert (await locks.check(preflight="off")).notes.warnings == (soft,)
    assert (await locks.check(cool_off_period=0)).notes.warnings == (
        f"locks {locks.id} for 30 days: without any cool-off {after}",
    )
    outputs = await locks.lock()
    assert (await locks.check(outputs)).notes.warnings == ()
    locks.cloud.emulator.add_faults({"action": "DescribeLockedSnapshots", "code": "InternalError", "times": None})
    assert (await locks.check()).notes.warnings[1] == soft


async def test_what_ecs_would_refuse_fails_on_its_property(locks: Locks) -> None:
    locks.cloud.emulator.add_seed(
        {
            "snapshots": [
                {"id": "s-failed", "disk_id": "d-demo-data", "status": "failed"},
                {"id": "s-short", "disk_id": "d-demo-data", "retention_days": 30},
            ]
        }
    )

    async def failures(**arguments: Any) -> dict[str, str]:
        return (await locks.check(**arguments)).failures

    assert await failures(lock_duration=0) == {"lock_duration": "must be 1 to 36500 days, got 0: correct it"}
    assert await failures(cool_off_period=73) == {"cool_off_period": "must be 0 to 72 hours, got 73: correct it"}
    assert await failures(lock_duration=2, cool_off_period=72) == {
        "cool_off_period": "must not be longer than the lock, got 72 hours for 2 days: lower it"
    }
    assert await failures(snapshot_id="s-nowhere") == {
        "snapshot_id": "is no snapshot of this region: correct it, or set region to the snapshot's own"
    }
    assert await failures(snapshot_id="s-failed") == {
        "snapshot_id": "snapshot 's-failed' has failed and holds nothing: lock another one"
    }
    short = "must be less than the snapshot's retention_days 30, got 30: lower it, or raise retention_days first"
    assert await failures(snapshot_id="s-short") == {"lock_duration": short}
    assert (await locks.check(snapshot_id="s-short", preflight="warn")).notes.warnings[1] == short
    assert await failures(snapshot_id=UNKNOWN) == {}


async def test_a_lock_that_was_taken_off_outside_is_told_and_made_again(locks: Locks) -> None:
    outputs = await locks.lock()
    assert await locks.noun.read(locks.id, outputs, locks.cloud.operation()) == outputs
    await locks.cloud.region.client.unlock_snapshot(locks.id)
    await locks.cloud.region.client.unlock_snapshot(locks.id)

    assert await locks.noun.read(locks.id, outputs, locks.cloud.operation()) is None

    assert locks.cloud.notes == [f"snapshot {locks.id} is not locked any more: the next `pulumi up` locks it again"]
    assert (await locks.lock())["lock_status"] == "compliance-cooloff"


async def test_a_lock_that_is_not_listed_is_an_error(locks: Locks, monkeypatch: pytest.MonkeyPatch) -> None:
    async def not_listed(_snapshot_id: str) -> None:
        return None

    monkeypatch.setattr(locks.cloud.region.client, "lock_of", not_listed)

    with pytest.raises(Unavailable) as caught:
        await locks.lock()

    assert str(caught.value) == (
        f"snapshot {locks.id} was locked, but ECS does not list its lock\n"
        "  what to do: Run `pulumi up` again: a lock that is as declared is left alone."
    )


async def test_changes_update_the_lock_and_another_snapshot_replaces_it(locks: Locks) -> None:
    outputs = await locks.lock()
    inputs = await locks.inputs()

    assert locks.noun.diff(outputs, inputs) == Difference([], [])
    assert locks.noun.diff(outputs, inputs | {"lock_duration": 60}) == Difference([], ["lock_duration"])
    assert locks.noun.diff(outputs, inputs | {"snapshot_id": "s-2"}) == Difference(["snapshot_id"], [])
    assert locks.noun.preview(outputs, inputs | {"leave_locked": True}) == outputs | {"leave_locked": True}
    assert locks.noun.preview({}, inputs)["lock_expired_time"] is UNKNOWN
