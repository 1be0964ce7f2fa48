"""The tests of `test_kills.py` about the engine's checkpoint and its death, through the plugin."""

from test_kills import (  # noqa: F401
    pytestmark,
    seed,
    speed,
    stack,
    test_a_provider_ends_with_its_engine_and_leaves_the_snapshot_to_the_next_run,
    test_what_was_handed_over_before_the_engine_s_checkpoint_is_adopted,
)
