"""Replaced snapshots become history; history is pruned, and a destroy ends or keeps the whole series."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness import NewStack, folded
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

DELETES_FIRST = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

Snapshot("web", disk_id="d-demo-data", opts=pulumi.ResourceOptions(delete_before_replace=True))
"""

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

release = pulumi.Config().get("release") or "0"
snapshot = Snapshot("web", disk_id="d-demo-system", triggers=release, keep_last=2)
kept = Snapshot("kept", disk_id="d-demo-data", deletion_policy="retain")
pulumi.export("id", snapshot.id)
pulumi.export("kept", kept.id)
"""


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


def test_keep_last_leaves_the_newest_two_and_destroy_none_but_what_is_retained_or_in_use(
    stack: Stack, emulator: Emulator, spoken: Callable[[str], str]
) -> None:
    taken, said = _three_releases(stack)
    kept = stack.outputs()["kept"]
    assert _alive(emulator) == sorted([kept, *taken[-2:]])
    assert f"remove {taken[0]} (generation 1): 2 newer accomplished ones are kept" in said

    held = taken[-1]
    emulator.add_seed({"images": [{"id": "m-golden", "disks": [{"snapshot_id": held, "type": "system", "size": 40}]}]})
    with pytest.raises(PulumiFailed) as failed:
        stack.destroy("--continue-on-error")
    said = folded(str(failed.value))
    assert f"error: snapshot {held} is in use by image m-golden and cannot be deleted [SnapshotCreatedImage" in said
    assert "what to do: Delete the image first: Force does not help." in said
    assert "Traceback" not in said
    assert spoken(f'keep {kept}: deletion_policy is "retain"') in said
    assert {kept, held} <= set(_alive(emulator))

    emulator.world.remove(emulator.world.images.get("m-golden"))
    stack.destroy()
    assert _alive(emulator) == [kept]


def _three_releases(stack: Stack) -> tuple[list[str], str]:
    taken, said = [], ""
    for release in range(3):
        stack.configure({"release": str(release)})
        said = folded(stack.up())
        taken.append(stack.outputs()["id"])
    return taken, said


def _alive(emulator: Emulator) -> list[str]:
    emulator.now()
    return sorted(snapshot.id for snapshot in emulator.world.snapshots)


def test_an_order_that_would_lose_the_old_snapshot_first_is_refused_in_one_sentence(new_stack: NewStack) -> None:
    stack = new_stack(DELETES_FIRST)
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    said = folded(str(failed.value))
    assert "error: Snapshot 'web' has delete_before_replace, which would delete the old snapshot before the" in said
    assert "Traceback" not in said
