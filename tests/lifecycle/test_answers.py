"""Whatever ECS answers over the wire becomes one clean error, without any credential in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cloud import Cloud

from alicloud_snapshot_provider.ecs.client import EcsClient
from alicloud_snapshot_provider.ecs.models import SnapshotRequest
from alicloud_snapshot_provider.ecs.settings import CredentialSource
from alicloud_snapshot_provider.errors import PermissionDenied, SnapshotError, Throttled, Unavailable
from virtual_clock import VirtualClock

KEYS = CredentialSource(access_key="emulator-key-id", secret_key="emulator-key-secret")
CHECK_CREDENTIALS = (
    "Correct the keys: run `pulumi config set alicloud:accessKey <id>` and `pulumi config set --secret "
    "alicloud:secretKey <secret>`, or mend the environment's; `alicloud-snapshot doctor` says which are used."
)
CHECK_NETWORK = (
    "Check the network, the proxy, the region and the endpoint, then run it again: `pulumi up` resumes, and nothing is "
    "taken twice."
)


@dataclass
class Canned:
    """An ECS that gives the same answers in turn, the last one for ever."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        return web.json_response(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


@pytest.fixture
def canned() -> Canned:
    return Canned()


@pytest.fixture
async def client(canned: Canned, cloud: Cloud) -> AsyncIterator[EcsClient]:
    application = web.Application()
    application.router.add_route("*", "/", canned.answer)
    async with TestServer(application) as server, VirtualClock(busy=lambda: client.requests_in_flight > 0) as clock:
        client = EcsClient(replace(cloud.settings, endpoint=f"{server.host}:{server.port}"), clock)
        yield client


@pytest.mark.parametrize(
    ("credentials", "refusal"),
    [
        (
            replace(KEYS, secret_key="wrong-secret"),
            "Specified signature is not matched with our calculation. [SignatureDoesNotMatch",
        ),
        (replace(KEYS, access_key="no-key"), "Specified access key is not found. [InvalidAccessKeyId.NotFound"),
        (
            replace(KEYS, security_token="expired-token"),
            "Specified SecurityToken mismatch with the AccessKey. [InvalidSecurityToken.MismatchWithAccessKey",
        ),
    ],
)
async def test_credentials_that_ecs_refuses_are_named_by_their_code_and_never_shown(
    cloud: Cloud, credentials: CredentialSource, refusal: str
) -> None:
    region = cloud.regions.of(replace(cloud.settings, credentials=credentials))

    with pytest.raises(PermissionDenied) as caught:
        await region.client.snapshots_by_id(["s-1"])

    request_id = cloud.emulator.calls()[-1].request_id
    assert str(caught.value) == (
        f"DescribeSnapshots of s-1 failed: {refusal}, RequestId {request_id}]\n  what to do: {CHECK_CREDENTIALS}"
    )
    shown = f"{caught.value!r} {caught.value}"
    for secret in (credentials.access_key, credentials.secret_key, credentials.security_token):
        assert not secret or secret not in shown


async def test_a_profile_that_cannot_be_read_is_an_error_of_the_credentials(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    credentials = CredentialSource(profile="ops", shared_credentials_file=str(file))
    region = cloud.regions.of(replace(cloud.settings, credentials=credentials))

    with pytest.raises(PermissionDenied) as caught:
        await region.client.snapshots_by_id(["s-1"])

    assert str(caught.value) == (
        f"no usable credentials: unable to open credentials file: {file}\n"
        "  what to do: Run `pulumi config set alicloud:accessKey <id>` and "
        "`pulumi config set --secret alicloud:secretKey <secret>`, set ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or "
        "name a profile or a role."
    )


@pytest.mark.parametrize(
    ("kind", "reason"), [("html", "HTTP 502 with text/html"), ("drop", "connection closed before an answer came")]
)
async def test_an_outage_that_lasts_is_an_error_about_the_network_and_says_since_when(
    cloud: Cloud, kind: str, reason: str
) -> None:
    cloud.emulator.add_faults({"action": "DescribeSnapshots", "kind": kind, "times": None})

    with pytest.raises(Unavailable) as caught:
        await cloud.region.client.snapshots_by_id(["s-1", "s-2", "s-3", "s-4"])

    what, since = caught.value.problem.split("), since ")
    assert what == f"DescribeSnapshots of s-1, s-2, s-3 got no usable answer ({reason}"
    assert re.fullmatch(r"2026-01-01T00:00:\d\dZ, for 6\d s", since)
    assert caught.value.remedy == CHECK_NETWORK


async def test_a_refusal_by_flow_control_that_lasts_is_an_error_in_the_end(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "DescribeSnapshots", "code": "Throttling.User", "times": None})
    started = cloud.clock.now()

    with pytest.raises(Throttled) as caught:
        await cloud.region.client.snapshots_by_id(["s-1"])

    refused = cloud.emulator.calls()
    assert str(caught.value) == (
        "DescribeSnapshots of s-1 failed: Request was denied due to user flow control. "
        f"[Throttling.User, RequestId {refused[-1].request_id}]\n  what to do: Run it again later."
    )
    assert 290 <= cloud.clock.now() - started <= 300
    assert len(refused) < 40


async def test_ecs_says_when_to_come_back(cloud: Cloud) -> None:
    fault = {"action": "DescribeSnapshots", "code": "Throttling.User", "retry_after_ms": 30_000}
    cloud.emulator.add_faults(fault)

    await cloud.region.client.snapshots_by_id(["s-1"])

    first, second = cloud.emulator.calls()
    assert second.time - first.time == pytest.approx(30, abs=1)


@pytest.mark.parametrize(
    ("call", "answer", "text"),
    [
        (
            lambda client: client.snapshots_by_id(["s-1"]),
            {"Snapshots": [{"SnapshotId": "s-1"}]},
            "DescribeSnapshots of s-1 got no usable answer (its nesting is not the API's), since … s\n"
            f"  what to do: {CHECK_NETWORK}",
        ),
        (
            lambda client: client.create_snapshot(SnapshotRequest(disk_id="d-1", client_token="token", tags={})),
            {"RequestId": "R-1"},
            "CreateSnapshot answered without a SnapshotId\n  what to do: Run `pulumi up` again.",
        ),
    ],
)
async def test_an_answer_in_another_shape_is_no_usable_answer(
    client: EcsClient, canned: Canned, call: Any, answer: dict[str, Any], text: str
) -> None:
    canned.answers = [answer]

    with pytest.raises(SnapshotError) as caught:
        await call(client)

    assert re.sub(r"since .* s\n", "since … s\n", str(caught.value)) == text
    assert isinstance(caught.value, Unavailable)


def page(*ids: str, token: str = "") -> dict[str, Any]:
    return {"Snapshots": {"Snapshot": [{"SnapshotId": each} for each in ids]}, "NextToken": token}


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([page()], []),
        ([page("s-1", token="more"), page("s-2", token="still more"), page("s-3")], ["s-1", "s-2", "s-3"]),
        ([page("s-1", token="again"), page("s-2", token="again")], ["s-1", "s-2"]),
        ([{"Snapshots": None, "TotalCount": 0}], []),
    ],
    ids=["empty", "three pages", "a token that comes twice", "no list of nothing"],
)
async def test_every_page_is_read_once(
    client: EcsClient, canned: Canned, answers: list[dict[str, Any]], found: list[str]
) -> None:
    canned.answers = list(answers)

    listed = await client.snapshots_of_disk("d-1")

    assert [info.snapshot_id for info in listed] == found
    assert canned.asked == len(answers)


@pytest.mark.parametrize(
    "answer",
    [{"Snapshots": None}, {}, {"Snapshots": {"Snapshot": [{"SnapshotId": None}, {"SnapshotId": "s-1"}]}}],
    ids=["a list of null", "no list", "a record without id"],
)
async def test_a_list_that_does_not_say_what_there_is_is_no_usable_answer(
    client: EcsClient, canned: Canned, answer: dict[str, Any]
) -> None:
    canned.answers = [answer]

    with pytest.raises(Unavailable, match="DescribeSnapshots of disk d-1 got no usable answer"):
        await client.snapshots_of_disk("d-1")


async def test_a_region_that_promises_more_than_it_lists_is_left_at_its_last_page(
    client: EcsClient, canned: Canned
) -> None:
    canned.answers = [{**page("s-1"), "TotalCount": 5}]

    assert [info.snapshot_id for info in await client.all_snapshots(10) or ()] == ["s-1"]
    assert canned.asked == 1


@pytest.mark.parametrize(("at_most", "listed"), [(250, 250), (249, None)])
async def test_a_whole_region_is_listed_unless_it_has_more_than_asked_for(
    cloud: Cloud, at_most: int, listed: int | None
) -> None:
    cloud.emulator.add_seed({"snapshots": [{"id": f"s-{number}", "disk_id": "d-x"} for number in range(250)]})

    found = await cloud.region.client.all_snapshots(at_most)

    assert (None if found is None else len({info.snapshot_id for info in found})) == listed
    assert len(cloud.called("DescribeSnapshots")) == (4 if listed else 1)
