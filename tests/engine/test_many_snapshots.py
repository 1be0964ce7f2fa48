"""Many snapshots in one program run together: Pulumi's dynamic host alone would take them 4 at a time."""

from __future__ import annotations

import pytest
from harness import NewStack, world

from ecs_emulator import Seed

pytestmark = pytest.mark.engine

COUNT = 16
SNAPSHOT_SECONDS = 60

PROGRAM = f"""
    from pulumi_alicloud_snapshot import Snapshot

    for number in range({COUNT}):
        Snapshot(f"disk-{{number}}", disk_id=f"d-{{number}}")
"""


@pytest.fixture
def seed() -> Seed:
    """As many instances with a disk each, whose snapshots take a minute, whatever they hold."""
    instances = [{"id": f"i-{number}"} for number in range(COUNT)]
    disks = [{"id": f"d-{number}", "instance_id": f"i-{number}"} for number in range(COUNT)]
    return world(lifecycle={"snapshot_seconds": SNAPSHOT_SECONDS}, instances=instances, disks=disks)


@pytest.fixture
def speed() -> float:
    """Slow enough that the calls, which cost real time, do not count against the snapshots."""
    return 20.0


def test_sixteen_snapshots_of_a_minute_take_less_than_three(new_stack: NewStack) -> None:
    stack = new_stack(PROGRAM)
    stack.up("--parallel", "32")

    begun = [call.time for call in stack.emulator.calls("CreateSnapshot")]
    ended = [event.time for event in stack.emulator.events("snapshot.accomplished")]
    assert len(begun) == len(ended) == COUNT
    assert max(ended) - min(begun) < 3 * SNAPSHOT_SECONDS
