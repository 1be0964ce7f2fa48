"""Signals, also where asyncio takes none."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable


def on_signals(names: tuple[str, ...], act: Callable[[], object]) -> None:
    """Have the running loop call `act` at each of these signals that the machine has, such as "SIGTERM".

    Windows has no SIGHUP, and its loops take no handler: there the process has one that tells the loop.
    """
    loop = asyncio.get_running_loop()
    for number in [getattr(signal, name) for name in names if hasattr(signal, name)]:
        try:
            loop.add_signal_handler(number, act)
        except NotImplementedError:
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(act))
