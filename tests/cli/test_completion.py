"""The shells complete commands, options, ids and regions."""

from __future__ import annotations

import subprocess

import pytest
from account import DISK, EXECUTABLE, Account
from typer.testing import CliRunner

from alicloud_snapshot_provider.cli.app import app

VARIABLE = "_ALICLOUD_SNAPSHOT_COMPLETE"


def _answer(**variables: str) -> str:
    """Return what the command prints to a shell that asks it by these variables."""
    answer = CliRunner().invoke(app, [], env=variables)
    assert answer.stderr == ""
    return answer.stdout


def _completed(shell: str, line: str) -> str:
    """Return what the script of a shell gets to read for a command line."""
    words = line.split(" ")
    if shell == "bash":
        return _answer(**{VARIABLE: "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)})
    action = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"} if shell == "fish" else {}
    return _answer(**{VARIABLE: f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line, **action})


@pytest.mark.parametrize(
    ("shell", "registration"),
    [
        ("bash", "complete -o default -F _alicloud_snapshot_completion alicloud-snapshot"),
        ("zsh", "#compdef alicloud-snapshot"),
        ("fish", "complete --command alicloud-snapshot"),
    ],
)
def test_each_shell_gets_a_script_that_asks_the_command(shell: str, registration: str) -> None:
    script = _answer(**{VARIABLE: f"source_{shell}"})
    assert registration in script
    assert f"{VARIABLE}=complete_{shell}" in script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_completes_commands_options_ids_and_regions(live_account: Account, shell: str) -> None:
    live_account.keep("s-first")
    live_account.keep("s-other")
    assert "rollback" in _completed(shell, "alicloud-snapshot roll")
    assert "--stop-instance" in _completed(shell, f"alicloud-snapshot rollback {DISK} --stop")
    offered = _completed(shell, "alicloud-snapshot show s-f")
    assert ("s-first" in offered, "s-other" in offered) == (True, False)
    assert DISK in _completed(shell, "alicloud-snapshot estimate d-demo-s")
    assert "cn-hangzhou" in _completed(shell, "alicloud-snapshot list --region cn-ha")


def test_bash_completes_by_the_script() -> None:
    program = (
        f'eval "$({VARIABLE}=source_bash {EXECUTABLE})"; COMP_WORDS=(alicloud-snapshot roll); COMP_CWORD=1; '
        f'_alicloud_snapshot_completion {EXECUTABLE}; echo "${{COMPREPLY[@]}}"'
    )
    answer = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "rollback"


def test_where_ecs_cannot_be_asked_nothing_is_offered_and_nothing_is_said(
    live_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALICLOUD_REGION")
    assert _completed("bash", "alicloud-snapshot show s-").strip() == ""
