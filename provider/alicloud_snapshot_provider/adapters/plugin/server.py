"""Serves the plugin to the engine that started it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence

import grpc
from pulumi.runtime.proto import callback_pb2_grpc, provider_pb2_grpc

from ...clock import system_clock
from ...region import Regions
from ...signals import on_signals
from ..engine_watch import wait_for_engine_end
from .callbacks import Callbacks
from .engine_log import EngineLog
from .servicer import Servicer

_ANY_SIZE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
WITHOUT_ENGINE = (
    "The engine's address, which `pulumi` gives when it starts this plugin, is missing: run `pulumi`, or attach it to "
    "this process by PULUMI_DEBUG_PROVIDERS=alicloud-snapshot:{port}."
)
GRACE = 6.0
"""Seconds for operations to answer with their partial state after a signal."""


def run(arguments: Sequence[str]) -> int:
    """Serve until a signal comes or the engine dies.

    `arguments` contain the address of the engine. It is missing if a developer attaches the engine later.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(_serve(next(iter(arguments), "")))
    return 0


async def _serve(engine_address: str) -> None:
    """Serve until the engine sends SIGINT at its own end. Without an answer to that, each run would take 5 s longer."""
    stopping = asyncio.Event()
    on_signals(("SIGINT", "SIGTERM"), stopping.set)
    server = grpc.aio.server(options=_ANY_SIZE)
    port = server.add_insecure_port("127.0.0.1:0")
    callbacks = Callbacks(f"127.0.0.1:{port}")
    servicer = Servicer(EngineLog(engine_address), Regions(system_clock()), callbacks)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    callback_pb2_grpc.add_CallbacksServicer_to_server(callbacks, server)
    await server.start()
    print(port, flush=True)
    if not engine_address:
        print(WITHOUT_ENGINE.format(port=port), file=sys.stderr, flush=True)
    watching = asyncio.create_task(_end_with_engine(engine_address, servicer, stopping)) if engine_address else None
    await stopping.wait()
    servicer.operations.cancel()
    await server.stop(grace=GRACE)
    if watching:
        watching.cancel()


async def _end_with_engine(engine_address: str, servicer: Servicer, stopping: asyncio.Event) -> None:
    """Stop the server after the engine has died, as soon as the cancelled operations have cleaned up."""
    await wait_for_engine_end(engine_address)
    servicer.operations.cancel()
    await servicer.operations.ended()
    stopping.set()
