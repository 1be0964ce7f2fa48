"""Serves the plugin to the engine that started it."""

from __future__ import annotations

import asyncio
import signal

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from alicloud_standin.servicer import Servicer

_ANY_SIZE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


async def serve() -> None:
    """Serves until the engine sends SIGINT at its end. Without an answer the engine would wait 5 s in every run."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    server = grpc.aio.server(options=_ANY_SIZE)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await stopping.wait()
    await server.stop(grace=None)
