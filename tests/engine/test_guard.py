"""One line guards a stack: no change of an instance or disk begins before its snapshots are accomplished."""

from __future__ import annotations

from dataclasses import replace

import pytest
from alibabacloud_ecs20140526 import models
from harness import NewStack, folded
from workbench.ecs import ecs_client
from workbench.history import history
from workbench.stack import REGION, PulumiFailed, Stack

from alicloud_snapshot_provider.ledger.proof import proof_of
from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import get_snapshots, guard_stack, restore_from

config = pulumi.Config()
if config.get_bool("guarded") is not False:
    guard_stack(keep_last=2, tags={"kept": "by the guard"})

if config.get_bool("declared") is not False:
    in_order = pulumi.ResourceOptions(delete_before_replace=config.get_bool("delete_first"))
    zone = config.get("zone") or "cn-hangzhou-h"
    web = ecs.Instance(
        "web",
        instance_name=config.get("name") or "before",
        instance_type="ecs.g7.large",
        image_id="aliyun_3_x64_20G_alibase_20240819.vhd",
        availability_zone=zone,
        system_disk_category="cloud_essd",
        system_disk_size=40,
        security_groups=["sg-1"],
        opts=in_order,
    )
    data = ecs.EcsDisk("data", disk_name="data", category="cloud_essd", size=40, zone_id=zone, opts=in_order)
    ecs.EcsDiskAttachment("attachment", disk_id=data.id, instance_id=web.id, opts=in_order)
    pulumi.export("instance", web.id)
    pulumi.export("disk", data.id)

if config.get_bool("look_back"):
    kept = get_snapshots(tags={"kept": "by the guard"})
    pulumi.export("kept", [snapshot.snapshot_id for snapshot in kept])
    pulumi.export("restorable", restore_from("data"))
    pulumi.export("at_its_time", restore_from("data", at=kept[0].creation_time))
"""


TWO_DISKS = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import snapshot_before

for name in ("one", "two"):
    disk = ecs.EcsDisk(
        name, category="cloud_essd", size=40, zone_id="cn-hangzhou-h", opts=snapshot_before("delete", keep_last=1)
    )
    ecs.EcsDiskAttachment(name, disk_id=disk.id, instance_id="i-demo")
"""


PROVEN_FIRST = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import guard_stack

guard_stack(drill={"instance_id": "i-helper", "checks": {"rows": {"command": "count-rows"}}})
name = pulumi.Config().get("name") or "first"
data = ecs.EcsDisk("data", disk_name=name, category="cloud_essd", size=40, zone_id="cn-hangzhou-h")
ecs.EcsDiskAttachment("attachment", disk_id=data.id, instance_id="i-demo")
pulumi.export("disk", data.id)
"""


ONE_DISK = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import guard_stack

guard_stack()
name = pulumi.Config().get("name") or "first"
data = ecs.EcsDisk("data", disk_name=name, category="cloud_essd", size=40, zone_id="cn-hangzhou-h")
ecs.EcsDiskAttachment("attachment", disk_id=data.id, instance_id="i-demo")
"""


WITH_A_DEPENDENT = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import Snapshot, guard_stack

guard_stack("delete")
web = ecs.Instance(
    "web",
    instance_type="ecs.g7.large",
    image_id="aliyun_3_x64_20G_alibase_20240819.vhd",
    availability_zone="cn-hangzhou-h",
    system_disk_category="cloud_essd",
    system_disk_size=40,
    security_groups=["sg-1"],
)
kept = Snapshot("kept", disk_id="d-demo-system", opts=pulumi.ResourceOptions(depends_on=[web]))
pulumi.export("length", kept.creation_time.apply(lambda time: len(time)))
"""


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    stack = new_stack(PROGRAM)
    stack.up()
    return stack


def test_an_update_waits_for_the_snapshots_of_all_disks(stack: Stack, emulator: Emulator) -> None:
    before = len(emulator.calls(mutating=True))
    said = folded(_preview_of(stack, {"name": "after"}))
    assert len(emulator.calls(mutating=True)) == before
    assert "before the update of web: takes a snapshot: full snapshot, about" in said
    stack.up()

    steps = _steps_since_creation(emulator)
    assert _kinds(steps) == ["CreateSnapshot"] * 2 + ["snapshot.accomplished"] * 2 + ["ModifyInstanceAttribute"]
    assert "before the update of web" in _descriptions(emulator)


@pytest.mark.parametrize("speed", [1.0], ids=["as fast as ECS's own clock says"])
def test_what_lost_its_tags_never_counts_as_fresh(new_stack: NewStack, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 1}})
    stack = new_stack(ONE_DISK)
    stack.up()
    for name in ("second", "third"):
        for snapshot in emulator.world.snapshots:
            request = models.UntagResourcesRequest(
                region_id=REGION, resource_type="snapshot", resource_id=[snapshot.id], all=True
            )
            ecs_client(emulator).untag_resources(request)
        stack.configure({"name": name})
        stack.up()

    assert len(list(emulator.world.snapshots)) == 2
    order = [step.split()[0] for step in history(emulator)]
    steps = [each for each in order if each in {"snapshot.accomplished", "ModifyDiskAttribute"}]
    assert steps == ["snapshot.accomplished", "ModifyDiskAttribute"] * 2


@pytest.mark.parametrize("delete_first", ["true", "false"])
def test_a_replacement_deletes_nothing_before_its_snapshots(
    stack: Stack, emulator: Emulator, delete_first: str
) -> None:
    old = stack.outputs()
    stack.configure({"zone": "cn-hangzhou-i", "delete_first": delete_first})
    stack.up()

    steps = _steps_since_creation(emulator)
    for deletion, disks in ((f"DeleteInstance {old['instance']}", 1), (f"DeleteDisk {old['disk']}", 1)):
        before = steps[: steps.index(deletion)]
        assert sum(step.startswith("snapshot.accomplished") for step in before) >= disks
    created = _kinds(steps).index("RunInstances")
    deleted = _kinds(steps).index("DeleteInstance")
    assert (deleted < created) is (delete_first == "true")


def test_a_deletion_waits_for_the_snapshots_and_their_ids_are_found_afterwards(
    stack: Stack, emulator: Emulator
) -> None:
    old = stack.outputs()
    stack.configure({"declared": "false"})
    stack.up()

    steps = _steps_since_creation(emulator)
    taken = [step.split()[1] for step in steps if step.startswith("snapshot.accomplished")]
    assert len(taken) == 2, "one of each disk, also of the one that is detached first"
    (detached,) = (each for each in taken if emulator.world.snapshots[each].disk_id == old["disk"])
    everything = history(emulator)
    assert everything.index(f"snapshot.accomplished {detached}") < everything.index(f"DetachDisk {old['disk']}")
    first_deletion = min(steps.index(f"DeleteInstance {old['instance']}"), steps.index(f"DeleteDisk {old['disk']}"))
    assert any(step.startswith("snapshot.accomplished") for step in steps[:first_deletion])

    stack.configure({"look_back": "true"})
    stack.up()
    found = stack.outputs()
    assert sorted(found["kept"]) == sorted(taken)
    assert found["restorable"] == found["at_its_time"] == detached


def test_a_failed_snapshot_aborts_the_change_and_leaves_the_resource_untouched(
    stack: Stack, emulator: Emulator
) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot", "times": None})
    stack.configure({"name": "after"})
    with pytest.raises(PulumiFailed) as failed:
        stack.up()

    said = folded(str(failed.value))
    assert "web was left untouched: snapshot s-" in said
    assert "ended in status failed" in said
    assert "what to do: Keep the instance's state unchanged while the snapshot is created" in said
    assert "Traceback" not in said
    assert "ModifyInstanceAttribute" not in _kinds(_steps_since_creation(emulator))


def test_a_failed_snapshot_keeps_a_disk_attached_whose_deletion_begins_with_its_detachment(
    stack: Stack, emulator: Emulator
) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot", "times": None})
    said = folded(_preview_of(stack, {"declared": "false"}))
    assert "before the delete of attachment: takes a snapshot: " in said
    assert "before the delete of data: keeps the snapshot from before d-" in said
    with pytest.raises(PulumiFailed, match="attachment was left untouched: snapshot s-"):
        stack.up()

    done = _kinds(history(emulator))
    assert not {"DetachDisk", "DeleteDisk", "DeleteInstance"} & set(done)


def test_a_change_begins_only_once_its_snapshot_is_proven_and_not_after_a_damaged_one(
    new_stack: NewStack, emulator: Emulator
) -> None:
    emulator.add_seed({"instances": [{"id": "i-helper"}]})
    stack = new_stack(PROVEN_FIRST)
    stack.up()
    disk_id = stack.outputs()["disk"]

    said = folded(_preview_of(stack, {"name": "second"}))
    assert "restores it to a temporary disk at i-helper, checks there (file-system, rows) and deletes that; the" in said
    assert "the change waits for that, or fails with it" in said
    told = folded(stack.up())
    (good,) = emulator.world.snapshots
    assert f"before the update of data: snapshot {good.id} was restored {proof_of(good)}" in told
    steps = _kinds(history(emulator))
    drilled = ["CreateSnapshot", "CreateDisk", "AttachDisk", "RunCommand", "RunCommand", "DetachDisk", "DeleteDisk"]
    telling = [step for step in steps[steps.index("CreateSnapshot") :] if step in {*drilled, "ModifyDiskAttribute"}]
    assert telling == [*drilled, "ModifyDiskAttribute"]

    emulator.world.put(replace(emulator.world.disks[disk_id], damaged=True))
    stack.configure({"name": "third"})
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    said = folded(str(failed.value))
    assert "data was left untouched: the restore drill of snapshot s-" in said
    assert "failed: check file-system on i-helper exited with code 124: the file system on disk d-" in said
    assert "what to do: Do not rely on this snapshot: look into it, or take another one." in said
    emulator.now()
    assert emulator.world.disks[disk_id].name == "second"
    assert [disk.id for disk in emulator.world.disks if disk.source_snapshot_id] == []
    assert good.id in {each.id for each in emulator.world.snapshots}


def test_a_guard_that_is_removed_with_its_resources_is_asked_for_and_can_come_back(stack: Stack) -> None:
    stack.configure({"declared": "false", "guarded": "false"})
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    said = folded(str(failed.value))
    assert 'before_delete, declared until its resources are gone" was not registered' in said

    stack.configure({"guarded": "true"})
    stack.up()
    stack.configure({"guarded": "false"})
    stack.up("--expect-no-changes")


@pytest.mark.exhaustive
def test_a_guard_that_is_removed_before_its_resources_takes_nothing_any_more(stack: Stack, emulator: Emulator) -> None:
    stack.configure({"guarded": "false"})
    stack.up("--expect-no-changes")
    stack.configure({"declared": "false"})
    stack.up()
    assert list(emulator.world.snapshots) == []
    assert "DeleteDisk" in _kinds(history(emulator))


@pytest.mark.exhaustive
def test_destroy_says_that_it_needs_the_program(stack: Stack, emulator: Emulator) -> None:
    with pytest.raises(PulumiFailed, match="--run-program"):
        stack.destroy()
    stack.destroy("--run-program")
    assert list(emulator.world.instances) != []
    assert len(list(emulator.world.snapshots)) == 2


@pytest.mark.exhaustive
def test_a_destroy_that_a_guard_stopped_half_way_can_be_run_again(new_stack: NewStack, emulator: Emulator) -> None:
    """Pulumi's issue 23921: what the failed destroy has deleted has no outputs for the program any more."""
    stack = new_stack(WITH_A_DEPENDENT)
    stack.up()
    with pytest.raises(PulumiFailed, match="--run-program"):
        stack.destroy()
    assert "Snapshot" in _types(stack), "a plain destroy deletes nothing"

    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot", "times": None})
    with pytest.raises(PulumiFailed, match="web was left untouched"):
        stack.destroy("--run-program")
    assert "Snapshot" not in _types(stack)
    emulator.faults.clear()
    stack.destroy("--run-program")
    assert stack.resources() == []
    emulator.now()
    kept = [each.description for each in emulator.world.snapshots if each.status == "accomplished"]
    assert kept == ["before the delete of web"]


@pytest.mark.exhaustive
def test_several_resources_have_the_same_guard_each_for_itself(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(TWO_DISKS)
    stack.up()
    disks = [resource["id"] for resource in stack.resources() if resource["type"].endswith("EcsDisk")]
    stack.destroy("--run-program")
    assert len(disks) == 2
    assert sorted(snapshot.disk_id for snapshot in emulator.world.snapshots) == sorted(disks)


def _types(stack: Stack) -> set[str]:
    return {resource["type"].rpartition(":")[2] for resource in stack.resources()}


def _preview_of(stack: Stack, change: dict[str, str]) -> str:
    stack.configure(change)
    return stack.preview()


def _steps_since_creation(emulator: Emulator) -> list[str]:
    """Return what happened to snapshots, instances and disks after the first up."""
    emulator.now()
    steps = history(emulator)
    first_up = next(index for index, step in enumerate(steps) if step.startswith("AttachDisk"))
    telling = ("CreateSnapshot", "snapshot.accomplished", "Modify", "Run", "Delete")
    return [step for step in steps[first_up:] if step.startswith(telling)]


def _kinds(steps: list[str]) -> list[str]:
    return [step.split()[0] for step in steps]


def _descriptions(emulator: Emulator) -> list[str]:
    return [snapshot.description for snapshot in emulator.world.snapshots]
