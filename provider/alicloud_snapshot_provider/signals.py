"""Signal handlers for the plugin and the command line, on Windows too."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable


def on_signals(names: tuple[str, ...], act: Callable[[], object]) -> None:
    """Make the running loop call `act` on each of these signals, such as "SIGTERM". The machine may lack some.

    Windows has no SIGHUP, and its event loops accept no handlers. There the process has a handler that calls the loop.
    """
    loop = asyncio.get_running_loop()
    for number in [getattr(signal, name) for name in names if hasattr(signal, name)]:
        try:
            loop.add_signal_handler(number, act)
        except NotImplementedError:
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(act))
