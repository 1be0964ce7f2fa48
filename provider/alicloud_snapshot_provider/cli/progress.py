"""Shows progress: moving bars on a terminal, and lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from ..ecs.models import SnapshotInfo
from ..printable import visible
from ..waiting.progress import duration_text, progress_text
from .screen import Screen


class Board(Protocol):
    """Shows the progress of several snapshots."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def begin(self, info: SnapshotInfo) -> None:
        """Show a snapshot from now on."""

    def hear(self, info: SnapshotInfo) -> None:
        """Show the progress of a snapshot. Begin to show it if it is new."""

    def finish(self, info: SnapshotInfo) -> None:
        """Show that a snapshot is accomplished."""

    def lose(self, snapshot_id: str, reason: str) -> None:
        """Show why a snapshot will not be accomplished."""


def board_for(screen: Screen) -> Board:
    """Return bars for a terminal, otherwise lines."""
    return Bars(screen) if screen.console.is_terminal and not screen.for_programs else Lines(screen)


class Lines:
    """Prints a line for each new percent, and overwrites nothing."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    def begin(self, info: SnapshotInfo) -> None:
        self._shown[info.snapshot_id] = ""

    def hear(self, info: SnapshotInfo) -> None:
        if self._shown.get(info.snapshot_id) != info.progress:
            self._shown[info.snapshot_id] = info.progress
            self._screen.say(progress_text(info))

    def finish(self, info: SnapshotInfo) -> None:
        self._screen.say(f"snapshot {info.snapshot_id} is accomplished")

    def lose(self, snapshot_id: str, reason: str) -> None:
        del self._shown[snapshot_id]
        self._screen.warn(f"error: {reason}")


class Bars:
    """Draws a bar for each snapshot, with percent and ECS's estimate of the remaining time."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[left]}"),
            console=screen.console,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, info: SnapshotInfo) -> None:
        name = f"{info.snapshot_id} of {info.source_disk_id}"
        self._bars[info.snapshot_id] = self._progress.add_task(name, total=100, completed=info.percent, left="")

    def hear(self, info: SnapshotInfo) -> None:
        if info.snapshot_id not in self._bars:
            self.begin(info)
        left = info.remain_time
        text = f"about {duration_text(left)} left" if left is not None and left > 0 else ""
        self._progress.update(self._bars[info.snapshot_id], completed=info.percent, left=text)

    def finish(self, info: SnapshotInfo) -> None:
        self._progress.update(self._bars[info.snapshot_id], completed=100, left="accomplished")

    def lose(self, snapshot_id: str, reason: str) -> None:
        self._progress.update(self._bars[snapshot_id], left="failed")
        self._progress.console.print(f"error: {visible(reason, lines=True)}", soft_wrap=True)
