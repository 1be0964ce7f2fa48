"""An emulated account, and the command line in an environment that leads to it, outside of any stack."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from account import SPEED, WHAT_COMMANDS_IMPORT, Account
from direct import DirectEmulator
from virtual import VirtualTime
from workbench.warm_python import warm_python

from ecs_emulator import AcceleratedClock, Seed, running_emulator


@pytest.fixture
def seed() -> Seed | None:
    """The emulator's default world; a module that needs another one has a fixture of this name."""
    return None


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: Seed | None) -> Iterator[Account]:
    """An account whose time jumps over every wait of the commands that run in this process."""
    time = VirtualTime()
    time.rule_commands(monkeypatch)
    with DirectEmulator(seed, time).reachable() as emulator:
        yield _entered(Account(emulator), monkeypatch, tmp_path)


@pytest.fixture(scope="session")
def _warm() -> Iterator[Path | None]:
    if not hasattr(os, "pidfd_open"):  # only Linux has what it needs
        yield None
        return
    with warm_python(WHAT_COMMANDS_IMPORT) as address:
        yield address


@pytest.fixture
def live_account(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: Seed | None, _warm: Path | None
) -> Iterator[Account]:
    """An account on an accelerated clock, for commands in processes of their own."""
    with running_emulator(seed, AcceleratedClock(SPEED)) as emulator:
        yield _entered(Account(emulator, _warm), monkeypatch, tmp_path)


def _entered(account: Account, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Account:
    monkeypatch.chdir(folder)
    for name, value in account.variables.items():
        monkeypatch.setenv(name, value)
    return account
