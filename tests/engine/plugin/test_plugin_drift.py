"""The tests of `test_drift.py`, unchanged, through the plugin."""

import pytest
from test_drift import *  # noqa: F403

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
