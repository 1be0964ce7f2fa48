"""A drill through the plugin, as `test_restore_drill.py` has it: its example is of the dynamic resource."""

import pytest
from test_restore_drill import (  # noqa: F401
    speed,
    test_an_image_waits_until_its_snapshot_is_proven_and_is_not_made_of_a_damaged_one,
)

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
