"""The tests of `test_history.py`, unchanged, through the plugin."""

import pytest
from test_history import *  # noqa: F403

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
