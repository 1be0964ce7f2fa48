from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.ledger.intent import (
    GENERATION_TAG,
    INTENT_TAG,
    LEDGER_TAGS,
    SCOPE_TAG,
    SERIES_TAG,
    Intent,
    generation_of,
    scope_of,
    user_tags,
)
from alicloud_snapshot_provider.ledger.ownership import OWNERSHIP_TAG

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
INTENTS = st.builds(Intent, st.text(max_size=128), st.dictionaries(st.text(), JSON, max_size=4), st.integers(1, 10**6))
INTENT = Intent("project/stack/web#0123456789", {"disk_id": "d-1", "triggers": {"a": 1, "b": [2]}}, 3)


@given(INTENTS, st.integers(1, 20))
def test_a_client_token_is_what_ecs_takes(intent: Intent, attempt: int) -> None:
    token = intent.client_token(attempt)

    assert token.isascii()
    assert len(token) <= 64


@given(INTENTS)
def test_equal_intents_have_the_same_token_whatever_the_order_of_their_inputs(intent: Intent) -> None:
    reordered = replace(intent, inputs=dict(reversed(intent.inputs.items())))

    assert reordered.client_token(1) == intent.client_token(1)


@given(INTENTS, INTENTS)
def test_different_intents_have_different_keys(one: Intent, other: Intent) -> None:
    assert (one.key == other.key) == (one == other)


@pytest.mark.parametrize(
    "change",
    [
        {"series": "project/stack/db#0123456789"},
        {"inputs": {"disk_id": "d-2", "triggers": {"a": 1, "b": [2]}}},
        {"inputs": {"disk_id": "d-1", "triggers": {"a": 1, "b": [3]}}},
        {"inputs": {"disk_id": "d-1"}},
        {"generation": 4},
    ],
)
def test_another_series_input_or_generation_is_another_intent(change: dict[str, object]) -> None:
    assert replace(INTENT, **change).key != INTENT.key


def test_each_attempt_has_its_own_token() -> None:
    assert INTENT.client_token(1) != INTENT.client_token(2)


def test_the_key_never_changes_between_releases() -> None:
    assert INTENT.key == "2753b780b59b365a42ab379199fec61e"


def test_the_tags_record_the_whole_intent() -> None:
    assert INTENT.tags() == {
        SERIES_TAG: "project/stack/web#0123456789",
        SCOPE_TAG: "project/stack",
        GENERATION_TAG: "3",
        INTENT_TAG: INTENT.key,
        OWNERSHIP_TAG: "being-created",
    }
    assert tuple(INTENT.tags()) == LEDGER_TAGS


@pytest.mark.parametrize(
    ("tags", "status", "claimed"),
    [
        (INTENT.tags(), "progressing", True),
        (INTENT.tags(), "accomplished", True),
        (INTENT.tags(), "failed", False),
        ({**INTENT.tags(), INTENT_TAG: "other"}, "progressing", False),
        ({INTENT_TAG: INTENT.key}, "accomplished", False),
        ({}, "progressing", False),
    ],
)
def test_an_intent_claims_only_its_own_unfinished_snapshot(tags: dict[str, str], status: str, claimed: bool) -> None:
    assert INTENT.claims(SnapshotInfo("s-1", status=status, tags=tags)) is claimed


@pytest.mark.parametrize(
    ("series", "scope"),
    [
        ("project/stack/web#0123456789", "project/stack"),
        ("project/stack/web:d-1#0123456789", "project/stack"),
        ("project/stack/web#short", "project/stack/web#short"),
        ("nightly", "nightly"),
        ("a/b/c", "a/b/c"),
    ],
)
def test_a_derived_series_belongs_to_its_stack_and_a_named_one_to_itself(series: str, scope: str) -> None:
    assert scope_of(series) == scope


@pytest.mark.parametrize(("recorded", "generation"), [("3", 3), ("3.0", 3), ("x", 0), (None, 0)])
def test_a_generation_is_read_from_its_tag_and_0_without_one(recorded: str | None, generation: int) -> None:
    tags = {} if recorded is None else {GENERATION_TAG: recorded}

    assert generation_of(SnapshotInfo("s-1", tags=tags)) == generation


def test_the_users_own_tags_are_those_of_neither_the_ledger_nor_the_system() -> None:
    tags = {**INTENT.tags(), "acs:ecs:createFrom": "i-1", "aliyun-x": "1", "team": "web"}

    assert user_tags(tags) == {"team": "web"}
