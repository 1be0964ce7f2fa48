"""`pulumi preview --json --show-sames | alicloud-snapshot guarded` fails where a disk has no guard, on one stack."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping

import pytest
from harness import command, write_project
from workbench.stack import Stack

from ecs_emulator import AcceleratedClock, running_emulator

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("guarded")]

SPEED = 60.0
PROGRAM = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import guard_stack

config = pulumi.Config()
if config.get_bool("guarded"):
    guard_stack()
if config.get_bool("declared") is not False:
    ecs.EcsDisk("data", disk_name="data", category="cloud_essd", size=40, zone_id="cn-hangzhou-h")
"""
DATA = "data (alicloud:ecs/ecsDisk:EcsDisk): no snapshot is taken before its"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, tuple[int, str]]]:
    """How the check of each preview of a stack's life ended, and what it said."""
    folder = tmp_path_factory.mktemp("guarded")
    with running_emulator(None, AcceleratedClock(SPEED)) as emulator:
        stack = Stack(write_project(folder, PROGRAM), folder / "state", emulator, SPEED)
        stack.create()
        judged = {"first": _judged_by_a_pipe(stack)}
        stack.up()
        stack.configure({"guarded": "true"})
        judged["guard comes"] = _judged(stack)
        stack.configure({"declared": "false"})
        judged["guard comes as the disk goes"] = _judged(stack)
        stack.configure({"declared": "true"})
        stack.up()
        judged["nothing changes"] = _judged(stack)
        judged["nothing changes, not shown"] = _judged(stack, "")
        stack.configure({"declared": "false"})
        judged["guarded disk goes"] = _judged(stack)
        (stack.project / "__main__.py").write_text("raise ValueError('no disk today')\n")
        judged["program fails"] = _judged(stack)
        before = len(emulator.calls(mutating=True))
        assert before == 1, "only the disk was made, and no preview changed anything"
        yield judged


def _judged(stack: Stack, shown: str = "--show-sames") -> tuple[int, str]:
    answer = subprocess.run(
        ["/bin/sh", "-c", _preview(stack, shown)],
        cwd=stack.project,
        env=stack.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=stack.seconds,
    )
    judged = command(stack, "guarded", given=answer.stdout)
    return judged.exit_code, judged.stdout + judged.stderr


def _judged_by_a_pipe(stack: Stack) -> tuple[int, str]:
    """Runs what the documentation says."""
    answer = subprocess.run(
        ["/bin/sh", "-c", f"{_preview(stack)} | alicloud-snapshot guarded"],
        cwd=stack.project,
        env=stack.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=stack.seconds,
    )
    return answer.returncode, answer.stdout + answer.stderr


def _preview(stack: Stack, shown: str = "--show-sames") -> str:
    return f"pulumi preview --json {shown} --non-interactive --stack {stack.name}"


def test_an_unguarded_disk_fails_it_with_the_line_that_mends_it(judged: Mapping[str, tuple[int, str]]) -> None:
    assert judged["first"] == (
        3,
        f"{DATA} update and delete\n  add before the resources: guard_stack()\n"
        "1 of 1 instances and disks without a guard\n",
    )


def test_a_guarded_disk_passes_also_where_it_stays_the_same_or_goes(judged: Mapping[str, tuple[int, str]]) -> None:
    fine = (0, "0 of 1 instances and disks without a guard\n")
    assert [judged[each] for each in ("guard comes", "nothing changes", "guarded disk goes")] == [fine] * 3


def test_a_guard_that_comes_too_late_for_a_deletion_fails_it(judged: Mapping[str, tuple[int, str]]) -> None:
    code, said = judged["guard comes as the disk goes"]
    assert code == 3
    assert said.startswith(
        f"{DATA} delete\n  this run would delete it: first run `pulumi up` without that change, with guard_stack() and "
        "the resource\n"
    )


def test_it_never_passes_because_it_saw_nothing(judged: Mapping[str, tuple[int, str]]) -> None:
    code, said = judged["nothing changes, not shown"]
    assert (code, said) == (
        2,
        "error: the preview leaves out what stays the same, so nobody knows what is guarded. Run "
        "`pulumi preview --json --show-sames | alicloud-snapshot guarded`.\n",
    )
    code, said = judged["program fails"]
    assert code == 1
    assert said.startswith("error: the preview failed: ")
    assert "no disk today" in said
