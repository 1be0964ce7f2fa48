from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
from properties import FOLDER, modules

import pulumi_alicloud_snapshot as sdk
from alicloud_snapshot_provider.nouns.fields import Field
from alicloud_snapshot_provider.registry import NOUNS
from pulumi_alicloud_snapshot import plugin
from pulumi_alicloud_snapshot._properties import choices

CHOOSING = {field.name: field for noun in NOUNS.values() for field in noun.fields if field.choices}


def test_the_typed_properties_are_those_of_the_field_tables() -> None:
    written = {path: path.read_text() for path in FOLDER.glob("*.py")}

    assert written == modules(), "run `make schema`"


@pytest.mark.parametrize("served", [sdk, plugin])
@pytest.mark.parametrize("noun", NOUNS)
def test_a_type_checker_knows_every_argument_as_a_keyword(served: Any, noun: str) -> None:
    (keywords,) = get_args(get_type_hints(getattr(served, noun).__init__)["arguments"])

    assert list(keywords.__annotations__) == [field.name for field in fields(getattr(sdk, f"{noun}Args"))]


@pytest.mark.parametrize("field", CHOOSING.values(), ids=CHOOSING)
def test_the_choices_are_what_the_check_accepts(field: Field) -> None:
    assert [field.validate(choice) for choice in field.choices] == [None] * len(field.choices)
    assert f'"{field.choices[0]}"' in str(field.validate("another"))


def test_the_choices_have_names() -> None:
    assert get_args(choices.WaitUntil) == CHOOSING["wait_until"].choices
