"""The steps of docs/migrating.md, from `alicloud.ecs.EcsSnapshot` to `Snapshot`, without a snapshot taken again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from documented import python_blocks
from harness import NewStack, plugin_stack
from workbench.environment import ROOT
from workbench.history import mutations
from workbench.stack import Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

TAGGED, ADOPTED, RETAINED, IMPORTED = (
    block.code.replace("d-bp67acfmxazb4p", "d-demo-system")
    for block in python_blocks(ROOT / "docs" / "migrating.md")
    if block.not_run
)
IMAGE = '\nimage = alicloud.ecs.Image("golden", image_name="golden", snapshot_id=web.id)\n'
IMPORT_ALICLOUD = "import pulumi_alicloud as alicloud\n"


def test_a_dynamic_snapshot_adopts_what_an_ecs_snapshot_took(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(TAGGED.replace("tags=adoption_tags(", "tags=None and adoption_tags(") + IMAGE)
    stack.up()
    before = _ids(emulator)
    _write(stack, TAGGED + IMAGE)
    assert "1 updated" in stack.up()
    _write(stack, IMPORT_ALICLOUD + ADOPTED + IMAGE)
    emulator.clear_log()
    assert "adopts s-" in stack.up()

    assert _ids(emulator) == before
    assert stack.outputs()["snapshot"] == before[0]
    assert mutations(emulator) == [f"TagResources {before[0]}"] * 2, "it is claimed, then handed over"
    assert _types(stack) == ["pulumi-python:dynamic/alicloud-snapshot:Snapshot"]
    stack.preview("--expect-no-changes")


def test_the_plugin_imports_what_an_ecs_snapshot_took(
    tmp_path: Path, emulator: Emulator, speed: float, spoken: Callable[[str], str]
) -> None:
    stack = plugin_stack(tmp_path, RETAINED, emulator, speed)
    stack.up()
    before = _ids(emulator)
    emulator.clear_log()
    _write(stack, IMPORTED.replace("s-bp67acfmxazb4p", before[0]))
    assert "1 imported" in stack.up()

    assert _ids(emulator) == before
    assert mutations(emulator) == []
    assert _types(stack) == ["alicloud-snapshot:index:Snapshot"]
    stack.preview("--expect-no-changes")


def _ids(emulator: Emulator) -> list[str]:
    world = emulator.describe_world()
    return [record["id"] for noun in ("snapshots", "images") for record in world[noun]]


def _types(stack: Stack) -> list[str]:
    return [resource["type"] for resource in stack.resources() if resource["type"].endswith("Snapshot")]


def _write(stack: Stack, program: str) -> None:
    (stack.project / "__main__.py").write_text(program)
