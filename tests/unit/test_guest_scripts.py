"""The scripts of a freeze, run by a real shell: the guest thaws by itself unless it was thawed before."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from alicloud_snapshot_provider.freezes.guest_scripts import (
    MEMORY,
    UNARMED,
    base64_length,
    freeze_script,
    names_a_shell,
    thaw_script,
)
from alicloud_snapshot_provider.freezes.spec import Commands

HOLD = 120
ID = "0123-abc"
SLEEP = f'#!/bin/sh\n[ "$1" = {HOLD} ] && read -r _ <"$GUEST/time-is-over"\nexit 0\n'
SETSID = '#!/bin/sh\nexec /usr/bin/setsid sh -c \'"$@"; echo >"$GUEST/switch-ended"\' switch "$@"\n'


@dataclass
class Guest:
    """A guest whose time is over when the test says so, and whose commands leave a line each."""

    folder: Path
    commands: Commands

    @property
    def memory(self) -> Path:
        return self.folder / "memory"

    @property
    def held(self) -> list[str]:
        return sorted(path.name for path in self.memory.iterdir())

    @property
    def ran(self) -> list[str]:
        ran = self.folder / "ran"
        return ran.read_text().split() if ran.exists() else []

    def start(self, script: str) -> subprocess.Popen[str]:
        """Start a script as Cloud Assistant does: as a file of its own, in a process group of its own."""
        file = self.folder / "script"
        file.write_text(script)
        file.chmod(0o700)
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.Popen(
            [str(file)],
            env={"PATH": path, "GUEST": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, script: str) -> tuple[int, str]:
        process = self.start(script)
        printed, _ = process.communicate(timeout=240)
        return process.returncode, printed

    def freeze(self) -> tuple[int, str]:
        return self.run(freeze_script(self.commands, ID, HOLD, str(self.memory)))

    def thaw(self) -> tuple[int, str]:
        return self.run(thaw_script(self.commands, ID, str(self.memory)))

    def time_is_over(self) -> None:
        """Let the time of the switch be over, and wait until the switch has ended."""
        (self.folder / "time-is-over").write_text("\n")
        (self.folder / "switch-ended").read_text()


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    for name, text in (("sleep", SLEEP), ("setsid", SETSID)):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(text)
        tool.chmod(0o700)
    (tmp_path / "memory").mkdir()
    for name in ("time-is-over", "switch-ended", "go-on"):
        os.mkfifo(tmp_path / name)
    return Guest(tmp_path, Commands(command='echo froze >>"$GUEST/ran"', thaw='echo thawed >>"$GUEST/ran"'))


def test_after_a_freeze_and_its_thaw_nothing_is_left_and_the_switch_does_nothing(guest: Guest) -> None:
    assert guest.freeze() == (0, "")
    assert guest.held == [f"alicloud-snapshot-{ID}"]
    assert guest.thaw() == (0, "")
    assert guest.held == []

    guest.time_is_over()
    assert guest.ran == ["froze", "thawed"]


def test_the_guest_thaws_by_itself_and_the_thaw_that_comes_late_finds_nothing_to_do(guest: Guest) -> None:
    guest.freeze()
    guest.time_is_over()

    assert (guest.ran, guest.held) == (["froze", "thawed"], [])
    assert guest.thaw() == (0, "alicloud-snapshot: nothing is frozen\n")
    assert guest.ran == ["froze", "thawed"]


def test_a_freeze_that_is_killed_is_thawed_when_its_time_is_over(guest: Guest) -> None:
    guest.commands = replace(guest.commands, command='echo >"$GUEST/go-on"; read -r _ <"$GUEST/go-on"')
    freezing = guest.start(freeze_script(guest.commands, ID, HOLD, str(guest.memory)))
    (guest.folder / "go-on").read_text()
    os.killpg(freezing.pid, signal.SIGKILL)
    freezing.communicate(timeout=240)

    guest.time_is_over()
    assert (guest.ran, guest.held) == (["thawed"], [])


def test_a_thaw_before_the_end_of_the_freeze_leaves_the_switch_armed(guest: Guest) -> None:
    guest.freeze()
    (guest.memory / f"alicloud-snapshot-{ID}" / "frozen").unlink()

    assert guest.thaw() == (0, "")
    assert guest.ran == ["froze", "thawed"]
    guest.time_is_over()
    assert (guest.ran, guest.held) == (["froze", "thawed", "thawed"], [])


def test_a_freeze_ends_as_the_users_command_does(guest: Guest) -> None:
    guest.commands = replace(guest.commands, command="echo cannot; exit 32\necho not reached")

    assert guest.freeze() == (32, "cannot\n")
    assert guest.thaw() == (0, "")
    guest.time_is_over()
    assert guest.ran == ["thawed"]


def test_a_thaw_that_fails_says_so_and_is_tried_again_by_the_switch(guest: Guest) -> None:
    failing = replace(guest.commands, thaw='echo tried >>"$GUEST/ran"; [ "$(wc -l <"$GUEST/ran")" -ge 4 ]')
    guest.commands = failing
    guest.freeze()

    assert guest.thaw() == (1, "")
    guest.time_is_over()
    assert (guest.ran, guest.held) == (["froze", "tried", "tried", "tried"], [])


def test_nothing_is_frozen_where_the_guest_could_not_thaw_by_itself(guest: Guest) -> None:
    guest.memory.rmdir()
    code, printed = guest.freeze()

    assert (code, guest.ran) == (UNARMED, [])
    assert "alicloud-snapshot: not frozen, since without setsid and" in printed


@pytest.mark.parametrize("in_time", [True, False])
def test_a_script_runs_in_the_shell_that_it_names(guest: Guest, in_time: bool) -> None:
    bash = '#!/bin/bash\n[[ -n $BASH_VERSION ]] && echo bash >>"$GUEST/ran"\n'
    guest.commands = replace(guest.commands, command=bash, thaw=bash)

    assert guest.freeze() == (0, "")
    if in_time:
        assert guest.thaw() == (0, "")
    guest.time_is_over()
    assert guest.ran == ["bash", "bash"]


def test_scripts_of_windows_are_run_as_they_are() -> None:
    commands = Commands(command="Freeze-It", thaw="Thaw-It", kind="RunPowerShellScript")

    assert (freeze_script(commands, ID, HOLD), thaw_script(commands, ID)) == ("Freeze-It", "Thaw-It")


def test_the_folder_of_a_freeze_is_in_memory() -> None:
    assert f"held={MEMORY}/alicloud-snapshot-{ID}\n" in freeze_script(Commands(command="a", thaw="b"), ID, HOLD)


@pytest.mark.parametrize(
    ("first_line", "shell"),
    [
        ("fsfreeze -f /data", True),
        ("#!/bin/sh", True),
        ("#!/usr/bin/env bash", True),
        ("#!/bin/sh -e", True),
        ("#!/usr/bin/python3", False),
    ],
)
def test_a_script_names_a_shell_or_none(first_line: str, shell: bool) -> None:
    assert names_a_shell(f"{first_line}\nsync\n") is shell


def test_a_script_is_as_long_as_its_base64() -> None:
    assert base64_length("é" * 3) == 8
