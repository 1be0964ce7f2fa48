"""The Python examples on the pages of the resources run on the real engine, as dynamic resources and by the plugin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from documented import Block, documentation_stack, python_blocks
from manual.resource_pages import DOCUMENTATION, dynamic

from alicloud_snapshot_provider.registry import NOUNS
from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

TAGGED = {"id": "d-nightly", "instance_id": "i-demo", "tags": {"backup": "nightly"}}
"""The disk that the example of SnapshotSet chooses by its tag."""


def _of_its_own(block: Block) -> Block:
    """Give a block with disks and snapshots that no other block names."""
    return replace(block, code=block.code.replace("-bp67acfmxazb", f"-{Path(block.page).stem.lower()}"))


BY_PLUGIN = [_of_its_own(block) for noun in NOUNS for block in python_blocks(DOCUMENTATION / f"{noun}.md")]


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param(BY_PLUGIN, id="by the plugin"),
        pytest.param(
            [replace(block, code=dynamic(block.code)) for block in BY_PLUGIN],
            id="dynamic",
            marks=pytest.mark.exhaustive,
        ),
    ],
)
def test_the_examples_of_all_resources_run(tmp_path: Path, emulator: Emulator, blocks: list[Block]) -> None:
    assert {f"{noun}.md" for noun in NOUNS} == {Path(block.page).name for block in blocks}
    emulator.add_seed({"disks": [TAGGED]})
    documentation_stack(tmp_path, blocks, emulator, 600.0).up()
