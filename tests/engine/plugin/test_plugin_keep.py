"""The test of `test_keep.py`, unchanged, through the plugin."""

from test_keep import *  # noqa: F403
