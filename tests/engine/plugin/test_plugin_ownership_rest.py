"""The rest of the tests of `test_ownership.py`, through the plugin."""

import pytest
from test_ownership import (  # noqa: F401
    seed,
    speed,
    stack,
    test_a_destroy_or_rename_that_fails_costs_no_good_snapshot,
    test_two_states_of_the_same_names_in_one_account_leave_each_other_alone,
    test_what_was_deliberately_kept_outlives_the_next_resource_of_that_name,
)

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
