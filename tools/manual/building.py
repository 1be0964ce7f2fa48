"""Sphinx, with every warning an error: a dead link, an unknown anchor, a page that no other leads to."""

from __future__ import annotations

from pathlib import Path

from sphinx.cmd.build import main as sphinx_build

_STRICTLY = ("--fail-on-warning", "--keep-going", "--nitpicky", "--quiet", "--fresh-env")


def build(pages: Path, site: Path, *options: str) -> int:
    """Build the staged pages into a site, and return the exit status."""
    return int(sphinx_build([*_STRICTLY, *options, "-d", f"{site}-trees", str(pages), str(site)]))
