"""In a stack's folder the command line knows the stack: its configuration, its series and what its state holds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from harness import NewStack
from typer.testing import CliRunner
from workbench.stack import Stack

from alicloud_snapshot_provider.cli.app import app

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

release = pulumi.Config().require("release")
Snapshot("web", disk_id="d-demo-system", triggers=release, keep_last=2)
"""

pytestmark = pytest.mark.engine


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs a command in a stack's folder, in this process, and gives what it prints for programs."""

    def run(stack: Stack, *arguments: str, code: int = 0) -> Any:
        monkeypatch.chdir(stack.project)
        for name in [*os.environ]:
            if name.startswith(("ALICLOUD_", "PULUMI_")):
                monkeypatch.delenv(name)
        for name, value in stack.environment.items():
            monkeypatch.setenv(name, value)
        answer = CliRunner().invoke(app, [*arguments, "--output", "json"])
        assert answer.exit_code == code, answer.output
        return json.loads(answer.stdout)

    return run


def test_a_stack_is_listed_pruned_and_rolled_back_without_a_change_of_its_state(
    new_stack: NewStack, command: Callable[..., Any]
) -> None:
    stack = new_stack(PROGRAM)
    for release in ("1", "2"):
        stack.configure({"release": release})
        stack.up()
    stack.emulator.add_seed({"snapshots": [{"id": "s-by-hand", "disk_id": "d-demo-data"}]})

    new, old = command(stack, "list")
    assert (new["generation"], old["generation"]) == (2, 1)
    assert {each["series"].partition("#")[0] for each in (new, old)} == {"engine-test/test/web"}
    assert len(command(stack, "list", "--all")) == 3
    assert [each["fate"] for each in command(stack, "prune", "--dry-run")] == ["keep", "keep"]
    pruned = command(stack, "prune", "--keep-last", "1", "--series", "web", "--yes")
    assert [(each["id"], each["fate"]) for each in pruned] == [
        (new["snapshot_id"], "keep"),
        (old["snapshot_id"], "remove"),
    ]

    outcome = command(stack, "rollback", "d-demo-system", "--to", new["snapshot_id"], "--stop-instance", "--yes")

    assert outcome["safety_snapshot_id"] not in {new["snapshot_id"], old["snapshot_id"]}
    assert command(stack, "orphans") == []
    stack.refresh("--expect-no-changes")
    stack.up("--expect-no-changes")
