"""A wait that ends early leaves the snapshot in the state, and the next run resumes it: nothing is taken twice."""

from __future__ import annotations

import signal
import subprocess
from typing import Any

import pytest
from harness import NewStack, folded, world
from workbench.environment import ENGINE, engine_environment
from workbench.history import mutations
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator, Seed

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    config = pulumi.Config()
    snapshot = plugin.Snapshot(
        "web",
        disk_id="d-web",
        triggers=[config.get("release") or "v1"],
        opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create=config.get("patience") or "30m")),
    )
    pulumi.export("id", snapshot.id)
    pulumi.export("status", snapshot.status)
"""


HALF_AN_HOUR_S_WORTH = 900.0
"""GiB that a snapshot takes that long to store: at ten times the speed it is surely in progress when a wait ends."""


@pytest.fixture
def speed() -> float:
    return 10.0


@pytest.fixture
def seed() -> Seed:
    disk = {"id": "d-web", "type": "system", "category": "cloud_essd", "size": 2_000, "instance_id": "i-web"}
    return world(instances=[{"id": "i-web"}], disks=[disk | {"used_gib": 1.0, "changed_gib": 1.0}])


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


def test_a_wait_that_timed_out_is_resumed(stack: Stack, emulator: Emulator) -> None:
    emulator.write_disk("d-web", HALF_AN_HOUR_S_WORTH)
    stack.configure({"patience": "5s"})
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    (held,) = _snapshots(stack)
    assert f"snapshot {held['id']} of disk d-web is not accomplished after 5 s" in folded(str(failed.value))
    assert "what to do: Run `pulumi up` again: it resumes this snapshot." in folded(str(failed.value))
    assert held["outputs"]["status"] == "progressing"

    emulator.advance(1_780)
    stack.up()
    assert stack.outputs() == {"id": held["id"], "status": "accomplished"}
    assert _taken(emulator) == 1
    stack.preview("--expect-no-changes")


def test_an_interrupt_ends_the_wait_at_once_and_the_next_run_resumes_it(stack: Stack, emulator: Emulator) -> None:
    emulator.write_disk("d-web", HALF_AN_HOUR_S_WORTH)
    ended = _interrupted(stack)
    (held,) = _snapshots(stack)
    assert f"cancelled while waiting for {held['id']}, which goes on in the cloud" in folded(ended)
    assert _alive(emulator) == {held["id"]: "progressing"}

    emulator.advance(1_800)
    stack.up()
    assert stack.outputs() == {"id": held["id"], "status": "accomplished"}
    assert _taken(emulator) == 1


@pytest.mark.exhaustive
def test_a_replacement_that_is_not_ready_never_costs_the_old_snapshot(stack: Stack, emulator: Emulator) -> None:
    stack.up()
    old = stack.outputs()["id"]
    emulator.write_disk("d-web", HALF_AN_HOUR_S_WORTH)
    stack.configure({"release": "v2", "patience": "5s"})
    with pytest.raises(PulumiFailed):
        stack.up()
    new, pending = _snapshots(stack)
    assert (pending["id"], pending["delete"]) == (old, True)
    assert _alive(emulator) == {old: "accomplished", new["id"]: "progressing"}

    emulator.fail_snapshot(new["id"])
    with pytest.raises(PulumiFailed):
        stack.up()
    assert _alive(emulator)[old] == "accomplished"

    emulator.advance(1_800)
    stack.up()
    assert _alive(emulator) == {stack.outputs()["id"]: "accomplished"}
    assert mutations(emulator)[-3:].count(f"DeleteSnapshot {old}") == 1


def _snapshots(stack: Stack) -> list[dict[str, Any]]:
    return [resource for resource in stack.resources() if resource["type"] == "alicloud-snapshot:index:Snapshot"]


def _alive(emulator: Emulator) -> dict[str, str]:
    return {snapshot["id"]: snapshot["status"] for snapshot in emulator.describe_world()["snapshots"]}


def _taken(emulator: Emulator) -> int:
    return len(emulator.calls("CreateSnapshot"))


def _interrupted(stack: Stack) -> str:
    """Presses Ctrl-C once Pulumi shows the snapshot in progress, and gives what it printed from there on."""
    command = [str(ENGINE / "pulumi"), "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack.name]
    environment = engine_environment(stack.backend) | {"ALICLOUD_SNAPSHOT_TIME_SCALE": str(stack.speed)}
    with subprocess.Popen(
        command,
        cwd=stack.project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        before = next(line for line in run.stdout if " 0 %" in line)
        run.send_signal(signal.SIGINT)
        after, _ = run.communicate(timeout=240)
    return before + after
