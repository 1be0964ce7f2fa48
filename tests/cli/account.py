"""What the tests of the command line act on: an emulated account with the snapshots that they put there."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from workbench.environment import ROOT

from alicloud_snapshot_provider.cli.app import app
from alicloud_snapshot_provider.cli.stack_state import StackState
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SCOPE_TAG, SERIES_TAG, scope_of
from alicloud_snapshot_provider.ledger.ownership import Ownership, let_go_by
from alicloud_snapshot_provider.ledger.run import Rules
from alicloud_snapshot_provider.overview.orphans import Claims
from ecs_emulator import Emulator
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.instance import Instance

SPEED = 60.0
HISTORY = let_go_by("web-of-stack")
"""The ownership of what the stack has taken and replaced."""
EXECUTABLE = Path(sys.executable).with_name("alicloud-snapshot")
WARM_CLIENT = (sys.executable, "-I", "-S", str(ROOT / "tools/workbench/warm-client"))
WHAT_COMMANDS_IMPORT = (
    "aiohttp",
    "alibabacloud_tea_openapi.client",
    "alicloud_snapshot_provider.cli.app",
    "alicloud_snapshot_provider.cli.restore",
    "alicloud_snapshot_provider.cli.rollback",
    "alicloud_snapshot_provider.cli.take",
    "alicloud_snapshot_provider.cli.watch",
    "rich.progress",
    "rich.table",
    "typer._adapters",
)
SCOPE = "project/stack"
SERIES = f"{SCOPE}/web#0123456789"
DISK = "d-demo-system"
DATA_DISK = "d-demo-data"
INSTANCE = "i-demo"
DAY = 86_400.0
_SECONDS = 240.0
"""Only what hangs takes so long, however busy the machine is."""
_BETWEEN_LOOKS = 0.02


@dataclass
class Account:
    """An emulated account. Ages are in seconds before the emulator's time of the call.

    Commands are forks of the Python that serves at the address `warm`, if there is one.
    """

    emulator: Emulator
    warm: Path | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads the command line to it, at its speed."""
        return {
            "ALICLOUD_REGION": "cn-hangzhou",
            "ALICLOUD_ACCESS_KEY": "emulator-key-id",
            "ALICLOUD_SECRET_KEY": "emulator-key-secret",
            "ECS_ENDPOINT": self.emulator.url,
            "ALICLOUD_SNAPSHOT_TIME_SCALE": f"{SPEED:g}",
        }

    def run(self, *arguments: str) -> Any:
        """Run a command in this process."""
        return CliRunner().invoke(app, list(arguments))

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run a command and return what it prints for programs."""
        answer = self.run(*arguments, "--output", "json")
        assert answer.exit_code == code, answer.stderr
        return json.loads(answer.stdout)

    def refused(self, *arguments: str, code: int = 2) -> str:
        """Run a command that must fail with one sentence on stderr and nothing on stdout; return the sentence."""
        answer = self.run(*arguments)
        assert (answer.exit_code, answer.stdout) == (code, ""), answer.output
        assert answer.stderr.count("\n") == 1, answer.stderr
        return answer.stderr.strip()

    def keep(
        self, snapshot_id: str, *, generation: int = 0, series: str = SERIES, age: float = DAY, **fields: Any
    ) -> None:
        """Put a snapshot into the account: the history of a series, or one of no series where generation is 0."""
        ownership = fields.pop("ownership", HISTORY)
        recorded = ledger_tags(series, generation, ownership) if generation else {}
        tags = {**recorded, **fields.pop("tags", {})}
        cut = self.emulator.now() - age
        self.emulator.add_seed(
            {"snapshots": [{"id": snapshot_id, "disk_id": DISK, "creation_time": cut, "tags": tags} | fields]}
        )

    def begin(self, snapshot_id: str, **fields: Any) -> None:
        """Put a snapshot that is being created into the account."""
        self.emulator.add_seed({"snapshots": [{"id": snapshot_id, "disk_id": DISK, "status": "progressing"} | fields]})

    def called(self, *actions: str) -> list[str]:
        """Return the actions that were called, of those only the given ones, in order."""
        return [call.action for call in self.emulator.calls() if not actions or call.action in actions]

    def mutations(self) -> list[str]:
        return [call.action for call in self.emulator.calls(mutating=True)]

    def alive(self) -> set[str]:
        """Return the ids of all snapshots."""
        self.emulator.now()
        return {snapshot.id for snapshot in self.emulator.world.snapshots}

    @property
    def disk(self) -> Disk:
        self.emulator.now()
        disk = self.emulator.world.disks.get(DISK)
        assert disk is not None
        return disk

    @property
    def instance(self) -> Instance:
        self.emulator.now()
        instance = self.emulator.world.instances.get(INSTANCE)
        assert instance is not None
        return instance

    @contextmanager
    def running(self, *arguments: str, **options: Any) -> Iterator[Running]:
        """Run a command in a process of its own; what is left of it when the context ends is killed.

        `variables` are added to its environment, and `terminal` is the one that controls it. `cold` is a new Python.
        """
        terminal = options.pop("terminal", None)
        cold = options.pop("cold", False) or self.warm is None
        process = subprocess.Popen(
            [*(() if cold else (*WARM_CLIENT, self.warm)), EXECUTABLE, *arguments],
            env={**os.environ, **self.variables, **options.pop("variables", {})},
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            text=True,
            start_new_session=True,
            preexec_fn=(lambda: _be_controlled_by(terminal)) if terminal is not None else None,  # noqa: PLW1509
            **options,
        )
        try:
            yield Running(process)
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()


@dataclass
class Running:
    """A command under way in a process of its own."""

    process: subprocess.Popen[str]

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something that the command brings about; fails the test where it ends without it."""
        end = time.monotonic() + _SECONDS
        while not happened():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(_BETWEEN_LOOKS)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self) -> tuple[int, str, str]:
        """Wait for the end, and return the exit code, stdout and stderr."""
        out, errors = self.process.communicate(timeout=_SECONDS)
        return self.process.returncode, out, errors


def _be_controlled_by(terminal: int) -> None:
    """Let Ctrl-C on the terminal reach this process."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def read_all(terminal: int) -> str:
    """Return what is written to a terminal until its last writer has gone."""
    parts = []
    while True:
        try:
            part = os.read(terminal, 4_096)
        except OSError:  # Linux reports the end of a terminal so
            part = b""
        if not part:
            os.close(terminal)
            return b"".join(parts).decode()
        parts.append(part)


def ledger_tags(series: str, generation: int, ownership: Ownership = HISTORY) -> dict[str, str]:
    """Return the tags by which a snapshot is recorded."""
    return {SERIES_TAG: series, SCOPE_TAG: scope_of(series), GENERATION_TAG: str(generation), **ownership.tags}


def in_stack(monkeypatch: pytest.MonkeyPatch, keep_last: Mapping[str, int], series: Mapping[str, int | Rules]) -> None:
    """Let the command line believe that it runs in a stack's folder whose state holds these snapshots and series."""
    room = "alicloud_snapshot_provider.cli.target"
    claims = Claims({each: Rules(kept) for each, kept in keep_last.items()}, frozenset({SCOPE}), frozenset({"web"}))
    declared = {each: kept if isinstance(kept, Rules) else Rules(kept) for each, kept in series.items()}
    monkeypatch.setattr(f"{room}.project_file", lambda _folder: Path("Pulumi.yaml"))
    monkeypatch.setattr(f"{room}.current_config", dict)
    lineages = frozenset({HISTORY.owner})
    monkeypatch.setattr(
        f"{room}.current_state", lambda _project: StackState(claims, frozenset(), declared, lineages=lineages)
    )
