"""The pages as Sphinx reads them: those of docs/, and those that are made, with links that hold within the site."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from workbench.environment import ROOT

from manual.command_page import command_page
from manual.emulator_page import emulator_page
from manual.examples_page import anchor, examples_page
from manual.reference_pages import configuration_page, ecs_codes_page, functions_page, guards_page
from manual.resource_pages import resource_pages

DOCS = ROOT / "docs"
_COPIED = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "README.md": "index.md"}
"""Files beside docs/ that are pages of the site."""
_ELSEWHERE = _COPIED | {"examples/README.md": "examples.md", "examples": "examples.md"}
"""All that a page of the site stands for."""
_OUTWARD = re.compile(r"\]\(\.\./(?P<path>[^)#]+)(?P<anchor>#[^)]*)?\)")


def stage(folder: Path) -> list[Path]:
    """Write every page into an empty folder, and return the pages."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(DOCS / "conf.py", folder)
    for name, text in pages().items():
        page = folder / name
        page.parent.mkdir(parents=True, exist_ok=True)
        inside = text if page.parent != folder else _OUTWARD.sub(lambda link: _inward(link, folder), text)
        page.write_text(inside, encoding="utf-8")
    return sorted(folder.rglob("*.md"))


def pages() -> dict[str, str]:
    """Return the text of every page by its path in the site."""
    written = {str(page.relative_to(DOCS)): page.read_text(encoding="utf-8") for page in sorted(DOCS.rglob("*.md"))}
    copied = {name: _of_root(file) for file, name in _COPIED.items() if file != "README.md"}
    made = {
        "command-line.md": command_page(),
        "configuration.md": configuration_page(),
        "ecs-codes.md": ecs_codes_page(),
        "emulator-actions.md": emulator_page(),
        "examples.md": examples_page(),
        "functions.md": functions_page(),
        "guards.md": guards_page(),
        **resource_pages(),
    }
    return written | copied | made


def _of_root(name: str) -> str:
    """Return a file of the root with its links as seen from docs/."""
    return re.sub(r"\]\((?!https?:|#)", "](../", (ROOT / name).read_text(encoding="utf-8")).replace("](../docs/", "](")


def _inward(link: re.Match[str], folder: Path) -> str:
    """Return a link to something outside of docs/ as one within the site. Raises FileNotFoundError for a dead one."""
    path, fragment = link["path"].rstrip("/"), link["anchor"] or ""
    target = ROOT / path
    if path in _ELSEWHERE:
        return f"]({_ELSEWHERE[path]}{fragment})"
    if target.parent.name == "examples" and target.is_dir():
        return f"](examples.md#{anchor(target)})"
    if not target.is_file():
        raise FileNotFoundError(f"{link[0]} names no file of the project: correct the link")
    kept = folder / "files" / path
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(target, kept)
    return f"](files/{path})"
