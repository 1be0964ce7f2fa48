"""The tests of `test_drift.py`, unchanged, through the plugin."""

from test_drift import *  # noqa: F403
