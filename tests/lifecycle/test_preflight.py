"""What ECS would refuse is said in the preview, by property, with value and remedy, and without changing anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.errors import PermissionDenied, SnapshotError
from ecs_emulator import Seed

DISK = {"id": "d-x", "category": "cloud_essd", "size": 40}
IN_USE = {**DISK, "instance_id": "i-x"}
WAIT = "wait until it is In_use, then run it again"
UNLOCK = "resolve the lock in the ECS console"
STEADY = "bring the instance into state Running or Stopped"


def world(disk: dict[str, Any] = IN_USE, instance: dict[str, Any] | None = None, **more: Any) -> Seed:
    """Return one instance with one disk, and more."""
    return {"instances": [{"id": "i-x", **(instance or {})}], "disks": [disk], **more}


def snapshots(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"id": f"s-{number}", "disk_id": "d-x", **fields} for number in range(count)]


@dataclass(frozen=True)
class Row:
    """A world in which ECS refuses with `code`, and what the preview says of it; no code where it does not."""

    name: str
    reason: str
    code: str = ""
    seed: Seed = field(default_factory=world)
    arguments: dict[str, Any] = field(default_factory=dict)


REFUSED = [
    Row(
        "not found",
        "disk 'd-nowhere' is not in region cn-hangzhou: correct disk_id, or set region to the disk's own",
        "InvalidDiskId.NotFound",
        arguments={"disk_id": "d-nowhere"},
    ),
    Row(
        "in another region",
        "disk 'd-x' is not in region cn-beijing: correct disk_id, or set region to the disk's own",
        arguments={"region": "cn-beijing"},
    ),
    *(
        Row(
            category,
            f"disk 'd-x' has category {category}, which has no snapshots: copy its data to a cloud disk",
            "DiskCategory.OperationNotSupported",
            world({**IN_USE, "category": category, "size": 100}),
        )
        for category in (
            "local_ssd_pro",
            "local_hdd_pro",
            "ephemeral",
            "ephemeral_ssd",
            "elastic_ephemeral_disk_standard",
            "elastic_ephemeral_disk_premium",
        )
    ),
    Row(
        "never attached",
        "disk 'd-x' has never been attached to an instance: attach it once, then take the snapshot",
        "IncorrectDiskStatus.NeverAttached",
        world(DISK),
    ),
    *(
        Row(
            f"disk {status}",
            f"disk 'd-x' is {status}: {WAIT}",
            "IncorrectDiskStatus",
            world({**IN_USE, "status": status}),
        )
        for status in ("Creating", "Attaching", "Detaching", "ReIniting")
    ),
    Row(
        "disk locked",
        f"disk 'd-x' is locked (security): {UNLOCK}",
        "InstanceLockedForSecurity",
        world({**IN_USE, "locks": ["security"]}),
    ),
    Row(
        "instance locked",
        f"disk 'd-x' is attached to instance i-x, which is locked for security: {UNLOCK}",
        "InstanceLockedForSecurity",
        world(instance={"locks": ["security"]}),
    ),
    *(
        Row(
            f"instance {status}",
            f"disk 'd-x' is attached to instance i-x, which is {status}: {STEADY}",
            "IncorrectInstanceStatus",
            world(instance={"status": status}),
        )
        for status in ("Pending", "Starting", "Stopping")
    ),
    Row(
        "one in progress",
        "disk 'd-x' has 1 snapshots in progress (s-0 (0%)), and its category cloud_efficiency allows 1 at a time: "
        "wait until one has ended",
        "IncorrectDiskStatus.CreatingSnapshot",
        world({**IN_USE, "category": "cloud_efficiency"}, snapshots=snapshots(1, status="progressing")),
    ),
    Row(
        "ten in progress",
        "disk 'd-x' has 10 snapshots in progress (s-9 (0%), s-8 (0%), s-7 (0%)), and its category cloud_essd allows "
        "10 at a time: wait until one has ended",
        "QuotaExceed.ConcurrentSnapshotQuota",
        world(snapshots=snapshots(10, status="progressing")),
    ),
    Row(
        "quota full",
        "disk 'd-x' has 256 manual snapshots, and ECS allows 256: delete some that are no longer needed",
        "QuotaExceed.Snapshot",
        world(snapshots=snapshots(256)),
    ),
    Row(
        "two reasons",
        f"disk 'd-x' is attached to instance i-x, which is locked for security: {UNLOCK}; "
        f"disk 'd-x' is attached to instance i-x, which is Stopping: {STEADY}",
        "InstanceLockedForSecurity",
        world(instance={"status": "Stopping", "locks": ["security"]}),
    ),
]

ACCEPTED = {
    "instance Running": world(),
    "instance Stopped": world(instance={"status": "Stopped"}),
    "instance locked for its bill": world(instance={"locks": ["financial"]}),
    "detached disk": world({**DISK, "attached_time": 1.0}),
    "nine in progress": world(snapshots=snapshots(9, status="progressing")),
    "quota with one left": world(snapshots=snapshots(255)),
    "automatic snapshots": world(snapshots=snapshots(256, type="auto")),
}


async def check(cloud: Cloud, **arguments: Any) -> Any:
    return await cloud.snapshots.check({}, {"disk_id": "d-x", "series": "nightly", **arguments})


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.name)
async def test_the_preview_says_what_ecs_would_refuse(cloud: Cloud, row: Row) -> None:
    cloud.emulator.add_seed(row.seed)

    checked = await check(cloud, **row.arguments)

    assert checked.failures == {"disk_id": row.reason}
    assert cloud.mutations() == []


@pytest.mark.parametrize("row", [row for row in REFUSED if row.code], ids=lambda row: row.name)
async def test_ecs_refuses_what_the_preview_says(cloud: Cloud, row: Row) -> None:
    cloud.emulator.add_seed({**row.seed, "lifecycle": {"snapshot_seconds": 1_000}})
    inputs = (await check(cloud, **row.arguments, preflight="off")).inputs

    with pytest.raises(SnapshotError) as caught:
        await cloud.snapshots.create(inputs, cloud.operation(timeout=5))

    assert caught.value.code == row.code


@pytest.mark.parametrize("seed", ACCEPTED.values(), ids=ACCEPTED)
async def test_what_ecs_takes_passes_the_preview(cloud: Cloud, seed: Seed) -> None:
    cloud.emulator.add_seed(seed)

    checked = await check(cloud)

    assert (checked.failures, checked.notes.warnings) == ({}, ())
    await cloud.snapshots.create(checked.inputs, cloud.operation())


@pytest.mark.parametrize(
    "seed", [world(snapshots=snapshots(255)), world({**IN_USE, "category": "cloud_efficiency"})], ids=["quota", "one"]
)
async def test_an_unfinished_snapshot_does_not_stand_in_its_own_way(cloud: Cloud, seed: Seed) -> None:
    cloud.emulator.add_seed({**seed, "lifecycle": {"snapshot_seconds": 60}})
    begun = await cloud.interrupted(disk_id="d-x", series="nightly")

    checked = await check(cloud.restarted())

    assert (checked.failures, begun in checked.notes.facts[0]) == ({}, True)


async def test_a_reason_that_has_passed_meanwhile_is_looked_at_again(cloud: Cloud) -> None:
    cloud.emulator.add_seed(world(instance={"status": "Stopping"}))
    assert (await check(cloud)).failures != {}
    cloud.emulator.change_instance("i-x", status="Stopped")

    assert (await check(cloud)).failures == {}


async def test_violations_only_warn_where_that_is_asked_for(cloud: Cloud) -> None:
    cloud.emulator.add_seed(world(DISK))

    checked = await check(cloud, preflight="warn")
    nowhere = await check(cloud, preflight="warn", disk_id="d-nowhere")

    reason = "disk 'd-x' has never been attached to an instance: attach it once, then take the snapshot"
    assert (checked.failures, checked.notes.warnings) == ({}, (reason,))
    assert nowhere.notes.warnings[0].startswith("disk 'd-nowhere' is not in region cn-hangzhou")


async def test_no_call_is_made_where_the_look_ahead_is_off(cloud: Cloud) -> None:
    assert (await check(cloud, preflight="off", disk_id="d-nowhere")).failures == {}
    assert cloud.called() == []


async def test_a_look_ahead_that_gets_no_answer_is_a_warning(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "DescribeDisks", "code": "InternalError", "message": "Sorry.", "times": None})

    checked = await check(cloud)

    assert checked.failures == {}
    assert checked.notes.warnings == (
        "could not look ahead: DescribeDisks of d-x failed: Sorry. Run it again; if it lasts, give the RequestId to "
        "Alibaba Cloud's support.",
    )


async def test_a_look_ahead_that_is_not_allowed_is_an_error(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "DescribeDisks", "code": "Forbidden.RAM"})

    with pytest.raises(PermissionDenied, match="DescribeDisks of d-x failed: User not authorized"):
        await check(cloud)
