"""Builds the manual into build/docs: `make docs`."""

from __future__ import annotations

import sys

from workbench.environment import ROOT

from manual.building import build
from manual.staging import stage

BUILD = ROOT / "build"
SITE = BUILD / "docs"


def main() -> int:
    """Build, and return the exit status."""
    pages = BUILD / "docs-pages"
    stage(pages)
    status = build(pages, SITE, "--jobs", "auto")
    print(
        f"the manual is in {SITE.relative_to(ROOT)}/index.html" if status == 0 else "the manual has faults, see above"
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
