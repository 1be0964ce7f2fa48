"""An emulator with a manual clock for every test, and two ways to call it: the SDK, and requests signed by hand."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config

from ecs_emulator import Emulator, ManualClock, Seed, default_seed, running_emulator
from ecs_emulator.gateway.signatures import sign_v1

REGION = "cn-hangzhou"


@pytest.fixture(autouse=True, scope="session")
def _certificates_are_read_once() -> Iterator[None]:
    """The SDK reads those of all authorities for each endpoint, even over HTTP: 50 ms of CPU time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@dataclass(frozen=True, slots=True)
class HttpReply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.text)
        return body


@dataclass(frozen=True, slots=True)
class Api:
    """Calls actions in the RPC style, signed by hand: common parameters in the query, the others in the form."""

    url: str
    key_id: str = "emulator-key-id"
    secret: str = "emulator-key-secret"
    common: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, action: str, parameters: Mapping[str, str] | None = None, **more: object) -> dict[str, Any]:
        reply = self.send(action, {**(parameters or {}), **_texts(more)})
        assert reply.status == 200, reply.text
        return reply.body

    def refused(self, action: str, parameters: Mapping[str, str] | None = None, **more: object) -> tuple[str, int]:
        reply = self.send(action, {**(parameters or {}), **_texts(more)})
        assert reply.status != 200, reply.text
        return reply.body["Code"], reply.status

    def send(self, action: str, business: Mapping[str, str], method: str = "POST", form: bool = True) -> HttpReply:
        common = {**self.common_parameters(action), **self.common}
        common["Signature"] = common.get("Signature") or sign_v1(self.secret, method, {**common, **business}).signature
        query = common if form else {**common, **business}
        body = urlencode(business).encode() if form else None
        return fetch(f"{self.url}/?{urlencode(query)}", method, body)

    def send_target(self, action: str, business: Mapping[str, str]) -> str:
        """Return the path and query of a signed GET request."""
        parameters = {**self.common_parameters(action), **self.common, **business}
        return f"/?{urlencode({**parameters, 'Signature': sign_v1(self.secret, 'GET', parameters).signature})}"

    def common_parameters(self, action: str) -> dict[str, str]:
        return {
            "AccessKeyId": self.key_id,
            "Action": action,
            "Format": "json",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": uuid.uuid4().hex,
            "SignatureVersion": "1.0",
            "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "Version": "2014-05-26",
        }

    def snapshot(self, snapshot_id: str, region: str = REGION) -> dict[str, Any]:
        listed = self("DescribeSnapshots", RegionId=region, SnapshotIds=json.dumps([snapshot_id]))
        (snapshot,) = listed["Snapshots"]["Snapshot"]
        return dict(snapshot)

    def disk(self, disk_id: str) -> dict[str, Any]:
        (disk,) = self("DescribeDisks", RegionId=REGION, DiskIds=json.dumps([disk_id]))["Disks"]["Disk"]
        return dict(disk)

    def instance_status(self, instance_id: str) -> str:
        listed = self("DescribeInstances", RegionId=REGION, InstanceIds=json.dumps([instance_id]))
        (instance,) = listed["Instances"]["Instance"]
        return str(instance["Status"])

    def create_snapshot(self, disk_id: str = "d-demo-system", **more: object) -> str:
        return str(self("CreateSnapshot", DiskId=disk_id, **more)["SnapshotId"])


def fetch(
    url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> HttpReply:
    request = urllib.request.Request(url, data=body, method=method, headers=dict(headers or {}))  # noqa: S310
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return HttpReply(response.status, dict(response.headers), response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return HttpReply(error.code, dict(error.headers), error.read().decode())


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def world() -> Seed:
    return default_seed()


@pytest.fixture
def emulator(world: Seed, clock: ManualClock) -> Iterator[Emulator]:
    with running_emulator(world, clock) as emulator:
        yield emulator


@pytest.fixture
def api(emulator: Emulator) -> Api:
    return Api(emulator.url)


@pytest.fixture
def api_for() -> Callable[[Emulator], Api]:
    return lambda emulator: Api(emulator.url)


@pytest.fixture
def sdk(sdk_with: Callable[..., Client]) -> Client:
    return sdk_with()


@pytest.fixture
def sdk_with(emulator: Emulator) -> Callable[..., Client]:
    def client(**config: object) -> Client:
        settings = {
            "endpoint": emulator.endpoint,
            "protocol": "http",
            "region_id": REGION,
            "access_key_id": "emulator-key-id",
            "access_key_secret": "emulator-key-secret",
            **config,
        }
        return Client(Config(**settings))

    return client


@pytest.fixture
def control(emulator: Emulator) -> Callable[..., HttpReply]:
    def call(method: str, path: str, data: object = None) -> HttpReply:
        body = None if data is None else json.dumps(data).encode()
        return fetch(f"{emulator.url}/_control/{path}", method, body, {"Content-Type": "application/json"})

    return call
