"""The test of `test_components.py`, unchanged, through the plugin."""

import pytest
from test_components import *  # noqa: F403

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
