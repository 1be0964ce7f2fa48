"""The tests of `test_ownership.py` through the plugin that show each way to lose a snapshot once."""

from test_ownership import (  # noqa: F401
    pytestmark,
    seed,
    speed,
    stack,
    test_lost_tags_are_told_and_put_back_and_never_bring_back_the_dead,
    test_the_history_follows_what_is_renamed_and_the_newest_rules_decide,
)
