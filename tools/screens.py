"""Writes the screens on the project's pages: what Pulumi and the command line really print, on the embedded ECS.

A screen is the fenced block below a line `<!-- screen: NAME -->` of a Markdown page.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.environment import ROOT, VENV, say
from workbench.stack import Stack

from ecs_emulator import AcceleratedClock, Emulator, Seed, running_emulator

_DAY = 86_400.0
_SPEED = 60.0
_SCREEN = re.compile(r"(?<=<!-- screen: )(?P<name>[\w-]+)(?P<open> -->\n```\w*\n)(?P<shown>.*?)(?=^```$)", re.M | re.S)
_PYTHON = re.compile(r"^```python\n(?P<code>.*?)^```$", re.M | re.S)
_PROJECT = "name: shop\nruntime: python\n"
_RELEASES = {"v1": 8.0, "v2": 2.0}
"""How many days ago each was taken; not quite, so that the hours stay the same however long the run takes."""
_NOT_QUITE = 50 * 60.0
_PAST = 10 * _DAY
_DISK = "d-bp67acfmxazb4p"
_WORLD: Seed = {
    "lifecycle": {"snapshot_seconds": 300},
    "regions": [{"id": "cn-hangzhou", "zones": ["cn-hangzhou-h"]}],
    "access_keys": [{"id": "emulator-key-id", "secret": "emulator-key-secret"}],
    "instances": [{"id": "i-bp1a2b3c", "name": "web"}],
    "disks": [
        {
            "id": _DISK,
            "name": "web-system",
            "type": "system",
            "category": "cloud_essd",
            "size": 40,
            "used_gib": 12,
            "instance_id": "i-bp1a2b3c",
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Story:
    """The README's stack after two releases, the newest two days old, with a third one configured."""

    stack: Stack

    def preview(self) -> str:
        """Gives the plan that the preview shows in the diagnostics."""
        printed = self.stack.preview()
        plan = re.search(r"^ *plan:\n.*?(?=^\s*$|^ *(?:warning|Resources):|\Z)", printed, re.M | re.S)
        if plan is None:
            raise SystemExit(f"the preview shows no plan:\n{printed}")
        return textwrap.dedent(plan[0]).rstrip() + "\n"

    def command(self, *arguments: str) -> str:
        """Gives what a command of `alicloud-snapshot` prints in the stack's folder, below its own line."""
        answer = subprocess.run(
            [VENV / "bin" / "alicloud-snapshot", *arguments],
            cwd=self.stack.project,
            env=self.stack.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        printed = answer.stdout + answer.stderr
        return f"$ alicloud-snapshot {' '.join(arguments)}\n{printed.rstrip()}\n"


SCREENS: Mapping[str, Callable[[Story], str]] = {
    "preview": Story.preview,
    "list": lambda story: story.command("list"),
    "prune": lambda story: story.command("prune", "--dry-run", "--keep-last", "1"),
}


@contextmanager
def told() -> Iterator[Story]:
    """Runs the README's program for two releases, days ago, and is about to run it for the third."""
    clock = AcceleratedClock(_SPEED, wall=lambda: time.time() - _PAST)
    with tempfile.TemporaryDirectory() as folder, running_emulator(_WORLD, clock) as emulator:
        stack = _stack(Path(folder), emulator)
        for release, days in _RELEASES.items():
            _advance_to(clock, days * _DAY + _NOT_QUITE)
            stack.configure({"release": release})
            stack.up()
            emulator.write_disk(_DISK, gib=2)
        _advance_to(clock, 0.0)
        stack.configure({"release": "v3"})
        yield Story(stack)


def pages() -> list[Path]:
    """Gives the pages that have a screen."""
    candidates = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in candidates if _SCREEN.search(page.read_text())]


def drawn(page: str, screens: Mapping[str, str]) -> str:
    """Gives a page's text with the screens in place."""
    return _SCREEN.sub(lambda found: found["name"] + found["open"] + screens[found["name"]], page)


def shown_on(page: str) -> set[str]:
    """Gives the names of the screens on a page."""
    return {found["name"] for found in _SCREEN.finditer(page)}


def screens() -> dict[str, str]:
    """Gives every screen as it is printed now."""
    with told() as story:
        return {name: draw(story) for name, draw in SCREENS.items()}


def main() -> int:
    """Redraws every page that has a screen."""
    fresh = screens()
    for page in pages():
        text = page.read_text()
        page.write_text(drawn(text, fresh))
        say(f"{page.relative_to(ROOT)}: {', '.join(sorted(shown_on(text)))}")
    return 0


def _advance_to(clock: AcceleratedClock, age: float) -> None:
    """Moves the emulated time on to `age` seconds before the present."""
    clock.advance(max(0.0, time.time() - age - clock.now()))


def _stack(folder: Path, emulator: Emulator) -> Stack:
    program = _PYTHON.search((ROOT / "README.md").read_text())
    if program is None:
        raise SystemExit("README.md has no Python")
    project = folder / "shop"
    project.mkdir()
    (project / "Pulumi.yaml").write_text(_PROJECT)
    (project / "__main__.py").write_text(program["code"])
    stack = Stack(project, folder / "state", emulator, _SPEED, name="prod")
    stack.create()
    return stack


if __name__ == "__main__":
    sys.exit(main())
