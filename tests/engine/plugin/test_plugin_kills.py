"""The tests of `test_kills.py` about the engine's death and its checkpoint, through the plugin."""

import pytest
from test_kills import (  # noqa: F401
    seed,
    speed,
    stack,
    test_a_provider_ends_with_its_engine_and_leaves_the_snapshot_to_the_next_run,
    test_what_was_handed_over_before_the_engine_s_checkpoint_is_adopted,
    test_where_no_state_can_be_read_a_second_one_is_taken_and_the_first_one_named,
)

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
