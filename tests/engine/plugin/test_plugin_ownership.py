"""The tests of `test_ownership.py` through the plugin; test_plugin_existing.py has what `make test` shows of it."""

import pytest
from test_ownership import *  # noqa: F403

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]
