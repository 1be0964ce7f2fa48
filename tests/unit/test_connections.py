"""Calls share connections, and what makes them, in place of opening one each as the SDK does."""

from __future__ import annotations

import ssl
from contextlib import nullcontext
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from alibabacloud_tea_openapi import client as sdk
from darabonba.core import DaraCore

from alicloud_snapshot_provider.clock import SystemClock
from alicloud_snapshot_provider.ecs import connections
from alicloud_snapshot_provider.ecs.client import EcsClient
from alicloud_snapshot_provider.ecs.settings import CredentialSource, Settings
from alicloud_snapshot_provider.errors import Unavailable

SETTINGS = Settings(
    region="cn-hangzhou", protocol="HTTP", credentials=CredentialSource(access_key="id", secret_key="secret")
)


@pytest.fixture(autouse=True)
def _of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "DaraCore", DaraCore)
    connections._authorities.cache_clear()


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> list[ssl.SSLContext]:
    """Count what reads the certificates of all authorities."""
    made: list[ssl.SSLContext] = []
    create = ssl.create_default_context

    def counted() -> ssl.SSLContext:
        made.append(create())
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", lambda *_: counted())
    return made


async def _connections_of(calls: int) -> int:
    """Make calls one after the other, and return how many connections the server saw."""
    seen = set()

    async def answer(request: web.Request) -> web.Response:
        seen.add(request.transport)
        return web.json_response({"RequestId": "R", "TotalCount": 0, "Snapshots": {"Snapshot": []}})

    app = web.Application()
    app.router.add_route("*", "/", answer)
    async with TestServer(app) as server:
        client = EcsClient(replace(SETTINGS, endpoint=f"127.0.0.1:{server.port}"), SystemClock())
        for _ in range(calls):
            await _describe(client)
    return len(seen)


async def _describe(client: EcsClient) -> None:
    await client.call_once("DescribeSnapshots", "s-1", {})


async def test_calls_share_a_connection() -> None:
    assert await _connections_of(5) == 1


async def test_where_the_sdk_sends_otherwise_it_opens_a_connection_for_each_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("alicloud_snapshot_provider.ecs.transport.replace_sending", lambda: None)

    assert await _connections_of(5) == 5


async def test_other_users_of_the_sdk_in_the_process_keep_its_own_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alicloud_snapshot_provider.ecs.transport.shared_connections", nullcontext)

    assert await _connections_of(3) == 3


async def test_the_certificates_of_the_authorities_are_read_once(contexts: list[ssl.SSLContext]) -> None:
    app = web.Application()
    async with TestServer(app) as server:
        client = EcsClient(replace(SETTINGS, protocol="HTTPS", endpoint=f"127.0.0.1:{server.port}"), SystemClock())
        for _ in range(3):
            with pytest.raises(Unavailable, match="TLS"):
                await _describe(client)

    assert len(contexts) == 1
