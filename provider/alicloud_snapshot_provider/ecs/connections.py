"""Shared connections to ECS, for all calls of this provider.

Each asynchronous call of the SDK opens its own connection. Over HTTPS it also reads the certificates of all
authorities, which takes 70 ms of CPU time. The SDK cannot share connections, so this module replaces the function that
sends a request, only for the calls of this provider. If the SDK has no such function, the SDK sends the request itself.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import aiohttp
    from darabonba.request import DaraRequest
    from darabonba.response import DaraResponse

_SHARED: ContextVar[bool] = ContextVar("alicloud_snapshot_shared_connections", default=False)
_UNSHARED_OPTIONS = ("ignoreSSL", "ca", "cert", "tlsMinVersion")
"""A call with one of these options needs its own connection."""
_open: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[aiohttp.TCPConnector, None]] = WeakKeyDictionary()


@contextmanager
def shared_connections() -> Iterator[None]:
    """Let the SDK's calls in this context use the shared connections."""
    token = _SHARED.set(True)
    try:
        yield
    finally:
        _SHARED.reset(token)


def replace_sending() -> None:
    """Replace the function that sends a request in the SDK. A second call changes nothing."""
    from alibabacloud_tea_openapi import client as sdk  # noqa: PLC0415

    base = getattr(sdk, "DaraCore", None)
    if getattr(base, "async_do_action", None) and not hasattr(base, "sends_by_itself"):
        sdk.DaraCore = _sharing(base)


def _sharing(base: Any) -> type:
    """Return a subclass of the SDK's class of functions, with one function replaced."""

    class Sharing(base):  # type: ignore[misc]  # the SDK has no types
        sends_by_itself = base.async_do_action

        @staticmethod
        async def async_do_action(
            request: DaraRequest, runtime_option: Mapping[str, Any] | None = None
        ) -> DaraResponse:
            options = runtime_option or {}
            if not _SHARED.get() or any(options.get(each) for each in _UNSHARED_OPTIONS):
                sent: DaraResponse = await base.async_do_action(request, runtime_option)
                return sent
            return await _send(request, base.compose_url(request), options)

    return Sharing


async def _send(request: DaraRequest, url: str, options: Mapping[str, Any]) -> DaraResponse:
    """Send a request as the SDK does, over a shared connection. Raises the SDK's RetryError if no answer comes."""
    import aiohttp  # noqa: PLC0415
    from darabonba.exceptions import RetryError  # noqa: PLC0415
    from darabonba.response import DaraResponse  # noqa: PLC0415

    timeout = aiohttp.ClientTimeout(
        sock_connect=options["connectTimeout"] / 1_000, sock_read=options["readTimeout"] / 1_000
    )
    session = aiohttp.ClientSession(connector=await _connector(), connector_owner=False)
    try:
        async with (
            session,
            session.request(
                request.method,
                url,
                data=_body(request),
                headers=request.headers,
                proxy=_proxy(request.protocol, options),
                timeout=timeout,
            ) as answer,
        ):
            response = DaraResponse()
            response.body = await answer.read()
            response.headers = {name.lower(): value for name, value in answer.headers.items()}
            response.status_code = answer.status
            response.status_message = answer.reason
            response.response = answer
            return response
    except OSError as error:
        raise RetryError(str(error)) from error


def _body(request: DaraRequest) -> bytes:
    body = request.body
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b"".join(body or ())


def _proxy(protocol: str, options: Mapping[str, Any]) -> str | None:
    name = f"{protocol.lower()}_proxy"
    return options.get(f"{protocol.lower()}Proxy") or os.environ.get(name.upper()) or os.environ.get(name)


async def _connector() -> aiohttp.TCPConnector:
    """Return the connector of the running loop. The loop closes it with its other generators."""
    loop = asyncio.get_running_loop()
    if loop not in _open:
        _open[loop] = _connectors()
    return await anext(_open[loop])


async def _connectors() -> AsyncGenerator[aiohttp.TCPConnector, None]:
    from aiohttp import TCPConnector  # noqa: PLC0415

    connector = TCPConnector(ssl=_authorities())
    async with connector:
        while True:
            yield connector


@cache
def _authorities() -> ssl.SSLContext:
    """Return the authorities that the SDK trusts: those of this machine and those of certifi."""
    import certifi  # noqa: PLC0415

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
