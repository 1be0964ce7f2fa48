"""What the processes of a run cost, read from /proc while the engine runs them."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_INTERVAL = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds, and the peak of resident memory in MB."""

    cpu: float = 0.0
    peak_mb: float = 0.0


class Costs:
    """Watches the processes of a run while the context is open.

    Only those count that have the run's `folder` in their environment: others may run beside it. `marks` name them,
    each by what its command line has in it, and no earlier mark.
    """

    def __init__(self, folder: Path, **marks: str) -> None:
        self._folder = str(folder).encode()
        self._marks = {name: mark.encode() for name, mark in marks.items()}
        self._seen: dict[tuple[str, int], Cost] = {}
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._done.set()
        self._watcher.join()

    def of(self, name: str) -> Cost:
        """CPU of all the processes of a name, and the largest peak among them."""
        costs = [cost for (each, _), cost in self._seen.items() if each == name]
        return Cost(sum(cost.cpu for cost in costs), max((cost.peak_mb for cost in costs), default=0.0))

    def _watch(self) -> None:
        while not self._done.wait(_INTERVAL):
            for folder in Path("/proc").iterdir():
                if folder.name.isdigit():
                    self._look_at(folder)

    def _look_at(self, folder: Path) -> None:
        try:
            command = (folder / "cmdline").read_bytes()
            name = next((name for name, mark in self._marks.items() if mark in command), None)
            if name is not None and self._folder in (folder / "environ").read_bytes():
                self._seen[name, int(folder.name)] = _cost(folder)
        except (OSError, ValueError, LookupError):
            return  # it has ended meanwhile


def _cost(folder: Path) -> Cost:
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
    return Cost(cpu=(int(fields[11]) + int(fields[12])) / _TICKS, peak_mb=int(status["VmHWM"].split()[0]) / 1024)


def seconds_since(began: float) -> float:
    """Return the wall seconds since `began`, of time.monotonic."""
    return time.monotonic() - began
