"""Properties on the wire: unknowns and secrets keep their meaning, numbers their kind."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from alicloud_snapshot_provider.adapters.plugin.names import Names
from alicloud_snapshot_provider.adapters.plugin.wire import from_wire, to_wire, with_secrets
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.registry import NOUNS

SECRET = {rpc._special_sig_key: rpc._special_secret_sig, "value": "d-1"}


def test_the_marks_are_those_of_pulumi_s_sdk() -> None:
    came = from_wire(_struct({"diskId": SECRET, "series": rpc.UNKNOWN}))
    assert came.values == {"diskId": "d-1", "series": UNKNOWN}
    assert came.secrets == {"diskId"}
    assert _plain(to_wire(came.values, came)) == {"diskId": SECRET, "series": rpc.UNKNOWN}


def test_whole_numbers_arrive_as_such_and_nothing_is_left_out() -> None:
    came = from_wire(_struct({"keepLast": 3.0, "price": 0.5, "forceDelete": False, "window": None, "list": [1.0, {}]}))
    assert came.values == {"keepLast": 3, "price": 0.5, "forceDelete": False, "list": [1, {}]}
    assert isinstance(came.values["keepLast"], int)


def test_a_secret_inside_of_a_property_makes_all_of_it_secret() -> None:
    came = from_wire(_struct({"tags": {"owner": SECRET}}))
    assert came.values == {"tags": {"owner": "d-1"}}
    assert came.secrets == {"tags"}


def test_an_output_that_repeats_a_secret_is_secret_too() -> None:
    came = from_wire(_struct({"diskId": SECRET}))
    outputs = _plain(to_wire({"sourceDiskId": "d-1", "status": "accomplished"}, came))
    assert outputs == {"sourceDiskId": SECRET, "status": "accomplished"}


def test_what_is_named_is_made_secret_once_and_all_else_stays_as_it_is() -> None:
    inputs = {"secretKey": "d-1", "region": "cn-hangzhou", "credentialsUri": SECRET, "tags": {"owner": SECRET}}
    marked = _plain(with_secrets(_struct(inputs), {"secretKey", "credentialsUri", "profile"}))
    assert marked == {**inputs, "secretKey": SECRET}


def test_the_table_tells_which_outputs_repeat_an_input_in_another_shape() -> None:
    names = Names(NOUNS["SnapshotSet"].fields)
    assert names.with_repetitions({"diskIds", "tags"}) == {"diskIds", "tags", "snapshotIds"}


@pytest.mark.parametrize("noun", NOUNS)
def test_what_an_output_is_said_to_repeat_is_an_input_of_some_noun(noun: str) -> None:
    inputs = {field.name for each in NOUNS.values() for field in each.fields if field.is_input}
    assert {name for field in NOUNS[noun].fields for name in field.repeats} <= inputs


def _struct(values: dict[str, object]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def _plain(struct: struct_pb2.Struct) -> object:
    return json_format.MessageToDict(struct)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), _JSON, max_size=4))
def test_plain_properties_are_on_the_wire_what_protobuf_makes_of_them(properties: dict[str, Any]) -> None:
    given_ones = {name: value for name, value in properties.items() if value is not None}

    struct = to_wire(properties)

    assert struct == json_format.ParseDict(given_ones, struct_pb2.Struct())
    assert from_wire(struct).values == given_ones
