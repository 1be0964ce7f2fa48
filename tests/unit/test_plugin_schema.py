"""The schema: whole, described, and the same in the repository as what the plugin serves."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from alicloud_snapshot_provider.adapters.plugin.cases import camel_case
from alicloud_snapshot_provider.adapters.plugin.configuration import CONFIG_KEYS
from alicloud_snapshot_provider.adapters.plugin.schema import schema_text
from alicloud_snapshot_provider.registry import NOUNS
from pulumi_alicloud_snapshot import plugin

ROOT = Path(__file__).parents[2]
Schema = dict[str, Any]


@pytest.fixture
def schema() -> Schema:
    return dict(json.loads(schema_text()))


def test_the_committed_schema_is_what_the_plugin_serves() -> None:
    committed = (ROOT / "sdk" / "schema" / "schema.json").read_text()
    assert committed == schema_text(), "run `make schema`"


def test_it_says_who_publishes_the_package_and_where_its_executables_are(schema: Schema) -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    assert (schema["homepage"], schema["repository"]) == (urls["Homepage"], urls["Repository"])
    path = schema["repository"].removeprefix("https://github.com/")
    assert schema["pluginDownloadURL"] == f"github://api.github.com/{path}"
    assert schema["publisher"] == path.split("/")[0]
    assert {"category/cloud", "kind/native"} <= set(schema["keywords"])


def test_every_property_and_argument_is_described(schema: Schema) -> None:
    assert [path for path, text in _properties("", schema) if not text.rstrip().endswith(".")] == []


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_its_properties_and_says_what_replaces_it(schema: Schema, noun: str) -> None:
    resource = schema["resources"][f"alicloud-snapshot:index:{noun}"]
    assert set(resource["inputProperties"]) == {camel_case(each.name) for each in NOUNS[noun].fields if each.is_input}
    assert set(resource["required"]) <= set(resource["properties"])
    assert any(each.get("replaceOnChanges") for each in resource["inputProperties"].values())


def test_a_snapshot_needs_nothing_but_its_disk(schema: Schema) -> None:
    snapshot = schema["resources"]["alicloud-snapshot:index:Snapshot"]
    assert snapshot["requiredInputs"] == ["diskId"]
    assert snapshot["inputProperties"]["keepLast"]["default"] == 1
    assert "retentionDays" not in snapshot["required"]
    assert "deprecationMessage" in snapshot["properties"]["instantAccess"]


def test_the_python_provider_takes_every_key_of_the_configuration() -> None:
    assert {camel_case(each.name) for each in fields(plugin.ProviderArgs)} == {key.name for key in CONFIG_KEYS}


def test_the_yaml_example_states_what_the_schema_has(schema: Schema) -> None:
    program = yaml.safe_load((ROOT / "examples" / "plugin-yaml" / "Pulumi.yaml").read_text())
    for resource in program["resources"].values():
        described = schema["resources"][_token(resource["type"])]
        assert set(described["requiredInputs"]) <= set(resource["properties"]) <= set(described["inputProperties"])
    for variable in program["variables"].values():
        call = variable["fn::invoke"]
        assert set(call["arguments"]) <= set(schema["functions"][_token(call["function"])]["inputs"]["properties"])
    for name, output in re.findall(r"\$\{(\w+)\.(\w+)\}", str(program["outputs"])):
        if name in program["resources"] and output != "id":
            assert output in schema["resources"][_token(program["resources"][name]["type"])]["properties"]


def _token(short: str) -> str:
    return short.replace(":", ":index:", 1)


def _properties(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for group in ("properties", "inputProperties", "variables"):
            for name, each in node.get(group, {}).items() if isinstance(node.get(group), dict) else ():
                if isinstance(each, dict):
                    yield f"{path}/{group}/{name}", each.get("description", "")
        for name, each in node.items():
            yield from _properties(f"{path}/{name}", each)
