"""One line guards a stack: no change of an instance or disk begins before its snapshots are accomplished."""

from __future__ import annotations

from dataclasses import replace

import pytest
from harness import NewStack, folded, strip_tags
from workbench.history import history
from workbench.stack import PulumiFailed, Stack

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


FAILS = {"action": "CreateSnapshot", "kind": "fail_snapshot", "times": None}
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


def test_each_change_in_the_life_of_a_guarded_stack_waits_for_its_snapshots(stack: Stack, emulator: Emulator) -> None:
    _a_failed_snapshot_leaves_the_resource_untouched(stack, emulator)
    _an_update_waits_for_the_snapshots_of_all_disks(stack, emulator)
    for zone, delete_first in (("cn-hangzhou-i", "true"), ("cn-hangzhou-h", "false")):
        _a_replacement_deletes_nothing_before_its_snapshots(stack, emulator, zone, delete_first)
    _a_failed_snapshot_keeps_a_disk_attached(stack, emulator)
    _a_guard_that_is_removed_with_its_resources_is_asked_for(stack)
    _a_deletion_waits_for_the_snapshots_and_their_ids_are_found_afterwards(stack, emulator)
    stack.configure({"guarded": "false", "look_back": "false"})
    stack.up("--expect-no-changes")


def _a_failed_snapshot_leaves_the_resource_untouched(stack: Stack, emulator: Emulator) -> None:
    since = _now(emulator)
    emulator.add_faults(FAILS)
    stack.configure({"name": "after"})
    said = _failed(stack)
    assert "web was left untouched: snapshot s-" in said
    assert "ended in status failed" in said
    assert "what to do: Keep the instance's state unchanged while the snapshot is created" in said
    assert "Traceback" not in said
    assert "ModifyInstanceAttribute" not in _kinds(_steps(emulator, since))
    emulator.clear_faults()


def _an_update_waits_for_the_snapshots_of_all_disks(stack: Stack, emulator: Emulator) -> None:
    since, before = _now(emulator), len(emulator.calls(mutating=True))
    said = folded(stack.preview())
    assert len(emulator.calls(mutating=True)) == before
    assert "before the update of web: takes a snapshot: full snapshot, about" in said
    stack.up()

    steps = [step for step in _steps(emulator, since) if not step.startswith("DeleteSnapshot")]
    assert _kinds(steps) == ["CreateSnapshot"] * 2 + ["snapshot.accomplished"] * 2 + ["ModifyInstanceAttribute"]
    assert "before the update of web" in _descriptions(emulator)


def _a_replacement_deletes_nothing_before_its_snapshots(
    stack: Stack, emulator: Emulator, zone: str, delete_first: str
) -> None:
    old, since = stack.outputs(), _now(emulator)
    stack.configure({"zone": zone, "delete_first": delete_first})
    stack.up()

    steps = _steps(emulator, since)
    for deletion in (f"DeleteInstance {old['instance']}", f"DeleteDisk {old['disk']}"):
        assert any(step.startswith("snapshot.accomplished") for step in steps[: steps.index(deletion)])
    created = _kinds(steps).index("RunInstances")
    deleted = _kinds(steps).index("DeleteInstance")
    assert (deleted < created) is (delete_first == "true")


def _a_failed_snapshot_keeps_a_disk_attached(stack: Stack, emulator: Emulator) -> None:
    """The deletion of an attached disk begins with its detachment."""
    since = _now(emulator)
    emulator.add_faults(FAILS)
    stack.configure({"declared": "false"})
    said = folded(stack.preview())
    assert "before the delete of attachment: takes a snapshot: " in said
    assert "before the delete of data: keeps the snapshot from before d-" in said
    assert "attachment was left untouched: snapshot s-" in _failed(stack)
    assert not {"DetachDisk", "DeleteDisk", "DeleteInstance"} & set(_kinds(_steps(emulator, since)))
    emulator.clear_faults()


def _a_guard_that_is_removed_with_its_resources_is_asked_for(stack: Stack) -> None:
    stack.configure({"guarded": "false"})
    assert 'before_delete, declared until its resources are gone" was not registered' in _failed(stack)
    stack.configure({"guarded": "true"})


def _a_deletion_waits_for_the_snapshots_and_their_ids_are_found_afterwards(stack: Stack, emulator: Emulator) -> None:
    old, since = stack.outputs(), _now(emulator)
    stack.up()

    steps = _steps(emulator, since)
    taken = [step.split()[1] for step in steps if step.startswith("snapshot.accomplished")]
    assert len(taken) == 2, "one of each disk, also of the one that is detached first"
    (detached,) = (each for each in taken if emulator.world.snapshots[each].disk_id == old["disk"])
    assert steps.index(f"snapshot.accomplished {detached}") < steps.index(f"DetachDisk {old['disk']}")
    first_deletion = min(steps.index(f"DeleteInstance {old['instance']}"), steps.index(f"DeleteDisk {old['disk']}"))
    assert any(step.startswith("snapshot.accomplished") for step in steps[:first_deletion])

    stack.configure({"look_back": "true"})
    stack.up()
    found = stack.outputs()
    assert set(taken) <= set(found["kept"])
    assert found["restorable"] == found["at_its_time"] == detached


@pytest.mark.exhaustive
@pytest.mark.parametrize("speed", [1.0], ids=["as fast as ECS's own clock says"])
def test_what_lost_its_tags_never_counts_as_fresh(new_stack: NewStack, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 1}})
    stack = new_stack(ONE_DISK)
    stack.up()
    for name in ("second", "third"):
        for snapshot in emulator.world.snapshots:
            strip_tags(emulator, snapshot.id)
        stack.configure({"name": name})
        stack.up()

    assert len(list(emulator.world.snapshots)) == 2
    order = [step.split()[0] for step in history(emulator)]
    steps = [each for each in order if each in {"snapshot.accomplished", "ModifyDiskAttribute"}]
    assert steps == ["snapshot.accomplished", "ModifyDiskAttribute"] * 2


@pytest.mark.exhaustive
def test_a_change_begins_only_once_its_snapshot_is_proven_and_not_after_a_damaged_one(
    new_stack: NewStack, emulator: Emulator
) -> None:
    emulator.add_seed({"instances": [{"id": "i-helper"}]})
    stack = new_stack(PROVEN_FIRST)
    stack.up()
    disk_id = stack.outputs()["disk"]

    stack.configure({"name": "second"})
    said = folded(stack.preview())
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
    said = _failed(stack)
    assert "data was left untouched: the restore drill of snapshot s-" in said
    assert "failed: check file-system on i-helper exited with code 124: the file system on disk d-" in said
    assert "what to do: Do not rely on this snapshot: look into it, or take another one." in said
    emulator.now()
    assert emulator.world.disks[disk_id].name == "second"
    assert [disk.id for disk in emulator.world.disks if disk.source_snapshot_id] == []
    assert good.id in {each.id for each in emulator.world.snapshots}


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


def _failed(stack: Stack) -> str:
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    return folded(str(failed.value))


def _now(emulator: Emulator) -> int:
    """Return the number of the newest entry of the emulator's log."""
    emulator.now()
    return max(each.seq for each in (*emulator.events(), *emulator.calls()))


def _steps(emulator: Emulator, since: int) -> list[str]:
    """Return what happened to snapshots, instances and disks since then."""
    emulator.now()
    telling = ("CreateSnapshot", "snapshot.accomplished", "Modify", "Run", "Delete", "Detach")
    return [step for step in history(emulator, since=since) if step.startswith(telling)]


def _kinds(steps: list[str]) -> list[str]:
    return [step.split()[0] for step in steps]


def _descriptions(emulator: Emulator) -> list[str]:
    return [snapshot.description for snapshot in emulator.world.snapshots]
