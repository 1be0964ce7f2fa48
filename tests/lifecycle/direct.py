"""An emulator of the same process that the ECS SDK reaches without a socket: a call costs a third.

The SDK signs, the emulator checks; only HTTP is left out, which `tests/emulator`, `tests/cli` and `tests/engine` show.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from types import TracebackType
from typing import Any, Self

import aiohttp

from alicloud_snapshot_provider.ecs import connections
from ecs_emulator import Emulator
from ecs_emulator.gateway.answers import Answer
from ecs_emulator.gateway.request import WireRequest

_numbers = itertools.count(1)
_served: dict[str, Emulator] = {}


class DirectEmulator(Emulator):
    """An emulator that listens on no port, and answers the SDK's calls to its endpoint."""

    @property
    def endpoint(self) -> str:
        return self._endpoint

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    @contextmanager
    def reachable(self) -> Iterator[Self]:
        """Answer calls from whichever event loop they come, one loop after the other."""
        self._open()
        try:
            yield self
        finally:
            self._close()

    def _open(self) -> None:
        self._endpoint = f"emulator-{next(_numbers)}.invalid"
        self._service.settle()
        _served[self._endpoint] = self

    def _close(self) -> None:
        del _served[self._endpoint]
        self._service.close()

    async def answer(self, request: Any, seconds: float) -> Answer:
        """Answer the SDK's request as the server does: to the end, even where nobody waits for it any more."""
        body = request.body or b""
        wire = WireRequest(
            method=request.method,
            headers={name.lower(): value for name, value in request.headers.items()},
            query={name: str(value) for name, value in request.query.items() if value is not None},
            body=body.encode() if isinstance(body, str) else body,
        )
        answering = asyncio.ensure_future(self._service.answer(wire))
        await asyncio.wait({answering}, timeout=seconds)
        if not answering.done():
            raise TimeoutError
        return answering.result()

    @property
    def date(self) -> str:
        return formatdate(self._service.wall(), usegmt=True)


def _led(over_network: Callable[..., Any]) -> Callable[..., Any]:
    """Lead the SDK's calls to an emulator of this process there, all others to the network as ever."""

    async def send(request: Any, url: str, options: Mapping[str, Any]) -> Any:
        emulator = _served.get(request.headers["host"])
        if emulator is None:
            return await over_network(request, url, options)
        from darabonba.exceptions import RetryError  # noqa: PLC0415
        from darabonba.response import DaraResponse  # noqa: PLC0415

        try:
            answer = await emulator.answer(request, options["readTimeout"] / 1_000)
        except TimeoutError as error:
            raise RetryError(str(error)) from error
        if answer.status is None:
            raise aiohttp.ServerDisconnectedError
        response = DaraResponse()
        response.status_code = answer.status
        response.body = answer.body.encode()
        headers = {"Date": emulator.date, "Content-Type": f"{answer.content_type}; charset=utf-8", **answer.headers}
        response.headers = {name.lower(): value for name, value in headers.items()}
        return response

    return send


vars(connections)["_send"] = _led(connections._send)
