"""The tests of `test_plan_facts.py`, unchanged, through the plugin."""

import pytest
from test_plan_facts import *  # noqa: F403

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
