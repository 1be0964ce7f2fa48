"""The tests of `test_ownership.py`, unchanged, through the plugin."""

from test_ownership import *  # noqa: F403
