"""Rolling disks back to their snapshots."""

from __future__ import annotations

from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator
from ecs_emulator.records.disk import Disk

RESET = {"DiskId": "d-demo-data", "SnapshotId": "s-1"}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    groups = [{"id": "ssg-1", "instance_id": "i-demo"}]
    snapshots = [
        {"id": "s-1", "disk_id": "d-demo-data", "group_id": "ssg-1"},
        {"id": "s-2", "disk_id": "d-demo-system", "group_id": "ssg-1"},
        {"id": "s-other", "disk_id": "d-demo-data"},
    ]
    emulator.add_seed({"snapshot_groups": groups, "snapshots": snapshots})
    emulator.change_instance("i-demo", status="Stopped")


def _content(emulator: Emulator, disk_id: str = "d-demo-data") -> Disk:
    return emulator.world.disks[disk_id]


def _parts(answer: dict[str, Any]) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (
            part["OperationStatus"],
            part["ErrorCode"],
            {item["Name"]: item["Value"] for item in part["RelatedItemSet"]["RelatedItem"]},
        )
        for part in answer["OperationProgressSet"]["OperationProgress"]
    ]


def test_a_reset_disk_holds_what_the_snapshot_holds(api: Api, emulator: Emulator) -> None:
    emulator.write_disk("d-demo-data", 50)
    api("ResetDisk", RESET)
    assert api.disk("d-demo-data")["Status"] == "ReIniting"
    emulator.advance(30)
    assert api.disk("d-demo-data")["Status"] == "In_use"
    assert (_content(emulator).content_version, _content(emulator).used_gib) == (1, 30)
    assert [event.id for event in emulator.events("disk.reset")] == ["d-demo-data"]


def test_what_is_written_after_a_reset_is_a_state_of_its_own(api: Api, emulator: Emulator) -> None:
    emulator.write_disk("d-demo-data", 1)
    api("ResetDisk", RESET)
    emulator.advance(30)
    emulator.write_disk("d-demo-data", 1)
    assert _content(emulator).content_version == 3


def test_the_next_snapshot_after_a_reset_holds_what_later_ones_had_changed(api: Api, emulator: Emulator) -> None:
    emulator.write_disk("d-demo-data", 5)
    later = api.create_snapshot("d-demo-data")
    emulator.advance(60)
    assert emulator.world.snapshots[later].stored_gib == 5
    api("ResetDisk", RESET)
    assert _content(emulator).changed_gib == 30
    emulator.advance(30)
    api("ResetDisk", DiskId="d-demo-data", SnapshotId=later)
    assert _content(emulator).changed_gib == 0


def test_an_available_disk_is_available_again_after_a_reset(api: Api, emulator: Emulator) -> None:
    emulator.add_seed(
        {"disks": [{"id": "d-idle", "attached_time": 1.0}], "snapshots": [{"id": "s-i", "disk_id": "d-idle"}]}
    )
    api("ResetDisk", DiskId="d-idle", SnapshotId="s-i")
    emulator.advance(30)
    assert api.disk("d-idle")["Status"] == "Available"


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"DiskId": "d-none"}, ("InvalidDiskId.NotFound", 404)),
        ({"SnapshotId": "s-none"}, ("InvalidSnapshotId.NotFound", 404)),
        ({"SnapshotId": "s-2"}, ("InvalidParameter.Mismatch", 403)),
        ({"SnapshotId": "s-failed"}, ("InvalidSnapshotId.NotReady", 403)),
        ({"DiskId": "d-busy", "SnapshotId": "s-busy"}, ("IncorrectDiskStatus", 403)),
        ({"DryRun": "true"}, ("DryRunOperation", 400)),
    ],
)
def test_what_cannot_be_reset_is_refused(
    api: Api, emulator: Emulator, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    emulator.add_seed(
        {
            "disks": [{"id": "d-busy", "attached_time": 1.0, "status": "Attaching"}],
            "snapshots": [
                {"id": "s-failed", "disk_id": "d-demo-data", "status": "failed"},
                {"id": "s-busy", "disk_id": "d-busy"},
            ],
        }
    )
    assert api.refused("ResetDisk", RESET | parameters) == refusal
    assert api.disk("d-demo-data")["Status"] == "In_use"


@pytest.mark.parametrize("status", ["Running", "Stopping"])
def test_the_instance_must_be_stopped(api: Api, emulator: Emulator, status: Any) -> None:
    emulator.change_instance("i-demo", status=status)
    assert api.refused("ResetDisk", RESET) == ("IncorrectInstanceStatus", 403)


def test_a_locked_instance_keeps_its_disks(api: Api, emulator: Emulator) -> None:
    emulator.change_instance("i-demo", lock="security")
    assert api.refused("ResetDisk", RESET) == ("InstanceLockedForSecurity", 403)


def test_a_disk_with_an_unfinished_snapshot_is_not_reset(api: Api) -> None:
    api.create_snapshot("d-demo-data")
    assert api.refused("ResetDisk", RESET) == ("IncorrectDiskStatus.HasUnfinishedSnapshot", 403)


def test_a_disk_is_reset_once_at_a_time_and_its_instance_waits(api: Api, emulator: Emulator) -> None:
    api("ResetDisk", RESET)
    assert api.refused("ResetDisk", RESET) == ("InvalidOperation.DiskResetInProgress", 403)
    assert api.refused("StartInstance", InstanceId="i-demo") == ("DiskError", 403)
    emulator.advance(30)
    api("StartInstance", InstanceId="i-demo")


def test_several_disks_go_back_to_the_snapshots_of_a_group(api: Api, emulator: Emulator) -> None:
    wishes = {"Disk.1.DiskId": "d-demo-data", "Disk.1.SnapshotId": "s-1"}
    wishes |= {"Disk.2.DiskId": "d-demo-system", "Disk.2.SnapshotId": "s-2"}
    answer = api("ResetDisks", wishes, RegionId=REGION)
    assert _parts(answer) == [
        ("Success", "", {"SnapshotId": "s-1", "DiskId": "d-demo-data"}),
        ("Success", "", {"SnapshotId": "s-2", "DiskId": "d-demo-system"}),
    ]
    emulator.advance(30)
    assert len(emulator.events("disk.reset")) == 2


def test_each_of_several_disks_fails_on_its_own(api: Api) -> None:
    wishes = {"Disk.1.DiskId": "d-demo-data", "Disk.1.SnapshotId": "s-1"}
    wishes |= {"Disk.2.DiskId": "d-none", "Disk.2.SnapshotId": "s-2"}
    answer = api("ResetDisks", wishes, RegionId=REGION)
    assert [part[:2] for part in _parts(answer)] == [("Success", ""), ("Failed", "InvalidDiskId.NotFound")]


def test_a_fault_refuses_the_last_of_several_disks(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "ResetDisks", "kind": "refuse_part", "code": "Operation.Conflict"})
    wishes = {"Disk.1.DiskId": "d-demo-data", "Disk.1.SnapshotId": "s-1"}
    wishes |= {"Disk.2.DiskId": "d-demo-system", "Disk.2.SnapshotId": "s-2"}
    answer = api("ResetDisks", wishes, RegionId=REGION)
    assert [part[:2] for part in _parts(answer)] == [("Success", ""), ("Failed", "Operation.Conflict")]
    assert api.disk("d-demo-system")["Status"] == "In_use"


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"Disk.2.DiskId": "d-demo-data", "Disk.2.SnapshotId": "s-other"}, ("InvalidParameter", 400)),
        ({"Disk.1.SnapshotId": "s-other"}, ("InvalidParameter", 400)),
        ({f"Disk.{n}.DiskId": "d-demo-data" for n in range(1, 12)}, ("InvalidParameter", 400)),
        ({"DryRun": "true"}, ("DryRunOperation", 400)),
        ({"DryRun": "true", "Disk.1.DiskId": "d-none"}, ("InvalidDiskId.NotFound", 404)),
    ],
)
def test_several_disks_that_cannot_be_reset_together_are_refused(
    api: Api, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    wish = {"RegionId": REGION, "Disk.1.DiskId": "d-demo-data", "Disk.1.SnapshotId": "s-1"}
    assert api.refused("ResetDisks", wish | parameters) == refusal
    assert api.disk("d-demo-data")["Status"] == "In_use"


def test_a_lost_answer_leaves_a_disk_that_is_being_reset(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "ResetDisk", "kind": "html", "when": "after"})
    assert api.send("ResetDisk", RESET).status == 502
    assert api.disk("d-demo-data")["Status"] == "ReIniting"
