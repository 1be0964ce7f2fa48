"""The Python of the README and of the other pages runs on the real engine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from documented import Block, blocks_of, documentation_stack, python_blocks
from harness import write_project
from workbench.environment import ROOT
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]
BLOCKS = [block for page in PAGES for block in python_blocks(page)]

MARKDOWN = """
```python title="one"
x = 1
```
=== "In a tab"
    <!-- not run: it needs another account -->
    ```python
    if x:
        y = 2
    ```
```sh
pulumi up
```
"""

SPEED = 30.0
"""Slow enough that a busy machine answers within the time-outs of the commands of a freeze."""


@pytest.fixture
def speed() -> float:
    return SPEED


def test_all_blocks_run_in_one_stack_and_a_second_run_changes_nothing(tmp_path: Path, emulator: Emulator) -> None:
    assert any(block.page == "README.md" for block in BLOCKS)
    stack = documentation_stack(tmp_path, BLOCKS, emulator, SPEED)
    stack.up()
    stack.preview("--expect-no-changes")


def test_a_newcomer_gets_a_first_snapshot_by_the_readme_with_2_commands_and_10_lines(
    tmp_path: Path, emulator: Emulator
) -> None:
    section = (ROOT / "README.md").read_text().split("\n## ")[0]
    commands = [shlex.split(line, comments=True) for line in _first_fenced("sh", section)]
    program = _first_fenced("python", section)
    project = ["name: web", "runtime: python"]
    assert all(f"`{line}`" in section for line in project)
    assert len(commands) == 2
    assert len(program) + len(project) <= 10

    install, *pulumi = commands
    assert install[:2] == ["pip", "install"]
    (disk,) = re.findall(r'disk_id="([^"]+)"', "\n".join(program))
    emulator.add_seed({"disks": [{"id": disk, "instance_id": "i-demo", "type": "system"}]})
    stack = Stack(write_project(tmp_path, "\n".join(program)), tmp_path / "state", emulator, SPEED)
    (stack.project / "Pulumi.yaml").write_text("\n".join(project))
    stack.create()
    for tool, command, *arguments in pulumi:
        assert tool == "pulumi"
        confirmed = ["--yes", "--skip-preview"] if command == "up" else []
        stack.run(command, *arguments, *confirmed)
    (snapshot,) = emulator.world.snapshots
    assert (snapshot.disk_id, snapshot.status) == (disk, "accomplished")


def test_a_block_that_fails_is_named_by_its_page_and_line(tmp_path: Path, emulator: Emulator) -> None:
    blocks = [Block("docs/a.md", 1, "import pulumi\n"), Block("docs/a.md", 7, "\npulumi.no_such_thing\n")]
    with pytest.raises(PulumiFailed, match=r'(?s)docs/a\.md", line 9.*no_such_thing'):
        documentation_stack(tmp_path, blocks, emulator, SPEED).preview()


def test_blocks_are_found_with_titles_in_tabs_and_with_the_reason_why_one_is_not_run() -> None:
    assert blocks_of(MARKDOWN, "page.md") == [
        Block("page.md", 2, "x = 1\n"),
        Block("page.md", 7, "if x:\n    y = 2\n", "it needs another account"),
    ]


def _first_fenced(language: str, text: str) -> list[str]:
    return text.split(f"```{language}\n")[1].split("\n```", maxsplit=1)[0].splitlines()
