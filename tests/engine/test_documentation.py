"""The Python of the README and of the other pages runs on the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from documented import Block, blocks_of, documentation_stack, python_blocks
from workbench.environment import ROOT
from workbench.stack import PulumiFailed

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]
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


@pytest.fixture
def speed() -> float:
    return 600.0


def test_all_blocks_run_in_one_stack_and_a_second_run_changes_nothing(tmp_path: Path, emulator: Emulator) -> None:
    assert any(block.page == "README.md" for block in BLOCKS)
    stack = documentation_stack(tmp_path, BLOCKS, emulator, 600.0)
    stack.up()
    stack.preview("--expect-no-changes")


def test_a_block_that_fails_is_named_by_its_page_and_line(tmp_path: Path, emulator: Emulator) -> None:
    blocks = [Block("docs/a.md", 1, "import pulumi\n"), Block("docs/a.md", 7, "\npulumi.no_such_thing\n")]
    with pytest.raises(PulumiFailed, match=r'(?s)docs/a\.md", line 9.*no_such_thing'):
        documentation_stack(tmp_path, blocks, emulator, 600.0).preview()


def test_blocks_are_found_with_titles_in_tabs_and_with_the_reason_why_one_is_not_run() -> None:
    assert blocks_of(MARKDOWN, "page.md") == [
        Block("page.md", 2, "x = 1\n"),
        Block("page.md", 7, "if x:\n    y = 2\n", "it needs another account"),
    ]
