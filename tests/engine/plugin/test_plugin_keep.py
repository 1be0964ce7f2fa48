"""The test of `test_keep.py`, unchanged, through the plugin."""

import pytest
from test_keep import *  # noqa: F403

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
