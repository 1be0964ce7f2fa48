"""The test of `test_components.py`, unchanged, through the plugin."""

from test_components import *  # noqa: F403
