"""Sends messages to the engine: progress on the line of a resource, and notes and warnings for its diagnostics."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ...nouns.noun import Notes
from ...printable import visible
from ...waiting.progress import LineLimit
from .names import Names

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that one message may take. An engine that does not listen does not delay an operation."""


class EngineLog:
    """Sends messages to the engine at `address`, in order, while the operations go on.

    Without an address there is no engine, and the messages go to the log.
    """

    def __init__(self, address: str) -> None:
        self._engine = engine_pb2_grpc.EngineStub(grpc.aio.insecure_channel(address)) if address else None
        self._progress_lines = LineLimit()
        self._queue: asyncio.Queue[engine_pb2.LogRequest] = asyncio.Queue()
        self._sender = asyncio.create_task(self._send_for_ever())

    async def answers(self) -> bool:
        """Tell whether the engine still answers. Without an address the answer is True."""
        if self._engine is None:
            return True
        try:
            await self._engine.GetRootResource(engine_pb2.GetRootResourceRequest(), timeout=PATIENCE)
        except grpc.aio.AioRpcError as error:
            return error.code() not in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
        return True

    def note(self, urn: str, text: str, *, warning: bool = False) -> None:
        """Show a message that stays in the diagnostics of the resource."""
        severity = engine_pb2.WARNING if warning else engine_pb2.INFO
        self._queue.put_nowait(engine_pb2.LogRequest(severity=severity, message=visible(text, lines=True), urn=urn))

    def progress(self, urn: str, text: str) -> None:
        """Show a message on the line of the resource. It disappears afterwards. Lines beyond the limit are dropped."""
        if not self._progress_lines.allows():
            return
        shown = visible(text, lines=True)
        request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=shown, urn=urn, ephemeral=True)
        self._queue.put_nowait(request)

    async def flush(self) -> None:
        """Return when all messages so far are sent. The engine ignores messages after the last answer."""
        await self._queue.join()

    async def _send_for_ever(self) -> None:
        while True:
            request = await self._queue.get()
            try:
                await self._send(request)
            except grpc.aio.AioRpcError:
                log.debug("the engine did not take a message", exc_info=True)
            finally:
                self._queue.task_done()

    async def _send(self, request: engine_pb2.LogRequest) -> None:
        if self._engine is None:
            log.warning("%s", request.message)
        else:
            await self._engine.Log(request, timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class ResourceLog:
    """Shows messages about one resource, with the property names of the schema."""

    engine: EngineLog
    urn: str
    names: Names

    def note(self, text: str) -> None:
        """Show a message that stays."""
        self.engine.note(self.urn, self.names.translate(text))

    def warn(self, text: str) -> None:
        """Show a warning that stays."""
        self.engine.note(self.urn, self.names.translate(text), warning=True)

    def plan(self, notes: Notes, *, preview: bool) -> None:
        """Show the plan, with the property names of the schema."""
        notes.show_plan(
            preview=preview, note=self.note, progress=lambda text: self.progress(self.names.translate(text))
        )

    def progress(self, line: str) -> None:
        """Show the progress of the operation."""
        self.engine.progress(self.urn, line)
