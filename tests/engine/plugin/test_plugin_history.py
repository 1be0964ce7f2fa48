"""The tests of `test_history.py`, unchanged, through the plugin."""

from test_history import *  # noqa: F403
