"""Starts the emulator from the command line: `python -m ecs_emulator`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ecs_emulator.clock import AcceleratedClock, Clock, ManualClock
from ecs_emulator.emulator import Emulator
from ecs_emulator.seed import load_seed
from ecs_emulator.server import HOST

DEFAULT_SPEED = 60.0


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    options = _parser().parse_args(argv)
    try:
        asyncio.run(_serve(options))
    except (OSError, ValueError) as error:
        print(f"ECS emulator: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ecs_emulator", description="An embedded ECS for tests and demos.")
    parser.add_argument("--host", choices=[HOST], default=HOST, help="it listens on this machine only")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--clock", choices=["real", "manual"], default="real")
    parser.add_argument(
        "--speed", type=float, default=DEFAULT_SPEED, help="emulated seconds in a second of a real clock"
    )
    parser.add_argument("--seed", type=Path, help="YAML file with the world to begin with")
    parser.add_argument("--state", type=Path, help="file that keeps the world across restarts")
    parser.add_argument("--ready-file", type=Path, help="file to write the address to once it listens")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    seed = None if options.seed is None else load_seed(options.seed)
    clock: Clock = ManualClock() if options.clock == "manual" else AcceleratedClock(options.speed)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        _on_signal(loop, number, stopped.set)
    async with Emulator(seed, clock, options.state, options.port) as emulator:
        if options.ready_file is not None:
            options.ready_file.write_text(f"{emulator.url}\n", encoding="utf-8")
        print(f"ECS emulator listening on {emulator.url} ({_summary(options)})", flush=True)
        await stopped.wait()


def _on_signal(loop: asyncio.AbstractEventLoop, number: int, act: Callable[[], object]) -> None:
    try:
        loop.add_signal_handler(number, act)
    except NotImplementedError:  # on Windows
        signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(act))


def _summary(options: argparse.Namespace) -> str:
    time = "manual clock" if options.clock == "manual" else f"{options.speed:g} times as fast as real time"
    return f"{time}, {'state in ' + str(options.state) if options.state else 'nothing is kept'}"


if __name__ == "__main__":
    sys.exit(main())
