"""Runs and ends child processes: only its own, and gently first."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECONDS_TO_END = 30


def run(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], seconds: float, captured: bool
) -> subprocess.CompletedProcess[str]:
    """Runs a command, its output captured as one text or shown as it comes. Raises TimeoutExpired."""
    pipe = subprocess.PIPE if captured else None
    # In a session of its own a Ctrl-C of the terminal reaches it once, through us, and not twice.
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=subprocess.STDOUT if captured else None,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except BaseException:
        end(process, signal.SIGINT)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output)


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> None:
    """Asks a process to end, and kills it when it does not."""
    process.send_signal(number)
    try:
        process.communicate(timeout=_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
