"""The tests of `test_interruptions.py`, unchanged, through the plugin."""

from test_interruptions import *  # noqa: F403
