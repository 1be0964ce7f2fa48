"""Every noun at once through its whole life: killed and resumed, no-op, update, replace, refresh, drift, delete."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models
from harness import NewStack, folded, world
from running import RunningUp
from workbench.ecs import ecs_client
from workbench.stack import REGION, Stack

from counting import Count
from ecs_emulator import Emulator, Seed

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_alicloud_snapshot as snapshots

config = pulumi.Config()
release = config.get("release") or "v1"
said = config.get("said") or "as declared"
common = {"description": said, "triggers": release}

single = snapshots.Snapshot("single", disk_id="d-single", **common)
group = snapshots.SnapshotGroup("group", disk_ids=["d-group-a", "d-group-b"], **common)
fleet = snapshots.SnapshotSet("fleet", disk_ids=["d-fleet-a", "d-fleet-b"], **common)
copy = snapshots.SnapshotCopy("copy", source_snapshot_id="s-copy", destination_region="cn-beijing", **common)
lock = snapshots.SnapshotLock(
    "lock", snapshot_id=f"s-kept-{release}", lock_duration=config.get_int("days") or 30, cool_off_period=72
)
back = snapshots.DiskRollback(
    "back", disk_id=f"d-back-{release}", snapshot_id=f"s-back-{release}", triggers=said, stop_instance=True
)
pulumi.export("single", single.id)
pulumi.export("group", group.id)
pulumi.export("members", group.snapshot_ids)
pulumi.export("fleet", fleet.snapshot_ids)
pulumi.export("copy", copy.id)
pulumi.export("lock", lock.lock_status)
pulumi.export("days", lock.lock_duration)
pulumi.export("back", back.id)
pulumi.export("safety", back.safety_snapshot_id)
"""
FULL_GIB = 20_000
"""What the first snapshot of a disk stores: it takes longer than a run does, unlike every one after it."""
LONG = 250_000.0
"""Emulated seconds after which the first snapshots and the copy are accomplished; the cool-off of 72 hours goes on."""
HELD = {"kind": "latency", "when": "after", "seconds": 30}
BEGUN = {"CreateSnapshot": 4, "CreateSnapshotGroup": 1, "CopySnapshot": 1, "LockSnapshot": 1, "StartInstance": 1}
"""The calls after which every noun is in the middle of its creation: one safety snapshot is among them."""
BIG = ("d-single", "d-group-a", "d-group-b", "d-fleet-a", "d-fleet-b", "d-copy")
SMALL = ("d-back-v1", "d-back-v2", "d-kept")


@pytest.fixture
def seed() -> Seed:
    """A disk for each noun, the snapshots that are copied, locked and rolled back to."""
    essd = {"category": "cloud_essd", "instance_id": "i-web"}
    kept = [{"id": f"s-kept-{each}", "disk_id": "d-kept"} for each in ("v1", "v2")]
    backs = [{"id": f"s-back-{each}", "disk_id": f"d-back-{each}"} for each in ("v1", "v2")]
    return world(
        instances=[{"id": "i-web"}, {"id": "i-back"}],
        disks=[
            *({"id": each, "size": 30_000, "used_gib": FULL_GIB, **essd} for each in BIG[:1]),
            *({"id": each, "size": 15_000, "used_gib": 14_000, **essd} for each in BIG[1:]),
            *({"id": each, "size": 40, "used_gib": 1, **essd, "instance_id": "i-back"} for each in SMALL),
        ],
        snapshots=[{"id": "s-copy", "disk_id": "d-copy", "full_gib": 14_000, "stored_gib": 1}, *kept, *backs],
    )


@pytest.fixture
def stack(new_stack: NewStack, emulator: Emulator) -> Stack:
    for disk_id in SMALL:
        emulator.write_disk(disk_id, 1)
    return new_stack(PROGRAM)


def test_every_noun_lives(stack: Stack, emulator: Emulator, count: Count) -> None:
    _killed_and_resumed(stack, emulator)
    count(kills=1)
    first = _made_once(stack, emulator)

    stack.up("--expect-no-changes")
    stack.refresh("--expect-no-changes")

    stack.configure({"said": "changed", "days": "40"})
    stack.up()
    second = stack.outputs()
    assert second == first | {"days": 40, "safety": second["safety"]}
    assert second["safety"] != first["safety"]
    assert _descriptions(emulator, second) == {"changed"}

    stack.configure({"release": "v2"})
    stack.up()
    third = stack.outputs()
    safety = [first["safety"], second["safety"], third["safety"]]
    assert not {third["single"], third["group"], third["copy"], third["back"]} & set(map(str, second.values()))
    assert _alive(emulator) == Counter(
        [*BIG[:5], "d-copy", "d-copy", *["d-kept"] * 2, *["d-back-v1"] * 3, *["d-back-v2"] * 2]
    )
    assert _contents(emulator, "d-back-v2") == _kept(emulator, "s-back-v2")
    assert _locked(emulator) == ["s-kept-v2"]

    _drift(emulator, third)
    said = folded(stack.refresh())
    assert "description was changed outside Pulumi from 'changed' to 'by hand'" in said
    assert "~ 4 updated - 1 deleted" in said
    assert "snapshot s-kept-v2 is not locked any more: the next `pulumi up` locks it again" in said
    stack.up()
    assert stack.outputs() == third
    assert _descriptions(emulator, third) == {"changed"}
    assert _locked(emulator) == ["s-kept-v2"]

    said = folded(stack.destroy())
    assert f"safety snapshots that stay until you delete them: {', '.join(safety)}" in said
    left = {"d-copy": 1, "d-kept": 2, "d-back-v1": 3, "d-back-v2": 2}
    assert _alive(emulator) == Counter(left)
    assert _locked(emulator) == []


def _killed_and_resumed(stack: Stack, emulator: Emulator) -> None:
    """Kill a run when every noun is in the middle of its creation, and run again when ECS is done with them."""
    emulator.add_faults({"action": "LockSnapshot", **HELD}, {"action": "StartInstance", **HELD})
    with RunningUp(stack) as run:
        run.until(lambda: all(len(emulator.calls(action)) >= calls for action, calls in BEGUN.items()))
        run.kill()
    emulator.clear_faults()
    emulator.advance(LONG)
    stack.up()


def _made_once(stack: Stack, emulator: Emulator) -> dict[str, Any]:
    """Check that each noun was made, and that nothing of it was made twice, and return what the program exports."""
    made = stack.outputs()
    assert _alive(emulator) == Counter([*BIG[:5], "d-copy", "d-copy", *["d-kept"] * 2, *["d-back-v1"] * 2, "d-back-v2"])
    assert {action: len(emulator.events(action)) for action in ("disk.resetting", "instance.stopped")} == {
        "disk.resetting": 1,
        "instance.stopped": 1,
    }
    assert len(emulator.calls("LockSnapshot")) == 1
    assert _contents(emulator, "d-back-v1") == _kept(emulator, "s-back-v1") != _kept(emulator, made["safety"])
    ids = {each["id"] for each in emulator.describe_world()["snapshots"]}
    assert ids >= {made["single"], made["copy"], made["safety"], *made["members"].values(), *made["fleet"].values()}
    assert [group["id"] for group in emulator.describe_world()["snapshot_groups"]] == [made["group"]]
    assert (made["lock"], made["back"], _locked(emulator)) == ("compliance-cooloff", "d-back-v1", ["s-kept-v1"])
    return made


def _drift(emulator: Emulator, made: dict[str, Any]) -> None:
    """Change by hand what can be, and write to the disk that was rolled back, which is no drift."""
    ecs = ecs_client(emulator)
    beijing = ecs_client(emulator, "cn-beijing")
    for client, snapshot_id in ((ecs, made["single"]), (ecs, made["fleet"]["d-fleet-b"]), (beijing, made["copy"])):
        request = models.ModifySnapshotAttributeRequest(snapshot_id=snapshot_id, description="by hand")
        client.modify_snapshot_attribute(request)
    ecs.modify_snapshot_group(
        models.ModifySnapshotGroupRequest(region_id=REGION, snapshot_group_id=made["group"], description="by hand")
    )
    ecs.unlock_snapshot(models.UnlockSnapshotRequest(region_id=REGION, snapshot_id="s-kept-v2"))
    emulator.write_disk("d-back-v2", 1)


def _alive(emulator: Emulator) -> Counter[str]:
    """Count the snapshots of each disk, copies among them."""
    return Counter(each["disk_id"] for each in emulator.describe_world()["snapshots"])


def _descriptions(emulator: Emulator, made: dict[str, Any]) -> set[str]:
    """Return what the snapshots, the copy, the set's members and the group are described as."""
    own = {made["single"], made["copy"], made["group"], *made["fleet"].values()}
    seen = emulator.describe_world()
    return {each["description"] for each in [*seen["snapshots"], *seen["snapshot_groups"]] if each["id"] in own}


def _contents(emulator: Emulator, disk_id: str) -> int:
    return int(next(each for each in emulator.describe_world()["disks"] if each["id"] == disk_id)["content_version"])


def _kept(emulator: Emulator, snapshot_id: str) -> int:
    kept = (each for each in emulator.describe_world()["snapshots"] if each["id"] == snapshot_id)
    return int(next(kept)["content_version"])


def _locked(emulator: Emulator) -> list[str]:
    answer = ecs_client(emulator).describe_locked_snapshots(models.DescribeLockedSnapshotsRequest(region_id=REGION))
    return [each.snapshot_id for each in answer.body.locked_snapshots_info or []]
