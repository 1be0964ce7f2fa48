"""The page of the examples: what each shows, and its program."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.environment import ROOT

from manual.tables import code

EXAMPLES = ROOT / "examples"
_LANGUAGES = {".py": "python", ".ts": "typescript", ".yaml": "yaml", ".sh": "sh", ".toml": "toml", ".json": "json"}
_FENCE = "```"


def examples() -> list[Path]:
    """Return the folder of each example."""
    return sorted(folder for folder in EXAMPLES.iterdir() if _programs(folder))


def anchor(folder: Path) -> str:
    """Return the anchor of an example's section."""
    return f"example-{folder.name}"


def examples_page() -> str:
    """Return the page."""
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    return "\n".join([re.sub(r"\]\(([\w-]+)\)", r"](#example-\1)", _inward(index)), *map(_section, examples())])


def _section(folder: Path) -> str:
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    title, about = _title_and_rest(_inward(text), folder.name)
    programs = [f"`{file.name}`:\n\n{code(_LANGUAGES[file.suffix], file.read_text())}" for file in _programs(folder)]
    return "\n".join([f"({anchor(folder)})=", f"## {folder.name}: {title}\n", _demoted(about), *programs])


def _title_and_rest(text: str, otherwise: str) -> tuple[str, str]:
    heading = re.match(r"# (?P<title>.+)\n(?P<rest>(?:.|\n)*)", text)
    return (heading["title"], heading["rest"].strip() + "\n") if heading else (otherwise, "")


def _inward(text: str) -> str:
    """Return the text with its links as the page has them."""
    text = re.sub(r"\]\((?:\.\./)+docs/", "](", text)
    text = re.sub(r"\]\(\.\./\.\./", "](../", text)
    return re.sub(r"\]\(\.\./(\d\d-[\w-]+|plugin-[\w-]+)/?(?:README\.md)?\)", r"](#example-\1)", text)


def _demoted(text: str) -> str:
    """Return the text with its headings one level lower, and nothing in its code blocks changed."""
    parts = text.split(_FENCE)
    prose = [re.sub(r"^#", "##", part, flags=re.MULTILINE) if n % 2 == 0 else part for n, part in enumerate(parts)]
    return _FENCE.join(prose)


def _programs(folder: Path) -> list[Path]:
    """Return what a user of the example writes: its program, or the Pulumi.yaml that is one."""
    names = ("__main__.py", "index.ts", "automation.py", "main.py")
    return [folder / name for name in names if (folder / name).exists()] or sorted(folder.glob("Pulumi.yaml"))
