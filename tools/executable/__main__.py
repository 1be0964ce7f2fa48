"""`python -m executable`: builds the executable for this machine into dist/."""

from __future__ import annotations

import sys

from workbench.environment import ROOT, say

from executable.archive import packed
from executable.building import built


def main() -> int:
    """Say what was made, with its sizes."""
    folder = built(ROOT / "build" / "plugin")
    archive = packed(folder, ROOT / "dist")
    unpacked = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    say(f"{archive.relative_to(ROOT)}: {archive.stat().st_size / 1e6:.0f} MB, unpacked {unpacked / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
