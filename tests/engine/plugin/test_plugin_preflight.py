"""The tests of `test_preflight.py`, unchanged, through the plugin, which writes names as its users do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness import plugin_stack
from test_preflight import *  # noqa: F403
from test_preflight import program
from workbench.stack import Stack

from alicloud_snapshot_provider.adapters.plugin.names import Names
from alicloud_snapshot_provider.resources.snapshot_fields import SNAPSHOT_FIELDS
from ecs_emulator import Emulator


@pytest.fixture(scope="module")
def stack(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return plugin_stack(tmp_path_factory.mktemp("preflight"), program(), emulator, speed=1)


@pytest.fixture
def spoken() -> Callable[[str], str]:
    return Names(SNAPSHOT_FIELDS).spoken
