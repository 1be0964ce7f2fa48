"""The rest of the tests of `test_ownership.py`, through the plugin."""

import pytest
from test_ownership import (  # noqa: F401
    seed,
    speed,
    stack,
    test_a_destroy_or_rename_that_fails_costs_no_good_snapshot,
    test_a_name_that_is_declared_again_takes_nothing_of_the_resource_that_was_renamed,
    test_the_history_of_a_disk_outlives_the_disk,
    test_two_states_of_the_same_names_in_one_account_leave_each_other_alone,
    test_what_was_deliberately_kept_outlives_the_next_resource_of_that_name,
)

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
