"""Groups, sets, copies and locks that exist already are read through the plugin, as `test_lookup.py` has it."""

import pytest
from test_lookup import seed, test_groups_sets_copies_and_locks_are_read_by_id  # noqa: F401

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
