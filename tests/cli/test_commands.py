"""Every command answers mistakes with one sentence and an exit code, and knows its own options."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from account import DISK, Account, read_all
from typer.testing import CliRunner

from alicloud_snapshot_provider.cli.app import app

COMMAND = typer.main.get_command(app)
COMMANDS: dict[str, Any] = COMMAND.commands  # type: ignore[attr-defined]


def test_without_a_command_it_shows_which_there_are() -> None:
    answer = CliRunner().invoke(app, [])
    assert answer.exit_code == 0
    lines = answer.stdout.split("Commands:\n")[1].splitlines()
    assert {line.split()[0] for line in lines} == set(COMMANDS)
    assert [line for line in lines if line.endswith("...")] == []


def test_it_tells_its_version() -> None:
    answer = CliRunner().invoke(app, ["--version"])
    assert (answer.exit_code, answer.stdout.strip()) == (0, version("pulumi-alicloud-snapshot"))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_every_parameter_of_it_is_explained(name: str) -> None:
    command = COMMANDS[name]
    assert command.help, name
    assert [each.name for each in command.params if not getattr(each, "help", None)] == []


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"emulator"}))
def test_every_command_shows_its_help(name: str) -> None:
    answer = CliRunner().invoke(app, [name, "--help"])
    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"Usage: alicloud-snapshot {name}")


def test_help_and_completion_load_no_more_than_they_need() -> None:
    slow = {
        "alibabacloud_tea_openapi",
        "alibabacloud_ecs20140526",
        "aiohttp",
        "pulumi",
        "rich.console",
        "alicloud_snapshot_provider.lifecycle",
    }
    program = "import sys, alicloud_snapshot_provider.cli.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert slow & set(loaded) == set()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["lst"], "error: No such command 'lst'. Did you mean 'list'? Run `alicloud-snapshot --help` to see"),
        (["list", "--bad"], "error: No such option: --bad"),
        (["show"], "error: Missing argument 'SNAPSHOT'. Run `alicloud-snapshot show --help` to see what it takes."),
        (["rollback", DISK], "error: Missing option '--to'. Run `alicloud-snapshot rollback --help` to see what it"),
        (["list", "--output", "xml"], "error: Invalid value for '--output': "),
        (["prune", "--keep-last", "two"], "error: Invalid value for '--keep-last': "),
        (["list", "--region", "Hangzhou"], "error: --region must be a region id such as cn-hangzhou, got 'Hangzhou'"),
        (["list", "--disk", "web"], "error: --disk must be the id of a disk, such as d-bp67acfmxazb4p, got 'web'"),
        (["list", "--instance", "web"], "error: --instance must be the id of an instance, such as i-bp67acfmxazb4p"),
    ],
)
def test_a_mistake_in_the_arguments_is_one_sentence_and_exit_code_two(
    account: Account, arguments: list[str], sentence: str
) -> None:
    assert account.refused(*arguments).startswith(sentence)
    assert account.called() == []


def test_an_answer_that_refuses_is_one_sentence_with_its_code_and_exit_code_one(account: Account) -> None:
    account.emulator.add_faults({"action": "DescribeSnapshots", "code": "Forbidden.RAM", "status": 403, "times": None})
    sentence = account.refused("list", code=1)
    assert sentence.startswith("error: DescribeSnapshots of region cn-hangzhou")
    assert "[Forbidden.RAM, RequestId " in sentence
    assert "Allow the action to this RAM user or role" in sentence


def test_an_account_that_does_not_answer_ends_with_one(account: Account) -> None:
    account.emulator.add_faults({"action": "*", "code": "InternalError", "times": None})
    assert account.refused("list", code=1).startswith("error: ")


def test_wrong_credentials_are_told(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "wrong")
    sentence = account.refused("estimate", DISK, code=1)
    assert "SignatureDoesNotMatch" in sentence
    assert "wrong" not in sentence


def test_without_a_region_it_says_how_to_set_one(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALICLOUD_REGION")
    assert account.refused("list") == (
        "error: no region is configured. "
        "Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give --region."
    )
    assert account.run("list", "--region", "cn-beijing").exit_code == 0


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("ALICLOUD_SNAPSHOT_TIME_SCALE", "fast", "ALICLOUD_SNAPSHOT_TIME_SCALE must be a positive number, got 'fast'"),
        ("CLIENT_READ_TIMEOUT", "soon", "alicloud:clientReadTimeout must be a positive number of milliseconds, got"),
    ],
)
def test_a_malformed_environment_is_bad_input(
    live_account: Account, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert live_account.refused("list").startswith(f"error: {sentence}")


@pytest.mark.parametrize(
    ("pulumi", "sentence"),
    [
        (None, "error: there is no pulumi on the PATH. Install it, or run it outside of the project's folder."),
        (
            "echo 'error: no stack selected' >&2; exit 255",
            "error: `pulumi config --show-secrets --json` failed: no stack selected. "
            "Select a stack with `pulumi stack select`, or run it outside of the project's folder.",
        ),
    ],
)
def test_a_project_without_a_stack_is_bad_input(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pulumi: str | None, sentence: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: project\nruntime: python\n")
    if pulumi is not None:
        (tmp_path / "pulumi").write_text(f"#!/bin/sh\n{pulumi}\n")
        (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert account.refused("list") == sentence


def test_where_there_is_no_terminal_nothing_is_coloured_or_cut_off(live_account: Account) -> None:
    live_account.keep("s-" + "1" * 60, generation=1, series="n" * 128)
    with live_account.running("list") as running:
        _, shown, _ = running.ended()
    (_, row, *_) = shown.splitlines()
    assert "\x1b" not in shown
    assert row.startswith("s-" + "1" * 60)
    assert row.endswith("n" * 128)


def test_on_a_narrow_terminal_no_cell_is_cut_off(live_account: Account) -> None:
    live_account.keep("s-" + "1" * 20, generation=1, series="n" * 128)
    ours, theirs = pty.openpty()
    with live_account.running("list", stdout=theirs, variables={"TERM": "dumb", "COLUMNS": "80"}) as running:
        os.close(theirs)
        shown = read_all(ours)
        code, _, errors = running.ended()
    assert (code, errors) == (0, "")
    heading, row, below, *_ = shown.splitlines()
    assert heading.split() == ["SNAPSHOT", "DISK", "GEN", "AGE", "SIZE", "STATUS"]
    assert row.split() == ["s-" + "1" * 20, DISK, "1", "1", "d", "12", "GiB", "accomplished"]
    assert below == f"  proven: never, kind: snapshot, series: {'n' * 128}"


@pytest.mark.parametrize(
    ("arguments", "code", "cold"),
    [
        (["list"], 0, True),
        (["show", "s-none"], 2, False),
        (["estimate", "d-demo-local"], 1, True),
        (["nope"], 2, False),
    ],
)
def test_the_process_ends_with_the_exit_code_and_without_a_traceback(
    live_account: Account, arguments: list[str], code: int, cold: bool
) -> None:
    with live_account.running(*arguments, cold=cold) as running:
        ended, _, errors = running.ended()
    assert ended == code
    assert "Traceback" not in errors
    assert bool(errors) is bool(code)


def test_a_reader_that_has_read_enough_ends_it_in_silence(live_account: Account) -> None:
    for number in range(300):
        live_account.keep(f"s-{number}")
    with live_account.running("list", "--output", "json", cold=True) as running:
        assert running.process.stdout is not None
        running.process.stdout.close()
        running.process.stdout = None
        code, _, errors = running.ended()
    assert "Traceback" not in errors
    assert code in {0, 1}


def test_json_is_all_that_stdout_holds(live_account: Account) -> None:
    live_account.keep("s-1")
    with live_account.running("orphans", "--output", "json") as running:
        code, shown, _ = running.ended()
    assert (code, json.loads(shown)) == (0, [])
