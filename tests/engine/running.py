"""A run of Pulumi that a test interrupts or kills, with everything that it started, and what that leaves."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from harness import command
from workbench.environment import ENGINE
from workbench.stack import Stack
from workbench.warm_python import WARM_PYTHON

_SECONDS = 240.0
"""Only what hangs takes so long, however busy the machine is."""
_BETWEEN_LOOKS = 0.02


class RunningUp:
    """A `pulumi up` under way, in a session of its own; whatever is left of it when the context ends is killed.

    A `cold` one starts each Python itself: its providers are children of the engine, and end with it alone.
    """

    def __init__(self, stack: Stack, *options: str, cold: bool = False) -> None:
        up = ("up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack.name, *options)
        command = [str(ENGINE / "pulumi"), *up]
        self._stack = stack
        self._printed = stack.project.parent / "up.txt"
        with self._printed.open("w") as printed:
            self._process = subprocess.Popen(
                command,
                cwd=stack.project,
                env=stack.environment | ({WARM_PYTHON: ""} if cold else {}),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._kill_session()
        self._process.wait()

    def until(self, happened: Callable[[], bool]) -> Self:
        """Wait for something that the run brings about; fails the test where the run ends without it."""
        end = time.monotonic() + _SECONDS
        while not happened():
            assert self._process.poll() is None, self.printed
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(_BETWEEN_LOOKS)
        return self

    @property
    def printed(self) -> str:
        """What the run has printed so far."""
        return self._printed.read_text()

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def ended(self) -> str:
        """Wait for the run to end by itself, and give what it printed."""
        self._process.wait(_SECONDS)
        return self.printed

    def kill(self) -> None:
        """Kill the engine and all that descend from it, then unlock the stack."""
        self._kill_session()
        self._process.wait()
        self._stack.unlock()

    def kill_engine(self) -> None:
        """Kill the engine alone, then unlock the stack: what it started lives on."""
        self._process.kill()
        self._process.wait()
        self._stack.unlock()

    def until_ended(self, of: str) -> None:
        """Wait for the processes of the run whose command lines contain a word; fails where one goes on."""
        end = time.monotonic() + _SECONDS
        while left := [line for line in map(_command_line, self._session()) if of in line]:
            assert time.monotonic() < end, left
            time.sleep(_BETWEEN_LOOKS)

    def processes(self, of: str) -> int:
        """Count the processes of the run whose command lines contain a word."""
        return sum(of in _command_line(pid) for pid in self._session())

    def _kill_session(self) -> None:
        for pid in self._session():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _session(self) -> list[int]:
        """The engine gives each plugin a process group of its own, so the session is what holds them together."""
        return [pid for pid in _all_processes() if _session_of(pid) == self._process.pid]


def _all_processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def listed_orphans(stack: Stack) -> tuple[int, list[tuple[str, str]]]:
    """Run `alicloud-snapshot orphans` in the stack's folder, and give its exit code and what it lists."""
    answer = command(stack, "orphans", "--output", "json")
    assert answer.exit_code in {0, 3}, answer.stderr
    return answer.exit_code, [(record["snapshot_id"], record["kind"]) for record in json.loads(answer.stdout)]
