"""The state file: what survives a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import AcceleratedClock, Emulator, ManualClock, RealClock, running_emulator, storage

ApiFor = Callable[[Emulator], Api]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "ecs.db"


def test_a_snapshot_goes_on_after_a_restart(state: Path, api_for: ApiFor) -> None:
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        created = api_for(emulator).create_snapshot(RetentionDays=1)
        emulator.advance(10)
        before = api_for(emulator).snapshot(created)
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        assert api_for(emulator).snapshot(created) == before
        emulator.advance(14)
        assert api_for(emulator).snapshot(created)["Status"] == "accomplished"
        emulator.advance(86400)
        assert created not in emulator.world.snapshots


def test_tokens_survive_a_restart(state: Path, api_for: ApiFor) -> None:
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        created = api_for(emulator).create_snapshot(ClientToken="t-1", Description="same")
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        assert api_for(emulator).create_snapshot(ClientToken="t-1", Description="same") == created
        refusal = api_for(emulator).refused("CreateSnapshot", DiskId="d-demo-system", ClientToken="t-1")
        assert refusal == ("IdempotentParameterMismatch", 403)


def test_new_ids_after_a_restart_are_new(state: Path, api_for: ApiFor) -> None:
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        first = api_for(emulator).create_snapshot()
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        assert api_for(emulator).create_snapshot() != first


def test_what_was_deleted_stays_deleted(state: Path, api_for: ApiFor) -> None:
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        api_for(emulator)("DeleteDisk", DiskId="d-demo-never-attached")
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        assert "d-demo-never-attached" not in emulator.world.disks


def test_a_command_goes_on_after_a_restart(state: Path, api_for: ApiFor) -> None:
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        run = {"RegionId": REGION, "InstanceId.1": "i-demo", "Type": "RunShellScript", "CommandContent": "sync"}
        invoke_id = api_for(emulator)("RunCommand", run)["InvokeId"]
        emulator.advance(1)
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        emulator.advance(1)
        (result,) = emulator.world.invocation_results.by("invocation", invoke_id)
        assert (result.status, result.exit_code) == ("Success", 0)


def test_a_lock_survives_a_restart(state: Path, api_for: ApiFor) -> None:
    lock = {"duration_days": 1, "cool_off_hours": 1}
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        emulator.add_seed({"snapshots": [{"id": "s-1", "disk_id": "d-demo-data", "lock": lock}]})
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        refusal = api_for(emulator).refused("DeleteSnapshot", SnapshotId="s-1")
        assert refusal == ("InvalidOperation.SnapshotIsLocked", 403)


def test_seeded_settings_survive_and_the_seed_is_used_once(state: Path) -> None:
    seed = {"lifecycle": {"snapshot_seconds": 7}, "regions": [{"id": REGION, "zones": ["cn-hangzhou-h"]}]}
    with running_emulator(seed, ManualClock(), state):
        pass
    with running_emulator({"regions": [{"id": "other", "zones": ["z"]}]}, ManualClock(), state) as emulator:
        assert emulator.world.settings.lifecycle.snapshot_seconds == 7
        assert emulator.world.settings.lifecycle.categories["cloud"].maximum_gib == 2000
        assert [region.id for region in emulator.world.regions] == [REGION]


def test_emulated_time_never_goes_back(state: Path) -> None:
    wall = ManualClock()
    with running_emulator(clock=AcceleratedClock(60, wall.now), state=state) as emulator:
        wall.advance(100)
        assert emulator.now() == wall.now() + 5900
    with running_emulator(clock=AcceleratedClock(60, wall.now), state=state) as emulator:
        assert emulator.now() == wall.now() + 5900
        wall.advance(1)
        assert emulator.now() == wall.now() + 5959


def test_a_real_clock_is_not_moved_by_the_state(state: Path) -> None:
    with running_emulator(clock=ManualClock(), state=state):
        pass
    with (
        running_emulator(clock=RealClock(), state=state) as emulator,
        pytest.raises(ValueError, match="cannot be moved"),
    ):
        emulator.advance(1)


def test_a_crash_loses_nothing_that_was_answered(state: Path, api_for: ApiFor) -> None:
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        created = api_for(emulator).create_snapshot()
        with running_emulator(clock=ManualClock(), state=state) as second:
            assert created in second.world.snapshots


def test_a_call_writes_only_what_it_changed(state: Path, api_for: ApiFor, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    encode = storage.encode
    monkeypatch.setattr(storage, "encode", lambda record: written.append(record) or encode(record))
    with running_emulator(clock=ManualClock(), state=state) as emulator:
        emulator.add_seed({"snapshots": [{"id": f"s-{n}", "disk_id": "d-many"} for n in range(2000)]})
        written.clear()
        api_for(emulator)("DescribeSnapshots", RegionId=REGION)
        assert written == []
        api_for(emulator)("ModifySnapshotAttribute", SnapshotId="s-7", SnapshotName="seven")
        assert written == [emulator.world.snapshots.get("s-7")]
