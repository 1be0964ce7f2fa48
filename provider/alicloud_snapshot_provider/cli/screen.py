"""The output of a command: tables for people, JSON for programs, and sentences on stderr."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..errors import InvalidInput
from ..printable import visible

Output = Literal["table", "json"]
NATURAL_WIDTH = 100_000
"""The width without a terminal. Every cell has enough room, and no line is cut."""
_BETWEEN = 2
_NOTHING = frozenset({"", "-"})
_STYLES = {
    "ok": "green",
    "warning": "yellow",
    "accomplished": "green",
    "progressing": "yellow",
    "failed": "red",
    "keep": "green",
    "remove": "red",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `right` aligns numbers. On a narrow terminal, a `fold` column goes below its row."""

    heading: str
    right: bool = False
    fold: bool = False


class Screen:
    """Standard output and standard error of one command.

    Only terminals get colour, and none if NO_COLOR is set. A table has no borders, so that it looks the same in a log.
    """

    def __init__(self, output: Output = "table") -> None:
        self.output: Output = output
        self.console = _console(sys.stdout)
        self.errors = _console(sys.stderr)

    @property
    def for_programs(self) -> bool:
        """Whether standard output has only JSON."""
        return self.output == "json"

    def agrees(self, question: str) -> bool:
        """Ask a question. Only yes is a yes. Raises InvalidInput if there is no terminal."""
        if not sys.stdin.isatty():
            raise InvalidInput("--yes", "there is no terminal to ask", remedy="Give --yes to go on without a question.")
        # The event loop handles Ctrl-C only at the next await. That comes after the answer, which would be too late.
        handler = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
            return sys.stdin.readline().strip().lower() in {"y", "yes"}
        finally:
            signal.signal(signal.SIGINT, handler)

    def say(self, text: str) -> None:
        """Print a line to standard output, or to standard error if standard output has only JSON."""
        _print(self.errors if self.for_programs else self.console, _text(text))

    def warn(self, text: str) -> None:
        """Print a line to standard error."""
        _print(self.errors, _text(text))

    def json(self, value: Any) -> None:
        """Print a value to standard output as indented JSON."""
        print(visible(json.dumps(value, indent=2, ensure_ascii=False), lines=True))

    def table(self, columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> None:
        """Print a table to standard output. No cell is cut: if a line is too long, `fold` columns go below it."""
        rows = [[visible(cell) for cell in row] for row in cells]
        fits = _width(columns, rows) <= self.console.width
        beside = [index for index, column in enumerate(columns) if fits or not column.fold]
        below = [index for index in range(len(columns)) if index not in beside]
        heading, *lines = self._lines(
            [columns[each] for each in beside], [[row[each] for each in beside] for row in rows]
        )
        print(heading)
        for line, row in zip(lines, rows, strict=True):
            print(line)
            told = [f"{columns[each].heading.lower()}: {row[each]}" for each in below if row[each] not in _NOTHING]
            if told:
                print(f"  {', '.join(told)}")

    def _lines(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[str]:
        """Return the heading and a line for each row, at full width."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _BETWEEN, 0, 0))
        for column in columns:
            table.add_column(column.heading, justify="right" if column.right else "left", no_wrap=True)
        for row in rows:
            table.add_row(*(Text(cell, style=_STYLES.get(cell.partition(" ")[0], "")) for cell in row))
        with self.console.capture() as captured:
            self.console.print(table, width=NATURAL_WIDTH, crop=False)
        return [line.rstrip() for line in captured.get().splitlines()]


def _width(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    cells = [[column.heading, *(row[index] for row in rows)] for index, column in enumerate(columns)]
    return sum(max(map(cell_len, each)) for each in cells) + _BETWEEN * (len(columns) - 1)


def _console(file: IO[str]) -> Console:
    console = Console(file=file, highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = NATURAL_WIDTH
    return console


def _text(text: str) -> Text:
    return Text(visible(text, lines=True))


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)
