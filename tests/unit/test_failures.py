"""What a user reads of a call that got no usable answer, for each way in which an endpoint can fail."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alicloud_snapshot_provider.clock import SystemClock
from alicloud_snapshot_provider.ecs.client import EcsClient
from alicloud_snapshot_provider.ecs.settings import CredentialSource, Settings
from alicloud_snapshot_provider.errors import Unavailable

Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SETTINGS = Settings(
    region="cn-hangzhou",
    protocol="HTTP",
    connect_timeout_ms=200,
    read_timeout_ms=200,
    credentials=CredentialSource(access_key="id", secret_key="secret"),
)


@asynccontextmanager
async def endpoint(connection: Connection, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    open_ones: list[asyncio.StreamWriter] = []

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.append(writer)
        await reader.read(1)
        await connection(reader, writer)

    server = await asyncio.start_server(served, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in open_ones:
            writer.close()


async def reason(address: str, **settings: str) -> str:
    """Return what stands in brackets behind a call that has no usable answer."""
    client = EcsClient(replace(SETTINGS, endpoint=address, **settings), SystemClock())
    with pytest.raises(Unavailable) as caught:
        await client.call_once("DescribeSnapshots", "s-1", {})
    before, inside = caught.value.problem.split(" (", 1)
    assert before == "DescribeSnapshots of s-1 got no usable answer"
    return inside.removesuffix(")")


def answering(head: str, body: str) -> Connection:
    async def connection(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    return connection


async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Leave the connection open."""


async def closing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resetting(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def cutting_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("connection", "told"),
    [
        (silent, "timed out while waiting for the answer"),
        (closing, "connection closed before an answer came"),
        (resetting, "connection reset"),
        (cutting_off, "the answer was cut off"),
        (answering("502 Bad\r\nContent-Type: text/html; charset=utf-8", "<html>"), "HTTP 502 with text/html"),
        (answering("200 OK\r\nContent-Type: application/json", ""), "HTTP 200 with an unreadable body"),
        (answering("503 Gone\r\nContent-Type: application/json", "{}"), "HTTP 503 without a code of ECS"),
    ],
)
async def test_what_a_server_does_wrong_is_told(connection: Connection, told: str) -> None:
    async with endpoint(connection) as address:
        assert await reason(address) == told


async def test_where_nobody_listens_the_connection_is_refused_at_that_address() -> None:
    address = f"127.0.0.1:{unused_port()}"
    assert await reason(address) == f"connection refused at {address}"


async def test_a_host_that_has_no_address_is_named() -> None:
    assert await reason("ecs.nowhere.invalid") == "unknown host at ecs.nowhere.invalid:80"


async def test_a_certificate_that_nobody_vouches_for_is_told_as_such(tmp_path: Path) -> None:
    async with endpoint(silent, _self_signed(tmp_path)) as address:
        assert await reason(address, protocol="HTTPS") == f"the TLS certificate is not trusted at {address}"


async def test_a_server_without_tls_fails_the_handshake() -> None:
    async with endpoint(answering("400 Bad", "")) as address:
        assert await reason(address, protocol="HTTPS") == f"the TLS handshake failed at {address}"


async def test_a_proxy_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with endpoint(answering("407 Proxy Authentication Required", "")) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        assert await reason("127.0.0.1:1", protocol="HTTPS") == "the proxy answered HTTP 407"


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
