"""The Python of Markdown pages, run in one stack: each fenced block of each page, from the first to the last.

The blocks of a page share their names, as cells of a notebook do, so a later one need not import again. Each block's
resources have a parent of their own, so blocks may call theirs the same. The ids of disks, instances and snapshots
that the blocks name are planted in the emulator. A block after `<!-- not run: the reason -->` is left out.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness import plugin_stack
from workbench.environment import ROOT
from workbench.stack import Stack

from ecs_emulator import Emulator, Seed

_FENCED = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]+) -->\s*\n)?"
    r"^(?P<indent>[ \t]*)```(?:python|py)\b[^\n]*\n(?P<code>.*?)^(?P=indent)```[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_NAMED_ID = re.compile(r"""["']((?:d|i|s)-[a-z0-9-]+)["']""")
_CONFIGURATION = {"release": "v1", "diskId": "d-demo-data", "instanceId": "i-demo"}

_PROGRAM = """
import json
from pathlib import Path

import pulumi

parents = []
declare = pulumi.Resource.__init__

def declare_in_block(self, t, name, custom, props=None, opts=None, *more, **others):
    if parents and (opts is None or opts.parent is None):
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=parents[-1]))
    declare(self, t, name, custom, props, opts, *more, **others)

pulumi.Resource.__init__ = declare_in_block

names = {}
for number, block in enumerate(json.loads(Path("blocks.json").read_text())):
    place = f"{block['page']}:{block['line']}"
    parents.clear()
    parents.append(pulumi.ComponentResource(f"documentation:Block{number}", place))
    code = compile("\\n" * block["line"] + block["code"], block["page"], "exec")
    exec(code, names.setdefault(block["page"], {"__name__": "__main__"}))
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of Python; `line` is that of its opening fence, `not_run` why it is left out, if it is."""

    page: str
    line: int
    code: str
    not_run: str = ""


def python_blocks(page: Path) -> list[Block]:
    """Gives every block of Python on a page of the project."""
    return blocks_of(page.read_text(), str(page.relative_to(ROOT)))


def blocks_of(text: str, page: str) -> list[Block]:
    """Gives every block of Python in the Markdown of a page."""
    return [
        Block(
            page,
            text.count("\n", 0, found.start("code")),
            textwrap.dedent(found["code"]),
            found["reason"] or "",
        )
        for found in _FENCED.finditer(text)
    ]


def documentation_stack(
    folder: Path,
    blocks: Iterable[Block],
    emulator: Emulator,
    speed: float,
    configuration: Mapping[str, str] | None = None,
) -> Stack:
    """Makes a stack whose program is the blocks, its plugin configured too, and plants what they name."""
    run = [block for block in blocks if not block.not_run]
    emulator.add_seed(_world_of(run, emulator))
    stack = plugin_stack(folder, _PROGRAM, emulator, speed)
    (stack.project / "blocks.json").write_text(json.dumps([asdict(block) for block in run]))
    stack.configure({**_CONFIGURATION, **(configuration or {})})
    return stack


def _world_of(blocks: Sequence[Block], emulator: Emulator) -> Seed:
    """Describes what the blocks name and the emulator lacks: each disk is the system disk of its own instance.

    A snapshot is of the disk that the same block names, if it names one.
    """
    instances: dict[str, Any] = {}
    disks: dict[str, Any] = {}
    snapshots: dict[str, Any] = {}
    for block in blocks:
        disk_id = "d-demo-data"
        for name in dict.fromkeys(_NAMED_ID.findall(block.code)):
            kind, rest = name.split("-", 1)
            if kind == "s":
                snapshots.setdefault(name, {"id": name, "disk_id": disk_id})
                continue
            disk_id = f"d-{rest}"
            if name not in emulator.world.disks and name not in emulator.world.instances:
                instances[rest] = {"id": f"i-{rest}"}
                disks[rest] = {"id": disk_id, "instance_id": f"i-{rest}", "type": "system"}
    return {
        "instances": list(instances.values()),
        "disks": list(disks.values()),
        "snapshots": list(snapshots.values()),
    }
