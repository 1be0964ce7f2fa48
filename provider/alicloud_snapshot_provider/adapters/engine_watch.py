"""Notices that the engine has died, for both providers: without it nobody stores what they hand over."""

from __future__ import annotations

import asyncio
import contextlib

LOOK_INTERVAL = 1.0
"""Seconds of real time between two checks."""
PATIENCE = 5.0
REFUSALS = 2
"""The number of refused connections in a row that prove that the engine has died."""


async def wait_for_engine_end(address: str, interval: float = LOOK_INTERVAL) -> None:
    """Return when nothing listens at the engine's address any more. Something must have listened there before.

    An engine that is suspended or slow counts as alive: the system still accepts the connection.
    """
    refused, seen = 0, False
    while refused < REFUSALS:
        listening = await _listening(address)
        seen = seen or listening
        refused = refused + 1 if seen and not listening else 0
        await asyncio.sleep(interval)


async def _listening(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(host, int(port))
    except ConnectionRefusedError:
        return False
    except OSError:  # a time-out, or this machine lacks resources: that says nothing about the engine
        return True
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
