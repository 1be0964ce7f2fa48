"""The manual documents what there is, all of it and nothing else."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pulumi
import pytest
from manual import examples_page, troubleshooting
from manual.command_page import commands, emulator_parser
from manual.staging import pages
from workbench.environment import ROOT

import pulumi_alicloud_snapshot as sdk
from alicloud_snapshot_provider.adapters.plugin.cases import camel_case
from alicloud_snapshot_provider.ecs import codes
from alicloud_snapshot_provider.errors import SnapshotError
from alicloud_snapshot_provider.registry import NOUNS
from alicloud_snapshot_provider.verification.bench import _MADE, _REMOVED
from ecs_emulator.actions import ACTIONS
from ecs_emulator.behaviours import behaviours

ECS_ROOM = ROOT / "provider" / "alicloud_snapshot_provider" / "ecs"
SCHEMA = json.loads((ROOT / "sdk" / "schema" / "schema.json").read_text())
HAND_WRITTEN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
READMES = sorted((ROOT / "examples").glob("*/README.md"))

pytestmark = pytest.mark.xdist_group("the manual")  # which one process reads once


@cache
def manual() -> Mapping[str, str]:
    return pages()


@cache
def everything() -> str:
    return "\n".join(manual().values())


def section(page: str, heading: str) -> str:
    return manual()[page].split(f"\n## {heading}\n")[1].split("\n## ")[0]


def named(table: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)`(?: `\w+`)? \|", table, re.MULTILINE))


@pytest.mark.parametrize("noun", NOUNS)
def test_a_resource_is_documented_with_the_arguments_of_its_class_and_no_other(noun: str) -> None:
    arguments = {field.name for field in fields(getattr(sdk, f"{noun}Args"))}
    assert named(section(f"resources/{noun}.md", "Arguments")) == arguments


@pytest.mark.parametrize("noun", NOUNS)
def test_a_resource_is_documented_with_the_properties_of_the_schema_and_no_other(noun: str) -> None:
    page = f"resources/{noun}.md"
    shown = {camel_case(name) for heading in ("Arguments", "Outputs") for name in named(section(page, heading))}
    resource = SCHEMA["resources"][f"alicloud-snapshot:index:{noun}"]
    assert shown == resource["properties"].keys() | resource["inputProperties"].keys()


@pytest.mark.parametrize("noun", NOUNS)
def test_a_resource_has_an_example_in_every_spelling(noun: str) -> None:
    examples = section(f"resources/{noun}.md", "Examples")
    assert re.search(rf"from pulumi_alicloud_snapshot import .*{noun}", examples)
    assert f"plugin.{noun}(" in examples
    assert f"snapshot.{noun}(" in examples
    assert f"type: alicloud-snapshot:{noun}" in examples


@pytest.mark.parametrize("name", sdk.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert re.search(rf"\b{name}\b", everything())


@pytest.mark.parametrize("name", sdk.GuardSettings.__annotations__)
def test_every_setting_of_a_guard_is_documented(name: str) -> None:
    assert f"| `{name}` |" in section("guards.md", "Settings")


def test_every_argument_of_the_guard_of_all_languages_is_documented() -> None:
    resource = SCHEMA["resources"]["alicloud-snapshot:index:StackGuard"]
    assert named(section("guards.md", "`StackGuard`")) == set(resource["inputProperties"])


@pytest.mark.parametrize("name", SCHEMA["functions"])
def test_every_function_of_the_plugin_is_documented(name: str) -> None:
    assert f"`{name}`" in manual()["functions.md"]


@pytest.mark.parametrize("name", SCHEMA["config"]["variables"])
def test_every_key_of_the_configuration_is_documented(name: str) -> None:
    assert f"| `{name}` |" in manual()["configuration.md"]


@pytest.mark.parametrize("name", commands())
def test_every_command_is_documented_with_its_options(name: str) -> None:
    shown = section("command-line.md", f"`alicloud-snapshot {name}`")
    options = [option for each in commands()[name].params for option in each.opts if option.startswith("--")]
    assert [option for option in options if option != "--help" and option not in shown] == []
    assert len(shown.split("````")[0].strip()) > 20, f"say in the docstring of the command {name} what it does"


@pytest.mark.parametrize("page", [*HAND_WRITTEN, *READMES], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_that_is_written_about_exists(page: Path) -> None:
    written = re.findall(r"alicloud-snapshot ([a-z][a-z-]+(?: [a-z-]+)*)((?: [^`\n&|;#]+)?)", _commands_in(page))
    for words, rest in written:
        known = [name for name in commands() if f"{words} ".startswith(f"{name} ")]
        assert known, f"there is no command `alicloud-snapshot {words}`: correct {page.name}"
        options = {option for each in commands()[known[0]].params for option in (*each.opts, *each.secondary_opts)}
        unknown = {f"--{name}" for name in re.findall(r"--([a-z-]+)", rest)} - options
        if known[0] == "emulator":
            unknown -= emulator_parser()._option_string_actions.keys()
        assert not unknown, f"`{known[0]}` has no {unknown}: correct {page.name}"


def _commands_in(page: Path) -> str:
    """Give what a page shows as code: spans, and blocks of shell."""
    text = page.read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`(alicloud-snapshot [^`]+)`", outside)])


def test_every_text_of_an_error_is_explained() -> None:
    missing = troubleshooting.unexplained()
    assert not missing, "\n\n".join(map(troubleshooting.to_add, missing))


def test_every_explained_text_is_one_of_the_code() -> None:
    unfounded = troubleshooting.unfounded()
    assert not unfounded, f"nothing in the code says {unfounded}: remove these lines from {troubleshooting.PAGE}"


def test_texts_are_read_from_every_kind_of_place() -> None:
    texts = {text.text: text for text in troubleshooting.error_texts()}
    assert len(texts) > 150
    assert texts["no region is configured"].error == "InvalidInput"
    assert texts["must be 0 to 72 hours, got …: correct it"].error == "refusal"
    assert texts["no region is configured"].remedy.startswith("Run `pulumi config set alicloud:region <region>`")


def test_a_text_that_nobody_explains_is_named_with_the_line_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubleshooting, "entries", dict)
    added = "\n".join(map(troubleshooting.to_add, troubleshooting.unexplained()))
    assert "| `no region is configured` | Run `pulumi config set alicloud:region <region>`" in added
    assert "docs/troubleshooting.md" in added


def test_every_kind_of_error_is_documented() -> None:
    kinds = {type(rule.build("")).__name__ for rule in codes._RULES}
    assert all(f"`{kind}`" in manual()["ecs-codes.md"] for kind in kinds)
    assert all(issubclass(getattr(codes, kind), SnapshotError) for kind in kinds)


@pytest.mark.parametrize("folder", [each for each in sorted((ROOT / "examples").iterdir()) if each.is_dir()], ids=str)
def test_every_example_is_shown_with_its_program_and_its_readme(folder: Path) -> None:
    assert folder in examples_page.examples(), f"{folder.name}: name its program in tools/manual/examples_page.py"
    shown = manual()["examples.md"].split(f"({examples_page.anchor(folder)})=")[1].split("\n(example-")[0]
    (readme,) = folder.glob("README.md")
    title, *_ = readme.read_text().splitlines()
    assert f"## {folder.name}: {title.removeprefix('# ')}" in shown
    assert f"](#{examples_page.anchor(folder)})" in manual()["examples.md"], f"name {folder.name} in examples/README.md"
    told = [line for line in readme.read_text().splitlines()[1:] if "](" not in line and not line.startswith("#")]
    assert [line for line in told if line not in shown] == []


def test_the_policies_together_allow_what_the_code_calls_and_nothing_else() -> None:
    called = {
        f"ecs:{action}"
        for file in ECS_ROOM.glob("*.py")
        for action in re.findall(r'(?:call|remove|Listing)\(\s*"(\w+)"', file.read_text())
    }
    called |= {f"ecs:{action}" for action in (*_MADE, *_REMOVED)}
    policies = _policies()
    everything_allowed = policies.pop("Everything")
    assert everything_allowed == called, "correct the last policy of docs/permissions.md"
    assert set().union(*policies.values()) == called, "name each action in the policy of its feature, too"
    assert all(action.startswith("ecs:Describe") for action in policies["Preview only"])


def _policies() -> dict[str, set[str]]:
    titled = [part.partition("\n") for part in manual()["permissions.md"].split("\n## ")]
    policies = {title: re.findall(r"```json\n(.*?)```", text, re.DOTALL) for title, _, text in titled}
    return {
        title: {action for each in json.loads(*found)["Statement"] for action in each["Action"]}
        for title, found in policies.items()
        if found
    }


@pytest.mark.parametrize("page", [*HAND_WRITTEN, *READMES], ids=lambda page: str(page.relative_to(ROOT)))
def test_external_links_are_addresses(page: Path) -> None:
    for link in re.findall(r"\]\((https?:[^)]*)\)", page.read_text()):
        parts = urlsplit(link)
        assert parts.scheme == "https", f"{link} is not encrypted: use https"
        assert "." in (parts.hostname or ""), f"{link} names no host: correct it"


@pytest.mark.parametrize("page", [ROOT / "README.md", *READMES], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_of_the_project_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), f"{link}: there is no such file, correct the link"


def test_the_page_of_the_emulator_has_every_action_and_every_behaviour() -> None:
    actions, told = manual()["emulator-actions.md"].split("\n## Behaviours\n")
    assert named(actions) == set(ACTIONS)
    assert [row for row in behaviours() if row.behaviour.replace("|", r"\|") not in told] == []
    assert "| `CreateSnapshot` | Begin to create a snapshot of a disk" in actions
    assert "**`DiskId`**" in actions
    assert "`Tag.N.{Key, Value}`" in actions


def test_the_page_of_the_guarantees_names_the_tests_that_the_readme_does() -> None:
    table = (ROOT / "README.md").read_text().split("\n## Guarantees\n")[1].split("\n## ")[0]
    missing = [path for path in re.findall(r"`(tests/[\w/.]+)`", table) if path not in manual()["guarantees.md"]]
    assert missing == [], "name them in docs/guarantees.md, too"


def test_every_test_that_the_manual_names_exists() -> None:
    paths = set(re.findall(r"`(tests/[\w/.]+)`", everything()))
    assert paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


@cache
def _words() -> frozenset[str]:
    """Give the words of all Python of the project and of the names of its files, and Pulumi's own options."""
    rooms = ("sdk", "provider", "emulator", "tools", "tests")
    files = [file for room in rooms for file in (ROOT / room).rglob("*.py")]
    options = inspect.signature(pulumi.ResourceOptions).parameters
    written = "\n".join([*(file.read_text() for file in files), *(file.stem for file in files), *options])
    return frozenset(re.findall(r"\w+", written))


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=lambda page: page.name)
def test_names_of_python_that_are_written_about_exist(page: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))
    names = {name for span in spans for name in re.findall(r"(?<![\w./-])[a-z]+(?:_[a-z]+)+(?![\w/-])", span)}
    gone = sorted(names - _words())
    assert gone == [], f"{page.name} writes about what is not in the code: {gone}"


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=lambda page: page.name)
def test_names_of_the_plugin_that_are_written_about_exist(page: Path) -> None:
    spans = re.findall(r"`([a-z]+(?:[A-Z][a-z]+)+)`", page.read_text())
    known = {name for resource in SCHEMA["resources"].values() for name in resource.get("properties", ())}
    known |= set(
        re.findall(r"^export function (\w+)", (ROOT / "sdk" / "nodejs" / "guard.ts").read_text(), re.MULTILINE)
    )
    known |= (
        SCHEMA["config"]["variables"].keys()
        | {"customTimeouts", "dependsOn"}
        | {each.rpartition(":")[2] for each in SCHEMA["functions"]}
    )
    assert sorted(set(spans) - known) == []
