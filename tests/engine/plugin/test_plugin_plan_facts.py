"""The tests of `test_plan_facts.py`, unchanged, through the plugin."""

from test_plan_facts import *  # noqa: F403
