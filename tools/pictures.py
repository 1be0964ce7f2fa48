"""Draws the pictures on the project's first page: `make pictures`.

The run is what Pulumi really prints for the README's program; the report is the page that `alicloud-snapshot report`
writes about a small account. Both come from the embedded ECS, in a light and a dark version.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from screens import told
from workbench.chromium import find_chromium
from workbench.environment import ROOT, VENV, SetUpError, say

from alicloud_snapshot_provider.ecs.wire_format import written_moment
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import let_go_by
from alicloud_snapshot_provider.ledger.proof import PROVEN_TAG
from ecs_emulator import Seed, running_emulator

FOLDER = ROOT / "docs" / "images"
_WIDTH = 122
_PREVIEWED = re.compile(r"^ (?:\+\+|--) .*$", re.M)
_DONE = re.compile(r"^ (?:\+\+|--) \S+ \S+ (?:creating|created|deleted) .*$", re.M)
_DIAGNOSTICS = re.compile(r"^Diagnostics:.*?(?=^Resources:)", re.M | re.S)
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_OPERATION = re.compile(r"(?P<resource>\S+ \S+) (?P<verb>creating|created|deleted)")
_INFO = "]; "
"""What ends the properties that differ, before the newest message."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of one version of a picture."""

    name: str
    background: tuple[int, int, int]
    text: tuple[int, int, int]
    colours: tuple[tuple[int, int, int], ...]
    """The eight of a terminal: black, red, green, yellow, blue, magenta, cyan, white."""
    chromium: int
    """The number by which Chromium knows the colour scheme."""

    @property
    def theme(self) -> TerminalTheme:
        """Gives the colours as rich takes them; the bright ones are the same."""
        return TerminalTheme(self.background, self.text, list(self.colours), list(self.colours))


SCHEMES = (
    Scheme(
        "light",
        (246, 248, 250),
        (31, 35, 40),
        (
            (31, 35, 40),
            (207, 34, 46),
            (17, 99, 41),
            (125, 78, 0),
            (9, 105, 218),
            (130, 80, 223),
            (27, 124, 131),
            (110, 119, 129),
        ),
        1,
    ),
    Scheme(
        "dark",
        (13, 17, 23),
        (230, 237, 243),
        (
            (72, 79, 88),
            (255, 123, 114),
            (63, 185, 80),
            (210, 153, 34),
            (88, 166, 255),
            (188, 140, 255),
            (57, 197, 207),
            (177, 186, 196),
        ),
        0,
    ),
)
_SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>pulumi preview and pulumi up of a snapshot and an image made from it</title>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def shown(preview: str, up: str) -> str:
    """Gives the lines of the two runs that the picture shows, with their colours.

    The screen is that of a terminal, which keeps one line for each operation; `creating` is shown half-way.
    """
    plan = _DIAGNOSTICS.search(_plain_starts(preview))
    if plan is None:
        raise SetUpError(f"the preview shows no plan:\n{preview}")
    rows = [row.partition(_INFO)[0].removesuffix("]") + "]" for row in _rows(preview, _PREVIEWED)]
    done = [_in_two_lines(row) for row in _half_way(_rows(up, _DONE))]
    return "\n".join(["$ pulumi preview", *rows, *plan[0].rstrip().splitlines(), "", "$ pulumi up", *done])


def _plain_starts(printed: str) -> str:
    """Gives the text with the escapes before a line's first character put behind it, so that a line is found by it."""
    return re.sub(r"^((?:\x1b\[[0-9;]*m)+)(Diagnostics:|Resources:)", r"\2\1", printed, flags=re.M)


def _rows(printed: str, wanted: re.Pattern[str]) -> list[str]:
    return [line for line in printed.splitlines() if wanted.match(_ESCAPES.sub("", line))]


def _in_two_lines(row: str) -> str:
    """Gives the row with the progress of what is being created on a line of its own, and without it afterwards."""
    done, _, newest = row.partition(_INFO)
    return f"{done}]\n      {newest}" if newest and "creating" in done else done.removesuffix("]") + "]"


def _half_way(rows: list[str]) -> Iterator[str]:
    """Gives the middle one of the rows that tell of the same operation."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        found = _OPERATION.search(_ESCAPES.sub("", row))
        groups.setdefault(found[0] if found else row, []).append(row)
    for same in groups.values():
        yield same[len(same) // 2]


def drawn(text: str, scheme: Scheme) -> str:
    """Gives the SVG of a terminal that shows the text."""
    console = Console(width=_WIDTH, record=True, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    for line in text.splitlines():
        console.print(Text("$ ", "bold") + Text(line[2:], "bold") if line.startswith("$ ") else Text.from_ansi(line))
    svg = console.export_svg(title="", theme=scheme.theme, code_format=_SVG, unique_id="run")
    return re.sub(r"\n\s*\n+", "\n", svg)


def photographed(page: Path, picture: Path, scheme: Scheme, profile: Path) -> None:
    """Has the browser take a picture of the first screen of a page."""
    browser = find_chromium()
    if browser is None:
        raise SetUpError("the picture of the report needs chromium")
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
        f"--blink-settings=preferredColorScheme={scheme.chromium}",
        "--window-size=1180,1000",
        f"--screenshot={picture}",
        page.as_uri(),
    ]
    subprocess.run(command, capture_output=True, check=True, timeout=120)


def report(folder: Path) -> Path:
    """Writes the report of a small account, by the command that a user types."""
    page = folder / "report.html"
    with running_emulator(_account()) as emulator:
        where = {
            "ALICLOUD_REGION": "cn-hangzhou",
            "ALICLOUD_ACCESS_KEY": "emulator-key-id",
            "ALICLOUD_SECRET_KEY": "emulator-key-secret",
            "ECS_ENDPOINT": emulator.url,
        }
        command = [str(VENV / "bin" / "alicloud-snapshot"), "report", "--html", str(page)]
        subprocess.run(command, cwd=folder, env=os.environ | where, check=True, timeout=120)
    return page


_DAY = 86_400.0


def _account() -> Seed:
    """Gives a shop's disks with ten weeks of snapshots, two of them without any."""
    now = time.time()
    disks = [
        _disk("web-system", 40, 14, "i-web", type="system"),
        _disk("web-uploads", 200, 90, "i-web"),
        _disk("db-system", 40, 11, "i-db", type="system"),
        _disk("db-data", 500, 310, "i-db"),
        _disk("queue", 60, 18, "i-batch"),
        _disk("build-cache", 80, 33, "i-batch"),
    ]
    weekly = [_taken("web-uploads", 90 + number, 7.0 * (10 - number), number, now) for number in range(1, 11)]
    nightly = [_taken("db-data", 300 + number, 29.1 - number, number, now) for number in range(1, 30)]
    releases = [
        _taken("web-system", 14, days, number, now) for number, days in enumerate((62.0, 40.0, 19.0, 5.5), start=1)
    ]
    return {
        "regions": [{"id": "cn-hangzhou", "zones": ["cn-hangzhou-h"]}],
        "access_keys": [{"id": "emulator-key-id", "secret": "emulator-key-secret"}],
        "instances": [{"id": f"i-{name}", "name": name} for name in ("web", "db", "batch")],
        "disks": disks,
        "snapshots": [
            *weekly,
            *nightly,
            *releases,
            _taken("queue", 18, 33.0, 1, now),
            _taken("db-system", 11, 2.0, 1, now),
        ],
        "images": [{"id": "m-golden", "name": "golden-v3", "disks": [{"snapshot_id": "s-web-system-3"}]}],
    }


def _disk(name: str, size: int, used: float, instance: str, **more: str) -> dict[str, Any]:
    return {"id": f"d-{name}", "name": name, "size": size, "used_gib": used, "instance_id": instance, **more}


_RESTORED = {("web-uploads", 7), ("db-data", 28)}
"""The snapshots that were restored for a trial, half a day after each was taken."""


def _taken(disk: str, gib: float, days_ago: float, generation: int, now: float) -> dict[str, Any]:
    series = f"shop/prod/{disk}#0123456789"
    tags: Mapping[str, str] = {SERIES_TAG: series, GENERATION_TAG: str(generation), **let_go_by(disk).tags}
    if (disk, generation) in _RESTORED:
        tags = {**tags, PROVEN_TAG: f"{written_moment(now - (days_ago - 0.5) * _DAY)} i-batch"}
    return {
        "id": f"s-{disk}-{generation}",
        "disk_id": f"d-{disk}",
        "creation_time": now - days_ago * _DAY,
        "full_gib": gib,
        "stored_gib": gib if generation == 1 else gib / 15,
        "tags": dict(tags),
    }


def main() -> int:
    """Draws all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    with told() as story:
        text = shown(story.stack.preview("--color", "always"), story.stack.up("--color", "always"))
    with tempfile.TemporaryDirectory() as folder:
        page = report(Path(folder))
        for scheme in SCHEMES:
            (FOLDER / f"run-{scheme.name}.svg").write_text(drawn(text, scheme))
            photographed(page, FOLDER / f"report-{scheme.name}.png", scheme, Path(folder) / scheme.name)
    for picture in sorted(FOLDER.iterdir()):
        say(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetUpError as error:
        sys.exit(f"pictures: {error}")
