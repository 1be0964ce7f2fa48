"""Finds the browser that looks at the report's page: on PATH, or by apt-get where that can install one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from workbench.environment import say

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OS_RELEASE = Path("/etc/os-release")
_SECONDS = 600
_LOCK_SECONDS = 300
_WITHOUT = "no chromium: the tests of the report's page in a browser (tests/report/test_browser.py) are skipped"


def provide_chromium() -> None:
    """Says which browser there is; without one the tests that need it are skipped, and the set-up goes on."""
    if find_chromium() is None and _can_install():
        say("installing chromium by apt-get")
        _install()
    found = find_chromium()
    say(f"chromium: {found}" if found else _WITHOUT)


def find_chromium() -> str | None:
    """Gives the browser on PATH that runs: Ubuntu's package only tells to install a snap."""
    candidates = (found for name in _NAMES if (found := shutil.which(name)))
    return next((found for found in candidates if _runs(found)), None)


def _runs(browser: str) -> bool:
    return subprocess.run([browser, "--version"], capture_output=True, check=False).returncode == 0


def _can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and _is_debian()


def _is_debian() -> bool:
    if not _OS_RELEASE.is_file():
        return False
    fields = dict(line.split("=", 1) for line in _OS_RELEASE.read_text().splitlines() if "=" in line)
    family = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".replace('"', "").split()
    return bool({"debian", "ubuntu"} & set(family))


def _install() -> None:
    """Lets apt-get try; where it fails, its last line says why."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    lock = f"DPkg::Lock::Timeout={_LOCK_SECONDS}"
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        command = ["apt-get", "--quiet", "--option", lock, *arguments]
        try:
            answer = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            say(f"`apt-get {arguments[0]}` took more than {_SECONDS} s")
            return
        if answer.returncode != 0:
            reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
            say(f"`apt-get {arguments[0]}` failed: {reason}")
            return
