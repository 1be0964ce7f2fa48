"""`python -m ecs_emulator`: starting, being ready, ending."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.emulator.conftest import Api, fetch

from ecs_emulator.__main__ import main


@contextmanager
def _started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-W", "error", "-m", "ecs_emulator", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_listens_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    ready, state = tmp_path / "ready", tmp_path / "ecs.db"
    with _started("--clock", "manual", "--ready-file", str(ready), "--state", str(state)) as (process, line):
        found = re.fullmatch(
            r"ECS emulator listening on (http://127\.0\.0\.1:\d+) \(manual clock, state in .*\)\n", line
        )
        assert found is not None
        assert ready.read_text() == f"{found[1]}\n"
        assert Api(found[1])("DescribeRegions")["Regions"]
        process.send_signal(number)
        output, errors = process.communicate(timeout=240)
    assert (process.returncode, output, errors) == (0, "", "")


def test_time_runs_as_fast_as_asked(tmp_path: Path) -> None:
    seed = tmp_path / "world.yaml"
    seed.write_text("regions: [{id: cn-hangzhou, zones: [cn-hangzhou-h]}]\n")
    with _started("--speed", "100000", "--seed", str(seed)) as (_, line):
        assert "(100000 times as fast as real time, nothing is kept)" in line
        url = line.split()[4]
        first, second = (fetch(f"{url}/_control/clock").body["now"] for _ in range(2))
        assert second - first > 10


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.com"])  # noqa: S104
def test_it_listens_on_this_machine_only(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--host", host])
    assert "argument --host: invalid choice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--speed", "0"], "ECS emulator: speed must be above 0, not 0.0. Give e.g. 60: a minute a second.\n"),
        (["--seed", "missing.yaml"], "ECS emulator: [Errno 2] No such file or directory: 'missing.yaml'\n"),
    ],
)
def test_what_it_cannot_start_with_is_explained(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err == message
