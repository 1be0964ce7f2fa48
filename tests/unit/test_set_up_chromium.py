"""How the set-up comes by a browser, told by machines that differ in what they have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from workbench import chromium
from workbench.chromium import provide_chromium

SKIPPED = "▸ no chromium: the tests of the report's page in a browser (tests/report/test_browser.py) are skipped"


class Machine:
    """A machine whose PATH and system are folders of the test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = folder / "path"
        self.path.mkdir()
        self.release = folder / "os-release"
        self._patch = monkeypatch
        monkeypatch.setenv("PATH", str(self.path))
        monkeypatch.setattr(chromium, "_OS_RELEASE", self.release)
        self.run_as(0)

    def run_as(self, user: int) -> None:
        self._patch.setattr(os, "geteuid", lambda: user)

    def install(self, name: str, script: str) -> Path:
        executable = self.path / name
        executable.write_text(f"#!/bin/sh\n{script}\n")
        executable.chmod(0o755)
        return executable


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


# "Installs" a browser beside itself.
APT = """
case "$*" in
  *install*) printf '#!/bin/sh\\nexit 0\\n' > "${0%/*}/chromium"; /bin/chmod +x "${0%/*}/chromium";;
esac
"""


def test_a_browser_on_path_is_taken(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    browser = machine.install("google-chrome", "exit 0")
    machine.install("apt-get", "exit 1")
    machine.release.write_text("ID=debian\n")
    provide_chromium()
    assert capsys.readouterr().out == f"▸ chromium: {browser}\n"


@pytest.mark.parametrize("release", ["ID=debian\n", 'ID=mint\nID_LIKE="ubuntu debian"\n'])
def test_root_installs_one_on_debian_and_its_children(
    machine: Machine, capsys: pytest.CaptureFixture[str], release: str
) -> None:
    machine.install("apt-get", APT)
    machine.release.write_text(release)
    provide_chromium()
    assert capsys.readouterr().out == f"▸ installing chromium by apt-get\n▸ chromium: {machine.path / 'chromium'}\n"


def test_a_package_that_does_not_run_is_none(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.install("chromium-browser", "echo 'install the snap' >&2; exit 1")
    provide_chromium()
    assert capsys.readouterr().out == f"{SKIPPED}\n"


@pytest.mark.parametrize(("user", "release"), [(1000, "ID=debian\n"), (0, "ID=fedora\n"), (0, None)])
def test_elsewhere_nothing_is_installed_and_the_skipped_tests_are_named(
    machine: Machine, capsys: pytest.CaptureFixture[str], user: int, release: str | None
) -> None:
    machine.install("apt-get", APT)
    machine.run_as(user)
    if release:
        machine.release.write_text(release)
    provide_chromium()
    assert capsys.readouterr().out == f"{SKIPPED}\n"


def test_a_failed_installation_says_why_and_lets_the_set_up_go_on(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.install("apt-get", "echo 'E: no network' >&2; exit 100")
    machine.release.write_text("ID=debian\n")
    provide_chromium()
    assert "▸ `apt-get update` failed: E: no network" in capsys.readouterr().out
