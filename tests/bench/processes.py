"""What the provider's process costs, read from /proc while the engine runs it."""

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


class ProviderCost:
    """Watches every process whose command line has `mark` in it, while the context is open."""

    def __init__(self, mark: str) -> None:
        self._mark = mark.encode()
        self._seen: dict[int, Cost] = {}
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

    @property
    def total(self) -> Cost:
        """CPU of all the processes, and the largest peak among them."""
        costs = self._seen.values()
        return Cost(sum(cost.cpu for cost in costs), max((cost.peak_mb for cost in costs), default=0.0))

    def _watch(self) -> None:
        while not self._done.wait(_INTERVAL):
            for folder in Path("/proc").iterdir():
                if folder.name.isdigit():
                    self._look_at(folder)

    def _look_at(self, folder: Path) -> None:
        try:
            if self._mark in (folder / "cmdline").read_bytes():
                self._seen[int(folder.name)] = _cost(folder)
        except (OSError, ValueError, IndexError):
            return  # it has ended meanwhile


def _cost(folder: Path) -> Cost:
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
    return Cost(cpu=(int(fields[11]) + int(fields[12])) / _TICKS, peak_mb=int(status["VmHWM"].split()[0]) / 1024)


def seconds_since(began: float) -> float:
    """Return the wall seconds since `began`, of time.monotonic."""
    return time.monotonic() - began
