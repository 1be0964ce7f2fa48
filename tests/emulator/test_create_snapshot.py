"""What CreateSnapshot accepts and what it refuses."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import Api

from ecs_emulator import Emulator

UNATTACHED = {"disks": [{"id": "d-idle", "attached_time": 1.0, "size": 20}]}


def test_the_disk_is_found_in_whatever_region_it_is(api: Api) -> None:
    created = api.create_snapshot("d-demo-beijing")
    assert created.startswith("s-2ze")
    assert api.snapshot(created, region="cn-beijing")["SourceDiskId"] == "d-demo-beijing"


def test_a_disk_of_a_stopped_instance_can_be_snapshotted(api: Api) -> None:
    assert api.create_snapshot("d-demo-efficiency")


def test_a_detached_disk_that_was_attached_once_can_be_snapshotted(api: Api, emulator: Emulator) -> None:
    emulator.add_seed(UNATTACHED)
    assert api.create_snapshot("d-idle")


def test_an_unknown_disk_is_not_found(api: Api) -> None:
    assert api.refused("CreateSnapshot", DiskId="d-none") == ("InvalidDiskId.NotFound", 404)


def test_a_disk_that_was_never_attached_is_refused(api: Api) -> None:
    refusal = api.refused("CreateSnapshot", DiskId="d-demo-never-attached")
    assert refusal == ("IncorrectDiskStatus.NeverAttached", 403)


def test_a_disk_of_an_instance_that_never_ran_is_refused(api: Api, emulator: Emulator) -> None:
    emulator.add_seed(
        {
            "instances": [{"id": "i-new", "status": "Stopped", "start_time": None}],
            "disks": [{"id": "d-new", "instance_id": "i-new"}],
        }
    )
    assert api.refused("CreateSnapshot", DiskId="d-new") == ("IncorrectDiskStatus.NeverUsed", 403)


@pytest.mark.parametrize("category", ["local_ssd_pro", "ephemeral_ssd", "elastic_ephemeral_disk_standard"])
def test_local_and_ephemeral_disks_are_refused(api: Api, emulator: Emulator, category: str) -> None:
    emulator.add_seed({"disks": [{"id": "d-local", "instance_id": "i-demo", "category": category}]})
    assert api.refused("CreateSnapshot", DiskId="d-local") == ("DiskCategory.OperationNotSupported", 400)


def test_a_shared_disk_is_refused(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"disks": [{"id": "d-shared", "instance_id": "i-demo", "multi_attach": "Enabled"}]})
    assert api.refused("CreateSnapshot", DiskId="d-shared") == ("DiskId.ValueNotSupported", 403)


@pytest.mark.parametrize("status", ["Pending", "Starting", "Stopping"])
def test_an_instance_that_is_changing_its_state_is_refused(api: Api, emulator: Emulator, status: str) -> None:
    emulator.add_seed(
        {
            "instances": [{"id": "i-busy", "status": status, "start_time": 1.0}],
            "disks": [{"id": "d-busy", "instance_id": "i-busy"}],
        }
    )
    assert api.refused("CreateSnapshot", DiskId="d-busy") == ("IncorrectInstanceStatus", 400)


@pytest.mark.parametrize("status", ["Creating", "Attaching", "Detaching", "ReIniting"])
def test_a_disk_that_is_changing_its_state_is_refused(api: Api, emulator: Emulator, status: str) -> None:
    emulator.add_seed({"disks": [{"id": "d-busy", "attached_time": 1.0, "status": status}]})
    assert api.refused("CreateSnapshot", DiskId="d-busy") == ("IncorrectDiskStatus", 403)


def test_a_locked_instance_is_refused(api: Api, emulator: Emulator) -> None:
    emulator.change_instance("i-demo", lock="security")
    assert api.refused("CreateSnapshot", DiskId="d-demo-system") == ("InstanceLockedForSecurity", 403)
    emulator.change_instance("i-demo", lock="")
    assert api.create_snapshot("d-demo-system")


def test_an_essd_disk_takes_ten_snapshots_at_once(api: Api) -> None:
    for _ in range(10):
        api.create_snapshot("d-demo-data")
    reply = api.send("CreateSnapshot", {"DiskId": "d-demo-data"})
    assert (reply.body["Code"], reply.status) == ("QuotaExceed.ConcurrentSnapshotQuota", 403)
    assert "d-demo-data has exceeded the concurrent quota (10)" in reply.body["Message"]


def test_an_older_disk_takes_one_snapshot_at_once(api: Api, emulator: Emulator) -> None:
    api.create_snapshot("d-demo-efficiency")
    refusal = api.refused("CreateSnapshot", DiskId="d-demo-efficiency")
    assert refusal == ("IncorrectDiskStatus.CreatingSnapshot", 403)
    emulator.advance(3600)
    assert api.create_snapshot("d-demo-efficiency")


def test_a_disk_keeps_at_most_256_manual_snapshots(api: Api, emulator: Emulator) -> None:
    automatic = [{"id": "s-auto", "disk_id": "d-demo-data", "type": "auto"}]
    manual = [{"id": f"s-{number}", "disk_id": "d-demo-data"} for number in range(255)]
    emulator.add_seed({"snapshots": automatic + manual})
    api.create_snapshot("d-demo-data")
    assert api.refused("CreateSnapshot", DiskId="d-demo-data") == ("QuotaExceed.Snapshot", 403)


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"SnapshotName": "a"}, ("InvalidSnapshotName.Malformed", 400)),
        ({"SnapshotName": "1st"}, ("InvalidSnapshotName.Malformed", 400)),
        ({"SnapshotName": "auto-nightly"}, ("InvalidSnapshotName.Malformed", 400)),
        ({"SnapshotName": "with space"}, ("InvalidSnapshotName.Malformed", 400)),
        ({"SnapshotName": "n" * 129}, ("InvalidSnapshotName.Malformed", 400)),
        ({"Description": "x"}, ("InvalidDescription.Malformed", 404)),
        ({"Description": "https://example.com"}, ("InvalidDescription.Malformed", 404)),
        ({"Description": "x" * 257}, ("InvalidDescription.Malformed", 404)),
        ({"RetentionDays": "0"}, ("InvalidRetentionDays.Malformed", 400)),
        ({"RetentionDays": "65537"}, ("InvalidRetentionDays.Malformed", 400)),
        ({"InstantAccessRetentionDays": "65536"}, ("InvalidInstantAccessRetentionDays.Malformed", 403)),
        ({"Category": "cheap"}, ("InvalidSnapshotCategory.Malformed", 403)),
        ({"Tag.1.Key": ""}, ("InvalidTagKey.Malformed", 400)),
        ({"Tag.1.Key": "acs:mine"}, ("InvalidTagKey.Malformed", 400)),
        ({"Tag.1.Key": "a", "Tag.1.Value": "http://x"}, ("InvalidTagValue.Malformed", 400)),
        ({"Tag.1.Key": "a", "Tag.2.Key": "A"}, ("Duplicate.TagKey", 400)),
        ({f"Tag.{n}.Key": f"k{n}" for n in range(1, 22)}, ("NumberExceed.Tags", 400)),
        ({"ResourceGroupId": "rg-none"}, ("InvalidResourceGroup.NotFound", 404)),
        ({"ClientToken": "t" * 65}, ("InvalidClientToken.Malformed", 403)),
        ({"ClientToken": "ünïcode"}, ("InvalidClientToken.Malformed", 403)),
    ],
)
def test_what_is_wrongly_formed_is_refused(api: Api, parameters: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("CreateSnapshot", {"DiskId": "d-demo-data"} | parameters) == refusal


@pytest.mark.parametrize("name", ["ab", "快照-1", "Before:change_1.0", "n" * 128])
def test_a_well_formed_name_is_kept(api: Api, name: str) -> None:
    assert api.snapshot(api.create_snapshot(SnapshotName=name))["SnapshotName"] == name


def test_refusals_come_in_the_order_of_ecs(api: Api) -> None:
    assert api.refused("CreateSnapshot", DiskId="d-none", SnapshotName="1")[0] == "InvalidSnapshotName.Malformed"
    assert api.refused("CreateSnapshot", SnapshotName="1")[0] == "MissingDiskId"


def test_ids_are_the_same_in_every_run(api: Api) -> None:
    assert api.create_snapshot("d-demo-system") == "s-bp1idwh6x4b4ftlc46lk"
