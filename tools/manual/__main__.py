"""Builds the manual into build/docs: `make docs`. A warning, such as a dead link, is an error."""

from __future__ import annotations

import sys

from sphinx.cmd.build import main as sphinx_build
from workbench.environment import ROOT

from manual.staging import stage

BUILD = ROOT / "build"
SITE = BUILD / "docs"


def main() -> int:
    """Build, and return the exit status."""
    pages = BUILD / "docs-pages"
    stage(pages)
    strict = ["--fail-on-warning", "--keep-going", "--nitpicky", "--quiet", "--jobs", "auto"]
    status = sphinx_build([*strict, "-E", "-b", "html", "-d", str(BUILD / "docs-trees"), str(pages), str(SITE)])
    print(
        f"the manual is in {SITE.relative_to(ROOT)}/index.html" if status == 0 else "the manual has faults, see above"
    )
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
