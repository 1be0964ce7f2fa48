from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from generated import generated_sdks, installed_node_modules
from harness import NewStack, plugin_stack

from alicloud_snapshot_provider.adapters.plugin.names import Names
from alicloud_snapshot_provider.snapshots.fields import SNAPSHOT_FIELDS
from ecs_emulator import Emulator


@pytest.fixture(scope="session")
def spoken() -> Callable[[str], str]:
    return Names(SNAPSHOT_FIELDS).translate


@pytest.fixture(scope="session")
def sdks() -> Path:
    """The generated SDKs, one folder each."""
    return generated_sdks()


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The pinned compiler, and Pulumi's SDK for Node.js."""
    return installed_node_modules()


@pytest.fixture
def new_stack(tmp_path: Path, emulator: Emulator, speed: float) -> NewStack:
    """Makes stacks that are configured for the plugin, which their Pulumi.yaml names."""
    return lambda program: plugin_stack(tmp_path, program, emulator, speed)
