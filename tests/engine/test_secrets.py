"""Secrets stay secret in the state, under whatever name they are repeated and whatever the configuration says."""

from __future__ import annotations

import json

import pytest
from harness import NewStack

from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

DISKS = ("d-hidden-1", "d-hidden-2")
PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import Snapshot, SnapshotGroup, SnapshotSet

    disk = pulumi.Output.secret("d-hidden-1").apply(lambda known: known)
    both = [disk, "d-hidden-2"]
    hidden = Snapshot("hidden", disk_id=disk)
    plain = Snapshot("plain", disk_id=pulumi.Output.from_input("d-demo-system"))
    group = SnapshotGroup("group", disk_ids=both)
    every = SnapshotSet("every", disk_ids=both)
    pulumi.export("hidden", hidden.source_disk_id)
    pulumi.export("members", pulumi.Output.all(group.snapshot_ids, every.snapshot_ids))
    pulumi.export("plain", plain.source_disk_id)
"""


@pytest.fixture
def seed() -> Seed:
    hidden = [{"id": disk, "instance_id": "i-demo", "category": "cloud_essd"} for disk in DISKS]
    known = default_seed()
    return {**known, "disks": [*known["disks"], *hidden]}


def test_an_output_that_repeats_a_secret_argument_under_another_name_is_secret_too(
    new_stack: NewStack, emulator: Emulator
) -> None:
    stack = new_stack(PROGRAM)
    stack.up()
    stack.run("refresh", "--yes")

    state = json.dumps(stack.resources())
    assert not [disk for disk in DISKS if disk in state]
    assert state.count("d-demo-system") >= 2, "what is no secret is not made one"
    assert len(emulator.describe_world()["snapshots"]) == 6
    told = stack.run("stack", "output", "--json")
    assert not [disk for disk in DISKS if disk in told]
    assert '"plain": "d-demo-system"' in told
    stack.preview("--expect-no-changes")
