"""Copies of snapshots in other regions."""

from __future__ import annotations

from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

BEIJING = "cn-beijing"
COPY = {"RegionId": REGION, "SnapshotId": "s-1", "DestinationRegionId": BEIJING}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    snapshots = [
        {"id": "s-1", "disk_id": "d-demo-system", "tags": {"stage": "test"}, "retention_days": 30},
        {"id": "s-2", "disk_id": "d-demo-system", "stored_gib": 2},
    ]
    emulator.add_seed({"snapshots": snapshots})


def _copy(api: Api, **more: object) -> str:
    return str(api("CopySnapshot", COPY, **more)["SnapshotId"])


def _shown(api: Api, snapshot_id: str) -> dict[str, Any]:
    return api.snapshot(snapshot_id, region=BEIJING)


def test_a_copy_is_a_snapshot_of_the_other_region(api: Api) -> None:
    copy = _shown(api, _copy(api, DestinationSnapshotName="far", DestinationSnapshotDescription="away"))
    assert copy["SnapshotId"].startswith("s-2ze")
    assert (copy["SourceSnapshotId"], copy["SourceRegionId"], copy["RegionId"]) == ("s-1", REGION, BEIJING)
    assert (copy["SnapshotName"], copy["Description"], copy["SourceDiskId"]) == ("far", "away", "d-demo-system")


def test_a_copy_takes_its_own_time(api: Api, emulator: Emulator) -> None:
    created = _copy(api)
    emulator.advance(119)
    assert (_shown(api, created)["Status"], _shown(api, created)["Available"]) == ("progressing", False)
    emulator.advance(1)
    assert (_shown(api, created)["Status"], _shown(api, created)["Available"]) == ("accomplished", True)


def test_a_later_copy_of_the_disk_is_incremental(api: Api, emulator: Emulator) -> None:
    _copy(api)
    _copy(api, SnapshotId="s-2")
    emulator.advance(60)
    assert [event.event for event in emulator.events()].count("snapshot.accomplished") == 1


def test_tags_and_retention_of_a_copy_are_its_own(api: Api, emulator: Emulator) -> None:
    plain = _copy(api)
    assert (_shown(api, plain)["Tags"], "RetentionDays" in _shown(api, plain)) == ({"Tag": []}, False)
    emulator.advance(3600)
    tagged = _copy(api, **{"Tag.1.Key": "a", "Tag.1.Value": "b", "RetentionDays": 2})
    assert _shown(api, tagged)["Tags"] == {"Tag": [{"TagKey": "a", "TagValue": "b"}]}
    emulator.advance(2 * 86400)
    assert tagged not in emulator.world.snapshots
    assert plain in emulator.world.snapshots


def test_copies_have_a_chain_of_their_own(api: Api, emulator: Emulator) -> None:
    created = _copy(api)
    emulator.advance(3600)
    (chain,) = api("DescribeSnapshotLinks", RegionId=BEIJING, DiskIds='["d-demo-system"]')["SnapshotLinks"][
        "SnapshotLink"
    ]
    assert (chain["TotalCount"], chain["SnapshotLinkId"]) == (1, _shown(api, created)["SnapshotLinkId"])
    assert chain["SnapshotLinkId"] != api.snapshot("s-1")["SnapshotLinkId"]


def test_deleting_a_copy_leaves_the_disk_alone(api: Api, emulator: Emulator) -> None:
    api("DeleteSnapshot", SnapshotId=_copy(api))
    done = _copy(api)
    emulator.advance(3600)
    api("DeleteSnapshot", SnapshotId=done)
    assert emulator.world.disks["d-demo-system"].changed_gib == 0


@pytest.mark.parametrize(
    ("seed", "parameters", "shown"),
    [
        ({}, {}, (False, "")),
        ({}, {"Encrypted": True}, (True, "")),
        ({}, {"Encrypted": True, "KMSKeyId": "key-far"}, (True, "key-far")),
        ({"encrypted": True}, {"Encrypted": True, "KMSKeyId": "key-far"}, (True, "key-far")),
    ],
)
def test_a_copy_is_encrypted_if_wished(
    api: Api, emulator: Emulator, seed: dict[str, object], parameters: dict[str, object], shown: tuple[bool, str]
) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-1", "disk_id": "d-demo-system", **seed}]})
    copy = _shown(api, _copy(api, **parameters))
    assert (copy["Encrypted"], copy["KMSKeyId"]) == shown


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"SnapshotId": "s-none"}, ("InvalidSnapshotId.NotFound", 403)),
        ({"RegionId": BEIJING, "DestinationRegionId": REGION}, ("InvalidSnapshotId.NotFound", 403)),
        ({"SnapshotId": "s-new"}, ("InvalidSnapshotId.NotReady", 403)),
        ({"SnapshotId": "s-archive"}, ("OperationDenied.SnapshotCategoryNotSupportCopy", 403)),
        ({"DestinationRegionId": REGION}, ("InvalidOperation.NotSupportCopyInSameRegion", 403)),
        ({"DestinationRegionId": "cn-atlantis"}, ("InvalidRegionId.NotExists", 403)),
        ({"KMSKeyId": "key-far"}, ("InvalidEncrypted.NotMatchKmsKeyId", 403)),
        ({"SnapshotId": "s-secret"}, ("InvalidEncrypted.NotSupportDecrypt", 403)),
        ({"DestinationSnapshotName": "auto-1"}, ("InvalidSnapshotName.Malformed", 403)),
        ({"DestinationSnapshotDescription": "x"}, ("InvalidDescription.Malformed", 403)),
        ({"RetentionDays": "0"}, ("InvalidRetentionDays.Malformed", 403)),
        ({"ResourceGroupId": "rg-none"}, ("InvalidResourceGroup.NotFound", 404)),
    ],
)
def test_what_cannot_be_copied_is_refused(
    api: Api, emulator: Emulator, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    snapshots = [
        {"id": "s-new", "disk_id": "d-demo-data", "status": "progressing"},
        {"id": "s-archive", "disk_id": "d-demo-system", "category": "archive"},
        {"id": "s-secret", "disk_id": "d-demo-system", "encrypted": True},
    ]
    emulator.add_seed({"snapshots": snapshots})
    assert api.refused("CopySnapshot", COPY | parameters) == refusal


def test_a_second_copy_to_a_region_waits_for_the_first(api: Api, emulator: Emulator) -> None:
    _copy(api)
    assert api.refused("CopySnapshot", COPY) == ("InvalidOperation.UnfinishedCrossRegionCopy", 403)
    emulator.advance(3600)
    assert _copy(api)


def test_the_same_call_again_gets_the_same_copy(api: Api) -> None:
    assert _copy(api, ClientToken="t-1") == _copy(api, ClientToken="t-1")


def test_the_original_stays_until_its_copies_have_finished(api: Api, emulator: Emulator) -> None:
    _copy(api)
    refusal = api.refused("DeleteSnapshot", SnapshotId="s-1", Force=True)
    assert refusal == ("InvalidOperation.RelatedSnapshotNotFinished", 403)
    emulator.advance(3600)
    api("DeleteSnapshot", SnapshotId="s-1")


def test_a_copy_outlives_a_stop_of_the_instance_and_the_disk(api: Api, emulator: Emulator) -> None:
    created = _copy(api)
    api("DeleteInstance", InstanceId="i-demo", Force=True)
    emulator.advance(3600)
    assert _shown(api, created)["Status"] == "accomplished"


def test_a_copy_can_be_made_to_fail(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CopySnapshot", "kind": "fail_snapshot"})
    created = _copy(api)
    emulator.advance(3600)
    assert _shown(api, created)["Status"] == "failed"
    assert emulator.world.disks["d-demo-system"].changed_gib == 0


def test_a_disk_is_not_reset_to_a_copy(api: Api, emulator: Emulator) -> None:
    created = _copy(api)
    emulator.advance(3600)
    emulator.change_instance("i-demo", status="Stopped")
    refusal = api.refused("ResetDisk", DiskId="d-demo-system", SnapshotId=created)
    assert refusal == ("InvalidParameter.Mismatch", 403)
