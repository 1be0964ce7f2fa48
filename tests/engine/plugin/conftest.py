from __future__ import annotations

from pathlib import Path

import pytest
from harness import NewStack, write_project
from workbench.environment import VENV
from workbench.stack import Stack

from ecs_emulator import Emulator

PLUGIN = f"""
plugins:
  providers:
    - name: alicloud-snapshot
      path: {VENV / "bin"}
"""


@pytest.fixture
def new_stack(tmp_path: Path, emulator: Emulator, speed: float) -> NewStack:
    """Makes stacks that are configured for the plugin, which their Pulumi.yaml names."""

    def make(program: str) -> Stack:
        project = write_project(tmp_path, program)
        with (project / "Pulumi.yaml").open("a") as description:
            description.write(PLUGIN)
        stack = Stack(project, tmp_path / "state", emulator, speed)
        stack.create()
        where = {"endpoint": emulator.endpoint, "protocol": "HTTP", "region": "cn-hangzhou"}
        keys = {"accessKey": "emulator-key-id", "secretKey": "emulator-key-secret"}
        stack.configure(_own(where), _own(keys))
        return stack

    return make


def _own(values: dict[str, str]) -> dict[str, str]:
    return {f"alicloud-snapshot:{name}": value for name, value in values.items()}
