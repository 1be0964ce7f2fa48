"""The tests of `test_interruptions.py`, unchanged, through the plugin."""

import pytest
from test_interruptions import *  # noqa: F403

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
