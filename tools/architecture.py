#!/usr/bin/env python3
"""Writes what docs/architecture.md shows of the code: the diagram of the rooms, and the lines of each."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from pathlib import Path

import grimp
from workbench.environment import ROOT

PAGE = ROOT / "docs" / "architecture.md"
PACKAGE = "alicloud_snapshot_provider"
_TOP = ("adapters", "cli")
_GROUND = ("nouns", "ledger", "waiting", "ecs")
_SOURCE = ROOT / "provider" / PACKAGE


def diagram() -> str:
    """Gives the rooms of the provider and who imports whom, as Mermaid draws it.

    Whoever needs the ground floor needs all of it, so only the nouns together point there.
    """
    arrows = _room_imports()
    rooms = sorted({*arrows, *(other for others in arrows.values() for other in others)})
    nouns = [room for room in rooms if room not in {*_GROUND, *_TOP}]
    lines = [f"  {room} --> {other}" for room in nouns for other in sorted(arrows[room] - {*_GROUND, *_TOP})]
    ground = " --> ".join(_GROUND)
    top = [f"  {room} --> rooms" for room in _TOP]
    inside = [f"  {line}" for line in lines]
    return "\n".join(
        ["```mermaid", "graph TD", *top, "  subgraph rooms", *inside, "  end", f"  rooms --> {ground}", "```"]
    )


def lines_by_room() -> str:
    """Gives a table of the rooms: what each says of itself, its files and its lines of Python."""
    rows = ["| room | what it is for | files | lines |", "| --- | --- | --- | --- |"]
    for room in sorted(path for path in _SOURCE.iterdir() if (path / "__init__.py").is_file()):
        files = sorted(room.rglob("*.py"))
        count = sum(len(file.read_text().splitlines()) for file in files)
        purpose = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
        rows.append(f"| `{room.name}/` | {purpose.splitlines()[0]} | {len(files)} | {count} |")
    return "\n".join(rows)


def rendered(page: str) -> str:
    """Gives the page with its made parts made anew, each between a line that names it and the next such line."""
    for name, text in (("diagram", diagram()), ("rooms", lines_by_room())):
        before, _, rest = page.partition(f"<!-- made: {name} -->\n")
        _, _, after = rest.partition("<!-- made: end -->\n")
        page = f"{before}<!-- made: {name} -->\n{text}\n<!-- made: end -->\n{after}"
    return page


def _room_imports() -> dict[str, set[str]]:
    graph = grimp.build_graph(PACKAGE)
    imports: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pair = _room(module), _room(other)
            if all(pair) and pair[0] != pair[1]:
                imports[pair[0]].add(pair[1])
    return imports


def _room(module: str) -> str:
    """Gives the room of a module, empty for a module that is in none."""
    name = module.removeprefix(f"{PACKAGE}.").split(".")[0]
    return name if (_SOURCE / name / "__init__.py").is_file() else ""


def main() -> int:
    """Writes the page."""
    Path(PAGE).write_text(rendered(PAGE.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
