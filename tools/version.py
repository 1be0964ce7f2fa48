#!/usr/bin/env python3
"""Prints the version, which only pyproject.toml states; with `--changes`, what the changelog says of it."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """Return 1, with what to do, where the changelog has no section of the version."""
    stated = version()
    if arguments != ["--changes"]:
        print(stated)
        return 0
    found = changes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), stated)
    if not found:
        print(f"CHANGELOG.md has no section `## {stated} - DATE`: close `Unreleased` first", file=sys.stderr)
        return 1
    print(found)
    return 0


def version() -> str:
    """Return the version of the package, of the plugin and of the SDKs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def changes(changelog: str, release: str) -> str:
    """Return the section of a release, empty where there is none."""
    sections = re.split(r"^## (.+)$", changelog, flags=re.MULTILINE)
    titled = dict(zip(sections[1::2], sections[2::2], strict=True))
    return next((text.strip() for title, text in titled.items() if title.split(" - ")[0] == release), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
