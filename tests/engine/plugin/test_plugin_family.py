"""The test of `test_family.py`, unchanged, through the plugin."""

from test_family import *  # noqa: F403
