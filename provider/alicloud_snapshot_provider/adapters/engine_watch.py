"""Notices that the engine has died: a provider that outlives it would hand over what nobody stores any more."""

from __future__ import annotations

import asyncio
import contextlib

LOOK_INTERVAL = 1.0
"""Seconds between two looks, of the machine's own clock."""
PATIENCE = 5.0
REFUSALS = 2
"""Refused connections in a row that prove the engine's end."""


async def wait_for_engine_end(address: str, interval: float = LOOK_INTERVAL) -> None:
    """Return once nothing listens any more at the engine's address, where something did.

    An engine that is merely stopped, or slow, is there: its machine still takes the connection.
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
    except OSError:  # a time-out, or this machine is short of something: neither tells of the engine
        return True
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
