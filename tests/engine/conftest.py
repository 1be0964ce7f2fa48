from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness import NewStack, copy_example, write_project
from workbench.environment import ENGINE
from workbench.stack import Stack
from workbench.vault import VAULT, VAULT_TOKEN, vault
from workbench.warm_python import WARM_PYTHON, warm_python

from ecs_emulator import AcceleratedClock, Emulator, Seed, running_emulator


@pytest.fixture(autouse=True, scope="session")
def _engine() -> None:
    if not ENGINE.exists():
        pytest.exit("There is no Pulumi engine yet: run `make setup`.", returncode=1)


@pytest.fixture(scope="session")
def _warm_python() -> Iterator[str]:
    if not hasattr(os, "pidfd_open"):  # only Linux has what it needs
        yield ""
        return
    with warm_python() as address:
        yield str(address)


@pytest.fixture(scope="session")
def _vault() -> Iterator[str]:
    with vault() as url:
        yield url


@pytest.fixture(autouse=True, scope="module")
def _runs_are_cheap(_warm_python: str, _vault: str) -> Iterator[None]:
    """What Pulumi starts need not import Pulumi again, and Pulumi derives no key and collects no garbage.

    Tests of packaging, in the same process, have nothing of that.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WARM_PYTHON, _warm_python)
        patch.setenv(VAULT, _vault)
        patch.setenv(VAULT_TOKEN, "tests")
        patch.setenv("GOGC", "off")
        patch.setenv("GOMEMLIMIT", "1GiB")
        yield


@pytest.fixture
def seed() -> Seed | None:
    """The emulator's default world; a module that needs another one has a fixture of this name."""
    return None


@pytest.fixture
def speed() -> float:
    """How many emulated seconds pass in one; a module that needs another speed has a fixture of this name."""
    return 60.0


@pytest.fixture(scope="session")
def spoken() -> Callable[[str], str]:
    """How the provider writes the names of properties; the plugin's tests have another one."""
    return str


@pytest.fixture
def emulator(seed: Seed | None, speed: float) -> Iterator[Emulator]:
    with running_emulator(seed, AcceleratedClock(speed)) as emulator:
        yield emulator


@pytest.fixture
def new_stack(tmp_path: Path, emulator: Emulator, speed: float) -> NewStack:
    def make(program: str) -> Stack:
        stack = Stack(write_project(tmp_path, program), tmp_path / "state", emulator, speed)
        stack.create()
        return stack

    return make


@pytest.fixture
def example_stack(tmp_path: Path, emulator: Emulator, speed: float) -> NewStack:
    """Makes a stack of an example, given by the name of its folder."""

    def make(name: str) -> Stack:
        stack = Stack(copy_example(tmp_path, name), tmp_path / "state", emulator, speed)
        stack.create()
        return stack

    return make
