"""No key, secret or token in what is logged, raised, told or kept."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from typing import Any

import pytest
from cloud import Cloud, open_cloud
from fragile import bereaved
from model_engine import CheckFailed, Stack
from schedules import QUICK

from alicloud_snapshot_provider.ecs.settings import CredentialSource
from alicloud_snapshot_provider.errors import SnapshotError

KEYS = CredentialSource("STS.emulator-key-id", "emulator-sts-secret", "emulator-security-token")
SECRETS = ("STS.emulator-key-id", "emulator-sts-secret", "emulator-security-token", "wrong-secret", "unknown-key")


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with bereaved(), open_cloud(QUICK, read_timeout_ms=1_000) as cloud:
        cloud.settings = replace(cloud.settings, credentials=KEYS)
        yield cloud


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "latency", "seconds": 0}, id="nothing"),
        pytest.param({"kind": "error", "code": "SignatureDoesNotMatch", "status": 400}, id="a wrong signature"),
        pytest.param({"kind": "error", "code": "InternalError", "for_seconds": 300}, id="internal errors"),
        pytest.param({"kind": "error", "code": "Throttling", "for_seconds": 600}, id="refusals"),
        pytest.param({"kind": "drop", "for_seconds": 300}, id="dropped calls"),
        pytest.param({"kind": "html", "for_seconds": 300}, id="a proxy's HTML"),
        pytest.param({"kind": "latency", "seconds": 1.2}, id="a slow answer"),
        pytest.param({"kind": "fail_snapshot"}, id="a failed snapshot"),
    ],
)
async def test_a_whole_life_shows_no_secret_anywhere(
    cloud: Cloud, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="alicloud_snapshot_provider")
    cloud.emulator.add_faults({"action": "*", "nth": 3, **fault})
    stack = Stack(cloud)
    shown = [await _said(stack.up(triggers="1")), await _said(stack.refresh())]
    shown += [json.dumps(stack.held.outputs) if stack.held else "", await _said(stack.destroy())]

    shown += [caplog.text, *cloud.notes, json.dumps(cloud.emulator.entries()), repr(cloud.settings)]
    assert _shown(shown) == {"STS.emulator-key-id"}, "the settings show which key they use, and nothing else is shown"
    assert _shown(shown[:-1]) == set()


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(replace(KEYS, secret_key="wrong-secret"), id="wrong secret"),
        pytest.param(replace(KEYS, access_key="unknown-key"), id="unknown key"),
        pytest.param(replace(KEYS, security_token=""), id="no token"),
    ],
)
async def test_refused_credentials_are_not_repeated(
    cloud: Cloud, keys: CredentialSource, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="alicloud_snapshot_provider")
    cloud.settings = replace(cloud.settings, credentials=keys)
    said = await _said(Stack(cloud).up())
    assert "alicloud:accessKey" in said
    assert _shown([said, caplog.text, json.dumps(cloud.emulator.entries())]) == set()


async def _said(work: Awaitable[None]) -> str:
    """Return the text of a typed error; empty where there is none."""
    try:
        await work
    except (SnapshotError, CheckFailed) as error:
        return f"{error} {error!r}"
    return ""


def _shown(texts: list[str]) -> set[str]:
    return {secret for secret in SECRETS if any(secret in text for text in texts)}
