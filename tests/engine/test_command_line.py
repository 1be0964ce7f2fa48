"""In a stack's folder the command line knows the stack: its configuration, its series and what its state holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from harness import NewStack, command
from workbench.stack import Stack

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

release = pulumi.Config().require("release")
Snapshot("web", disk_id="d-demo-system", triggers=release, keep_last=2)
"""

pytestmark = pytest.mark.engine


def test_a_stack_is_listed_pruned_and_rolled_back_without_a_change_of_its_state(
    new_stack: NewStack,
) -> None:
    stack = new_stack(PROGRAM)
    for release in ("1", "2"):
        stack.configure({"release": release})
        stack.up()

    new, old = _answer(stack, "list")
    assert (new["generation"], old["generation"]) == (2, 1)
    assert {each["series"].partition("#")[0] for each in (new, old)} == {"engine-test/test/web"}
    pruned = _answer(stack, "prune", "--keep-last", "1", "--series", "web", "--yes")
    assert [(each["id"], each["fate"]) for each in pruned] == [
        (new["snapshot_id"], "keep"),
        (old["snapshot_id"], "remove"),
    ]

    outcome = _answer(stack, "rollback", "d-demo-system", "--to", new["snapshot_id"], "--stop-instance", "--yes")

    assert outcome["safety_snapshot_id"] not in {new["snapshot_id"], old["snapshot_id"]}
    stack.refresh("--expect-no-changes")
    stack.up("--expect-no-changes")


def _answer(stack: Stack, *arguments: str) -> Any:
    """Runs a command, and gives what it prints for programs."""
    answer = command(stack, *arguments, "--output", "json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)
