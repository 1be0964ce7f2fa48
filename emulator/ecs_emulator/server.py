"""The HTTP server: the API at `/`, the control interface under `/_control/`."""

from __future__ import annotations

from email.utils import formatdate

from aiohttp import web

from ecs_emulator import refusals
from ecs_emulator.console import Console
from ecs_emulator.control import Control
from ecs_emulator.gateway.answers import Answer, refused
from ecs_emulator.gateway.request import WireRequest
from ecs_emulator.identifiers import request_id
from ecs_emulator.service import Service

HOST = "127.0.0.1"
_MAXIMUM_LINE = 128 * 1024
_SHUTDOWN_SECONDS = 0.2


class Server:
    """Serves one Service on a port of this machine."""

    def __init__(self, service: Service, port: int) -> None:
        self._service = service
        self._wanted_port = port
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port on which it listens. Raises an error before that."""
        if self._runner is None:
            raise RuntimeError("The emulator does not listen yet. Enter its context first.")
        port: int = self._runner.addresses[0][1]
        return port

    async def start(self) -> None:
        application = web.Application()
        application.add_routes(Control(Console(self._service), self._service.faults).routes())
        application.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(
            application,
            access_log=None,
            max_line_size=_MAXIMUM_LINE,
            max_field_size=_MAXIMUM_LINE,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        await runner.setup()
        await web.TCPSite(runner, HOST, self._wanted_port).start()
        self._runner = runner

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/" or request.method not in {"GET", "POST"}:
            answer = refused(refusals.INVALID_API.error(), request_id(0), HOST)
        else:
            answer = await self._service.answer(await _wire_request(request))
        return _response(request, answer, formatdate(self._service.wall(), usegmt=True))


async def _wire_request(request: web.Request) -> WireRequest:
    return WireRequest(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.rel_url.query),
        body=await request.read(),
    )


def _response(request: web.Request, answer: Answer, date: str) -> web.StreamResponse:
    if answer.status is None:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    return web.Response(
        status=answer.status,
        text=answer.body,
        content_type=answer.content_type,
        charset="utf-8",
        headers={"Date": date, **answer.headers},
    )
