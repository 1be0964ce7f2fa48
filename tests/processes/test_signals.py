"""A signal ends the plugin and the command line in order, also where asyncio takes no handlers, as on Windows."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alicloud_snapshot_provider.signals import on_signals

WITHOUT_HANDLERS = """
import asyncio.unix_events
import signal

def refuse(self, number, act):
    raise NotImplementedError

asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler = refuse
del signal.SIGHUP
"""
PLUGIN = """
from alicloud_snapshot_provider.adapters.plugin.server import run
raise SystemExit(run(["127.0.0.1:1"]))
"""
COMMAND = """
import asyncio
from alicloud_snapshot_provider.cli.context import _end_in_order_when_told_to, conclude
from alicloud_snapshot_provider.cli.screen import Screen

async def act():
    _end_in_order_when_told_to()
    print("begun", flush=True)
    await asyncio.sleep(60)
    return 0

try:
    conclude(Screen("table"), lambda: asyncio.run(act()))
except BaseException as end:
    raise SystemExit(end.exit_code)
"""
EMULATOR = """
from ecs_emulator.__main__ import main
raise SystemExit(main([]))
"""


@pytest.fixture
def _handlers() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("loops_take_handlers", [True, False])
async def test_a_signal_is_told_to_the_loop(monkeypatch: pytest.MonkeyPatch, loops_take_handlers: bool) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    if not loops_take_handlers:
        monkeypatch.setattr(loop, "add_signal_handler", _refuse)
    on_signals(("SIGTERM", "SIGNONE"), told.set)

    os.kill(os.getpid(), signal.SIGTERM)

    await asyncio.wait_for(told.wait(), 5)
    loop.remove_signal_handler(signal.SIGTERM)


@pytest.mark.parametrize(
    ("program", "number", "code", "said"),
    [
        (PLUGIN, signal.SIGINT, 0, ""),
        (PLUGIN, signal.SIGTERM, 0, ""),
        (COMMAND, signal.SIGTERM, 130, "interrupted\n"),
        (EMULATOR, signal.SIGINT, 0, ""),
    ],
    ids=["plugin-int", "plugin-term", "command-term", "emulator-int"],
)
def test_a_process_ends_in_order_without_asyncios_handlers(
    program: str, number: signal.Signals, code: int, said: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WITHOUT_HANDLERS + program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip(), "it has not begun"
            process.send_signal(number)
            _, errors = process.communicate(timeout=240)
        finally:
            process.kill()
    assert (process.returncode, errors) == (code, said)


CHILD = "import signal; print(signal.getsignal(signal.SIGINT).__name__)"
RUN = f"""
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as `&` and nohup do
from interruptible import heed_ctrl_c
heed_ctrl_c()
subprocess.run([sys.executable, "-c", {CHILD!r}], check=True)
"""


def test_ctrl_c_reaches_what_a_run_of_tests_starts_that_ignores_it_itself() -> None:
    tests = str(Path(__file__).parents[1])
    answer = subprocess.run(
        [sys.executable, "-c", RUN], env={**os.environ, "PYTHONPATH": tests}, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "default_int_handler\n"


def _refuse(_number: int, _act: Callable[[], object]) -> None:
    raise NotImplementedError
