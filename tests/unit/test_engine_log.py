"""The messages that the plugin sends to the engine."""

from __future__ import annotations

import grpc
import pytest
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from alicloud_snapshot_provider.adapters.plugin.engine_log import EngineLog


class Engine(engine_pb2_grpc.EngineServicer):
    def __init__(self) -> None:
        self.told: list[tuple[str, bool]] = []

    async def Log(  # noqa: N802  (gRPC's own name)
        self, request: engine_pb2.LogRequest, context: object
    ) -> engine_pb2.LogRequest:
        self.told.append((request.message, request.ephemeral))
        return engine_pb2.LogRequest()


async def test_what_a_terminal_would_obey_is_shown_instead() -> None:
    server, engine = grpc.aio.server(), Engine()
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    log = EngineLog(f"127.0.0.1:{port}")

    log.note("urn", "drifted: name is \x1b[2J\u202egnp\nsee there")
    log.progress("urn", "snapshot of \x9b")
    await log.flush()
    await server.stop(None)

    assert engine.told == [
        ("drifted: name is \\u001b[2J\\u202egnp\nsee there", False),
        ("snapshot of \\u009b", True),
    ]


async def test_without_an_engine_messages_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    log = EngineLog("")
    assert await log.answers()
    log.note("urn", "drifted: name")
    await log.flush()
    assert caplog.messages == ["drifted: name"]
