"""Says in words why a request got no usable answer. The words never quote the request or the answer.

The SDK wraps the exception of its HTTP client twice. If an answer is not JSON, only a frame of the SDK has its status.
"""

from __future__ import annotations

from collections.abc import Iterator
from traceback import walk_tb
from typing import Any

import aiohttp

_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientProxyConnectionError, "the proxy cannot be reached"),
    (aiohttp.ClientConnectorDNSError, "unknown host"),
    (aiohttp.ClientConnectorCertificateError, "the TLS certificate is not trusted"),
    (aiohttp.ClientSSLError, "the TLS handshake failed"),
    (aiohttp.ClientPayloadError, "the answer was cut off"),
    (aiohttp.InvalidURL, "the address is malformed"),
    (aiohttp.ConnectionTimeoutError, "timed out while connecting"),
    (TimeoutError, "timed out while waiting for the answer"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectionResetError, "connection reset"),
    (aiohttp.ServerDisconnectedError, "connection closed before an answer came"),
)
"""The first match says what happened."""
_JSON_TYPES = ("", "application/json", "text/json")


def failure_of(error: BaseException) -> str:
    """Return what happened, such as "connection refused by 127.0.0.1:1" or "HTTP 502 with text/html"."""
    answer = _answer(error)
    if answer:
        return answer
    causes = list(_causes(error))
    kind = next((text for known, text in _KINDS if any(isinstance(cause, known) for cause in causes)), "")
    return f"{kind or _system_text(causes)}{_address(causes)}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, then its cause, and so on."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = (
            getattr(cause, "inner_exception", None)
            or getattr(cause, "certificate_error", None)
            or getattr(cause, "os_error", None)
            or cause.__cause__
            or cause.__context__
        )


def _answer(error: BaseException) -> str:
    """Describe an answer without an ECS code by its status and content type."""
    status = getattr(error, "status_code", None)
    if status:
        return f"HTTP {status} without a code of ECS"
    frames = (frame.f_locals.get("_last_response") for frame, _ in walk_tb(error.__traceback__))
    answer = next((answer for answer in frames if answer is not None), None)
    if answer is None:
        return _proxy_answer(error)
    content = str(answer.headers.get("content-type", "")).partition(";")[0]
    return f"HTTP {answer.status_code} with {'an unreadable body' if content in _JSON_TYPES else content}"


def _proxy_answer(error: BaseException) -> str:
    refusal = next((cause for cause in _causes(error) if isinstance(cause, aiohttp.ClientHttpProxyError)), None)
    return f"the proxy answered HTTP {refusal.status}" if refusal else ""


def _system_text(causes: list[BaseException]) -> str:
    """Return the text of the operating system, such as "no route to host", or the name of the exception."""
    system: Any = next((each for each in causes if isinstance(each, OSError) and each.errno and each.strerror), None)
    return str(system.strerror).partition(" [")[0].lower() if system else type(causes[-1]).__name__


def _address(causes: list[BaseException]) -> str:
    connector: Any = next((each for each in causes if isinstance(each, aiohttp.ClientConnectorError)), None)
    return f" at {connector.host}:{connector.port}" if connector else ""
