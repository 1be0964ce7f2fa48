"""Credentials that cannot be had: one sentence of its kind, and never a word of what a server answered."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from cloud import Cloud

from alicloud_snapshot_provider.ecs.settings import CredentialSource
from alicloud_snapshot_provider.errors import PermissionDenied, SnapshotError, Unavailable

KEYS = {
    "AccessKeyId": "STS.leaked-id",
    "AccessKeySecret": "leaked-secret",
    "SecurityToken": "leaked-security-token",
    "Expiration": "2099-01-01T00:00:00Z",
}
SECRETS = (*list(KEYS.values())[:3], "leaked-uri-token")
SET_KEYS = (
    "Run `pulumi config set alicloud:accessKey <id>` and `pulumi config set --secret alicloud:secretKey <secret>`, "
    "set ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or name a profile or a role."
)


@dataclass
class Giver:
    """A server of credentials whose next answer a test sets."""

    address: str = ""
    status: int = 200
    body: str = ""

    def source(self) -> CredentialSource:
        return CredentialSource(credentials_uri=f"http://{self.address}/credentials?token=leaked-uri-token")

    async def answer(self, _: web.Request) -> web.Response:
        return web.Response(status=self.status, text=self.body, content_type="application/json")


@pytest.fixture
async def giver() -> AsyncIterator[Giver]:
    giver, application = Giver(), web.Application()
    application.router.add_route("*", "/{path:.*}", giver.answer)
    async with TestServer(application) as server:
        giver.address = f"{server.host}:{server.port}"
        yield giver


@pytest.fixture
def metadata(giver: Giver, monkeypatch: pytest.MonkeyPatch) -> Giver:
    """The server stands for the metadata service of an instance too."""
    from alibabacloud_credentials.provider import ecs_ram_role  # noqa: PLC0415

    ask: Callable[..., Awaitable[Any]] = ecs_ram_role.TeaCore.async_do_action

    async def redirected(request: Any, options: Any = None) -> Any:
        request.headers["host"], _, port = giver.address.partition(":")
        request.port = int(port)
        return await ask(request, options)

    monkeypatch.setattr(ecs_ram_role.TeaCore, "async_do_action", redirected)
    return giver


async def refusal(cloud: Cloud, source: CredentialSource) -> SnapshotError:
    region = cloud.regions.of(replace(cloud.settings, credentials=source))
    with pytest.raises(SnapshotError) as caught:
        await region.client.snapshots_by_id(["s-1"])
    return caught.value


def _logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what a user would see, and all that the library of the credentials logged."""
    seen = (each for each in caplog.records if each.levelno >= logging.WARNING or each.name == "credentials")
    return [each.getMessage() for each in seen]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, KEYS, "gives none"),
        (200, {"Code": "Failed", **KEYS}, "gives none"),
        (200, "leaked-secret", "gives none"),
        (200, ["leaked-secret"], "gives none"),
        (200, {"Code": "Success", **KEYS, "Expiration": "leaked-secret"}, "gives none"),
        (403, {"Code": "Forbidden", **KEYS}, "answered HTTP 403"),
    ],
)
@pytest.mark.parametrize("kind", ["uri", "role"])
async def test_an_answer_without_usable_credentials_is_told_by_its_kind_and_neither_shown_nor_logged(
    cloud: Cloud,
    metadata: Giver,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: object,
    told: str,
    kind: str,
) -> None:
    metadata.status, metadata.body = status, web.json_response(body).text or ""
    source = metadata.source() if kind == "uri" else CredentialSource(ecs_role_name="web")
    origin = "the server of alicloud:credentialsUri" if kind == "uri" else "the instance's metadata service"
    caplog.set_level(logging.DEBUG)

    error = await refusal(cloud, source)

    assert isinstance(error, PermissionDenied)
    assert str(error) == (
        f"no usable credentials: {origin} {told}\n"
        f"  what to do: Check {origin}, or set other credentials: keys, a profile or a role."
    )
    assert not [secret for secret in SECRETS if secret in f"{error!r} {_logged(caplog)}"]


async def test_a_server_of_credentials_that_has_trouble_is_asked_again_for_a_minute(cloud: Cloud, giver: Giver) -> None:
    giver.status, giver.body = 503, "leaked-secret"

    error = await refusal(cloud, giver.source())

    assert isinstance(error, Unavailable)
    assert error.problem.startswith(
        "no usable credentials: the server of alicloud:credentialsUri answered HTTP 503, since 2026-01-01T00:00:"
    )


async def test_a_server_of_credentials_that_is_not_there_is_named_with_the_reason(cloud: Cloud) -> None:
    port = unused_port()

    error = await refusal(cloud, CredentialSource(credentials_uri=f"http://127.0.0.1:{port}/?token=leaked-uri-token"))

    assert error.problem.startswith(
        "no usable credentials: the server of alicloud:credentialsUri did not answer "
        f"(connection refused at 127.0.0.1:{port}), since "
    )
    assert "leaked-uri-token" not in str(error)


async def test_a_refusal_of_sts_is_told_without_its_answer(
    cloud: Cloud, giver: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alibabacloud_credentials.provider import ram_role_arn  # noqa: PLC0415

    giver.status, giver.body = 400, '{"Code": "leaked-secret"}'
    ask: Callable[..., Awaitable[Any]] = ram_role_arn.TeaCore.async_do_action

    async def redirected(request: Any, options: Any = None) -> Any:
        request.protocol, request.headers["host"] = "http", "127.0.0.1"
        request.port = int(giver.address.rpartition(":")[2])
        return await ask(request, options)

    monkeypatch.setattr(ram_role_arn.TeaCore, "async_do_action", redirected)
    source = CredentialSource(access_key="id", secret_key="leaked-secret", role_arn="acs:ram::1:role/deploy")

    error = await refusal(cloud, source)

    assert str(error) == (
        "no usable credentials: STS answered HTTP 400\n"
        "  what to do: Check STS, or set other credentials: keys, a profile or a role."
    )


async def test_where_there_are_no_credentials_at_all_one_sentence_says_so_and_how_to_set_them(
    cloud: Cloud, metadata: Giver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    metadata.status, metadata.body = 404, "leaked-secret"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID", raising=False)
    caplog.set_level(logging.DEBUG)

    error = await refusal(cloud, CredentialSource())

    assert isinstance(error, PermissionDenied)
    assert str(error) == (f"no credentials are configured, and none are found by default\n  what to do: {SET_KEYS}")
    assert _logged(caplog) == []
