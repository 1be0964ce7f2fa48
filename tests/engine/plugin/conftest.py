from __future__ import annotations

from pathlib import Path

import pytest
from harness import NewStack, plugin_stack

from ecs_emulator import Emulator


@pytest.fixture
def new_stack(tmp_path: Path, emulator: Emulator, speed: float) -> NewStack:
    """Makes stacks that are configured for the plugin, which their Pulumi.yaml names."""
    return lambda program: plugin_stack(tmp_path, program, emulator, speed)
