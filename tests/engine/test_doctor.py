"""`alicloud-snapshot doctor` in a stack's folder: it reads the stack's own configuration."""

from __future__ import annotations

import json
from typing import Any

import pytest
from harness import NewStack, command
from workbench.stack import Stack

pytestmark = pytest.mark.engine


def test_the_configuration_of_the_selected_stack_is_what_is_checked(new_stack: NewStack) -> None:
    stack = new_stack("")
    code, checks = _examined(stack)
    assert code == 0
    assert checks["engine"]["status"] == checks["alicloud plugin"]["status"] == "ok"
    assert checks["credentials"]["found"] == "access key from alicloud:accessKey"
    assert checks["region"]["found"] == "cn-hangzhou, from alicloud:region"
    assert checks["configuration"]["status"] == "ok"

    stack.configure({"alicloud:secretKey": "emulator-key-secret"})
    code, checks = _examined(stack)
    assert code == 0
    assert checks["configuration"]["status"] == "warning"
    assert checks["configuration"]["found"] == "alicloud:secretKey is in the stack's file as plain text"
    assert checks["configuration"]["remedy"] == (
        "Set it again with `pulumi config set --secret alicloud:secretKey`, and replace the key if others saw the file."
    )

    stack.run("stack", "unselect")
    code, checks = _examined(stack)
    assert code == 1
    assert checks["configuration"]["status"] == "failed"
    assert checks["configuration"]["remedy"].startswith("Select a stack with `pulumi stack select`")


def _examined(stack: Stack) -> tuple[int, dict[str, dict[str, Any]]]:
    answer = command(stack, "doctor", "--output", "json")
    assert answer.stdout, answer.stderr
    assert "emulator-key-secret" not in answer.stdout + answer.stderr
    return answer.exit_code, {check["check"]: check for check in json.loads(answer.stdout)}
