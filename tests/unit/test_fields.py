from __future__ import annotations

from typing import Any

import pytest

from alicloud_snapshot_provider.nouns.fields import Change, Field, Kind, changed, check_fields, plain
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN, contains_unknown


def nine_at_most(days: int) -> str | None:
    return "is too many: use 9" if days > 9 else None


FIELDS = [
    Field("disk", Kind.STRING, "A disk.", Change.REPLACE, required=True, remedy="name one"),
    Field("days", Kind.INTEGER, "Days.", Change.UPDATE, validate=nine_at_most),
    Field("forced", Kind.BOOLEAN, "A flag.", Change.UPDATE, default=False),
    Field("tags", Kind.TAGS, "Tags.", Change.UPDATE),
    Field("group", Kind.STRING, "A group.", Change.UPDATE, computed=True),
    Field("mode", Kind.STRING, "A mode.", Change.UPDATE, default="quick"),
    Field("triggers", Kind.ANY, "Triggers.", Change.REPLACE),
    Field("status", Kind.STRING, "An output."),
]
ALL_ARGUMENTS = "disk, days, forced, tags, group, mode, triggers"


@pytest.mark.parametrize(
    "inputs",
    [
        {"disk": "d-1"},
        {"disk": "d-1", "days": 9, "forced": True, "tags": {"a": "b"}, "group": "g", "mode": "m", "triggers": [1]},
        {"disk": "d-1", "days": 3.0},
        {"disk": "d-1", "days": None, "tags": None},
        {"disk": UNKNOWN, "days": UNKNOWN, "tags": {"a": UNKNOWN}, "triggers": {"deep": [UNKNOWN]}},
    ],
)
def test_inputs_that_can_work_have_no_failures(inputs: dict[str, Any]) -> None:
    assert check_fields(FIELDS, inputs) == {}


@pytest.mark.parametrize(
    ("inputs", "name", "reason"),
    [
        ({"disk": None}, "disk", "is required: name one"),
        ({"disk": 7}, "disk", "must be a string, got 7: give it as one"),
        ({"days": "3"}, "days", "must be a whole number, got '3': give it as one"),
        ({"days": 1.5}, "days", "must be a whole number, got 1.5: give it as one"),
        ({"days": True}, "days", "must be a whole number, got True: give it as one"),
        ({"days": 10}, "days", "is too many: use 9"),
        ({"forced": "yes"}, "forced", "must be True or False, got 'yes': give it as one"),
        ({"tags": ["a"]}, "tags", "must be a map of strings to strings, got ['a']: give it as one"),
        ({"tags": {"a": 1}}, "tags", "must be a map of strings to strings, got {'a': 1}: give it as one"),
        ({"trigger": 1}, "trigger", "is not an argument: did you mean triggers?"),
        ({"retention": 1}, "retention", f"is not an argument: the arguments are {ALL_ARGUMENTS}"),
        ({"status": "x"}, "status", "is not an argument: did you mean tags?"),
    ],
)
def test_an_input_that_cannot_work_says_why_and_what_to_do(inputs: dict[str, Any], name: str, reason: str) -> None:
    assert check_fields(FIELDS, {"disk": "d-1", **inputs}) == {name: reason}


@pytest.mark.parametrize(
    ("olds", "news", "updates"),
    [
        ({}, {}, []),
        ({"days": 3}, {"days": 4}, ["days"]),
        ({"days": 3.0}, {"days": 3}, []),
        ({"days": 3}, {}, ["days"]),
        ({}, {"days": 3}, ["days"]),
        ({"tags": {"a": "b"}}, {}, ["tags"]),
        ({"tags": {}}, {}, []),
        ({"tags": None}, {"tags": {}}, []),
        ({"tags": {"a": "b"}}, {"tags": {"a": "c"}}, ["tags"]),
        ({"group": "g"}, {}, []),
        ({"group": "g"}, {"group": "h"}, ["group"]),
        ({}, {"mode": "quick", "forced": False}, []),
        ({}, {"mode": "slow", "forced": True}, ["forced", "mode"]),
        ({"mode": "slow"}, {}, ["mode"]),
        ({"days": 3}, {"days": UNKNOWN}, ["days"]),
        ({"status": "a"}, {"status": "b"}, []),
    ],
)
def test_only_inputs_that_mean_something_else_than_before_update(
    olds: dict[str, Any], news: dict[str, Any], updates: list[str]
) -> None:
    assert changed(FIELDS, olds, news, Change.UPDATE) == updates


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ({"n": 1.0, "list": [2.0, "x"]}, {"n": 1, "list": [2, "x"]}, False),
        ({"n": 1}, {"n": 2}, True),
        ([1, 2], (1, 2), False),
        ([1, 2], [2, 1], True),
        (None, {}, False),
        (0, None, True),
        (False, None, True),
        ("1", 1, True),
        ({"n": 1}, None, True),
    ],
)
def test_triggers_replace_where_their_json_value_changed(old: object, new: object, replaced: bool) -> None:
    assert (changed(FIELDS, {"triggers": old}, {"triggers": new}, Change.REPLACE) == ["triggers"]) is replaced


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3.0, 3),
        (3.5, 3.5),
        ("3.0", "3.0"),
        ({"a": [1.0, {"b": 2.0}]}, {"a": [1, {"b": 2}]}),
        ((1.0,), [1]),
        (None, None),
    ],
)
def test_whole_floats_become_the_numbers_that_the_program_wrote(value: object, expected: object) -> None:
    assert repr(plain(value)) == repr(expected)


@pytest.mark.parametrize(
    ("value", "unknown"),
    [(UNKNOWN, True), ({"a": [1, UNKNOWN]}, True), ((UNKNOWN,), True), ({"a": [1]}, False), ("UNKNOWN", False)],
)
def test_what_is_not_known_yet_is_found_at_any_depth(value: object, unknown: bool) -> None:
    assert contains_unknown(value) is unknown
    assert repr(UNKNOWN) == "UNKNOWN"
