from __future__ import annotations

from pulumi.output import Unknown

from alicloud_snapshot_provider.adapters.pulumi_values import from_pulumi, to_pulumi
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN

PLAIN = {"text": "x", "number": 1.0, "flag": True, "nothing": None, "list": [1, {"deep": [2]}]}


def test_plain_values_are_the_same_on_both_sides() -> None:
    assert from_pulumi(PLAIN) == PLAIN
    assert to_pulumi(PLAIN) == PLAIN


def test_what_is_unknown_stays_unknown_at_any_depth() -> None:
    core = from_pulumi({"a": Unknown(), "b": [{"c": Unknown()}]})
    there_and_back = to_pulumi(core)

    assert core == {"a": UNKNOWN, "b": [{"c": UNKNOWN}]}
    assert isinstance(there_and_back["a"], Unknown)
    assert isinstance(there_and_back["b"][0]["c"], Unknown)


def test_the_reference_to_the_provider_is_none_of_the_cores_business() -> None:
    assert from_pulumi({"disk_id": "d-1", "__provider": "gASV"}) == {"disk_id": "d-1"}


def test_tuples_become_lists() -> None:
    assert to_pulumi({"a": (1, 2)}) == {"a": [1, 2]}
