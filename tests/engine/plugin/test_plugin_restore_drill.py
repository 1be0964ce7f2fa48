"""A drill through the plugin, as `test_restore_drill.py` has it: its example is of the dynamic resource."""

import pytest
from test_restore_drill import (  # noqa: F401
    speed,
    test_what_depends_on_a_drill_waits_until_the_snapshot_is_proven,
)

pytestmark = pytest.mark.engine
