"""The test of `test_kills.py` about the engine's death, through the plugin."""

from test_kills import (  # noqa: F401
    pytestmark,
    seed,
    speed,
    stack,
    test_a_provider_ends_with_its_engine_and_leaves_the_snapshot_to_the_next_run,
)
