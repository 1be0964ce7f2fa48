"""The tests of `test_preflight.py`, unchanged, through the plugin."""

from __future__ import annotations

import pytest
from harness import plugin_stack
from test_preflight import *  # noqa: F403
from test_preflight import program
from workbench.stack import Stack

from ecs_emulator import Emulator

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]


@pytest.fixture(scope="module")
def stack(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return plugin_stack(tmp_path_factory.mktemp("preflight"), program(), emulator, speed=1)
