#!/usr/bin/env python3
"""Sets up what the demo and the tests need; does next to nothing where that has been done."""

from __future__ import annotations

import subprocess
import sys

from workbench.alicloud_plugin import provide_alicloud_plugin
from workbench.chromium import provide_chromium
from workbench.engine import provide_engine
from workbench.environment import SetUpError
from workbench.node_host import provide_node_host
from workbench.python_packages import provide_python_packages


def main() -> int:
    """Gives 0, or 1 after one line on what to do."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever `python3` is on this machine runs this file
        print("Python 3.11 or later is needed: run `make PYTHON=python3.11`.", file=sys.stderr)
        return 1
    try:
        provide_python_packages()
        provide_engine()
        provide_node_host()
        provide_alicloud_plugin()
        provide_chromium()
    except (SetUpError, subprocess.CalledProcessError) as error:
        print(f"set-up failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
