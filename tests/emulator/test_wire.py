"""The front door: three request styles, two signatures, and everything that is turned away there."""

from __future__ import annotations

import dataclasses
import hashlib
import http.client
import json
import re
import time
from collections.abc import Callable

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config
from tests.emulator.conftest import Api, fetch

from ecs_emulator import Emulator, ManualClock, default_seed, running_emulator
from ecs_emulator.gateway.signatures import sign_acs3

ACTIONS_TO_SPREAD = [
    ("DescribeRegions", {}),
    ("DescribeSnapshots", {"RegionId": "cn-hangzhou", "MaxResults": "50", "PageNumber": "1", "PageSize": "50"}),
    ("DescribeDisks", {"RegionId": "cn-hangzhou", "EnableAutoSnapshot": "true", "PageNumber": "1"}),
    ("CreateSnapshot", {"DiskId": "d-demo-data", "Description": "ünïcode & spaces *~+/", "Tag.1.Key": "a"}),
    ("TagResources", {
        "RegionId": "cn-hangzhou", "ResourceType": "disk", "ResourceId.1": "d-demo-data",
        "Tag.1.Key": "a b", "Tag.1.Value": "",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("action", "parameters"), ACTIONS_TO_SPREAD)
def test_the_form_style_is_understood(api: Api, action: str, parameters: dict[str, str]) -> None:
    assert api.send(action, parameters).status == 200


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(("action", "parameters"), ACTIONS_TO_SPREAD)
def test_the_query_style_is_understood(api: Api, action: str, parameters: dict[str, str], method: str) -> None:
    assert api.send(action, parameters, method=method, form=False).status == 200


def test_the_old_go_client_may_sign_an_empty_signature_type(api: Api) -> None:
    old = dataclasses.replace(api, common={"Format": "JSON", "SignatureType": ""})
    assert old.send("DescribeRegions", {}, form=False).status == 200


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_the_sdk_is_understood_with_either_signature(emulator: Emulator, algorithm: str | None) -> None:
    client = Client(
        Config(
            endpoint=emulator.endpoint,
            protocol="http",
            access_key_id="emulator-key-id",
            access_key_secret="emulator-key-secret",
            signature_algorithm=algorithm,
        )
    )
    request = models.CreateSnapshotRequest(disk_id="d-demo-data", description="ünïcode & spaces *~+/")
    assert client.create_snapshot(request).body.snapshot_id.startswith("s-bp1")


def test_the_endpoint_may_carry_the_scheme(emulator: Emulator, sdk_with: Callable[..., Client]) -> None:
    client = sdk_with(endpoint=emulator.url)
    assert client.describe_regions(models.DescribeRegionsRequest()).status_code == 200


def test_answers_are_json_with_a_request_id(api: Api) -> None:
    reply = api.send("DescribeRegions", {})
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", reply.body["RequestId"])


def test_errors_come_in_the_envelope_of_the_gateway(api: Api) -> None:
    body = api.send("DeleteSnapshot", {"SnapshotId": "s-none"}).body
    assert set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert body["HostId"] == "ecs.cn-hangzhou.aliyuncs.com"
    assert body["Message"] == "The specified snapshot is not found."
    assert body["Recommend"].endswith(f"q={body['Code']}&product=Ecs&requestId={body['RequestId']}")


def test_the_sdk_turns_errors_into_its_exceptions(sdk: Client) -> None:
    with pytest.raises(ClientException) as caught:
        sdk.delete_snapshot(models.DeleteSnapshotRequest(snapshot_id="s-none"))
    assert (caught.value.code, caught.value.status_code) == ("InvalidSnapshotId.NotFound", 404)
    assert "request id:" in caught.value.message


def test_a_wrong_secret_does_not_match_in_either_signature(emulator: Emulator, api: Api) -> None:
    forged = dataclasses.replace(api, secret="guess")
    reply = forged.send("DescribeRegions", {})
    assert (reply.status, reply.body["Code"]) == (400, "SignatureDoesNotMatch")
    assert "server string to sign is:POST&%2F&" in reply.body["Message"]


def test_a_wrong_secret_of_the_sdk_does_not_match(emulator: Emulator, sdk_with: Callable[..., Client]) -> None:
    with pytest.raises(ClientException) as caught:
        sdk_with(access_key_secret="guess").describe_regions(models.DescribeRegionsRequest())
    assert caught.value.code == "SignatureDoesNotMatch"


def test_a_changed_parameter_does_not_match(api: Api) -> None:
    signed = api.common_parameters("DescribeRegions")
    stolen = dataclasses.replace(api, common={**signed, "Signature": "bm90IHRoZSBvbmU="})
    assert stolen.refused("DescribeZones", RegionId="cn-hangzhou") == ("SignatureDoesNotMatch", 400)


def test_a_nonce_works_once(api: Api) -> None:
    replayed = dataclasses.replace(api, common={"SignatureNonce": "once"})
    replayed("DescribeRegions")
    assert replayed.refused("DescribeRegions") == ("SignatureNonceUsed", 400)


@pytest.mark.parametrize(
    ("timestamp", "code"),
    [
        ("2020-01-01T00:00:00Z", "InvalidTimeStamp.Expired"),
        ("2999-01-01T00:00:00Z", "InvalidTimeStamp.Expired"),
        ("yesterday", "InvalidTimeStamp.Format"),
    ],
)
def test_the_timestamp_must_be_of_now(api: Api, timestamp: str, code: str) -> None:
    late = dataclasses.replace(api, common={"Timestamp": timestamp})
    assert late.refused("DescribeRegions") == (code, 400)


def test_timestamps_are_checked_by_the_wall_clock_not_the_emulated_one(api: Api, emulator: Emulator) -> None:
    emulator.advance(1_000_000)
    assert api("DescribeRegions")["Regions"]


def test_an_old_nonce_is_forgotten_when_its_timestamp_has_expired(
    clock: ManualClock, api_for: Callable[..., Api]
) -> None:
    wall = ManualClock(time.time())
    with running_emulator(clock=clock, wall=wall.now) as emulator:
        replayed = dataclasses.replace(api_for(emulator), common={"SignatureNonce": "once"})
        replayed("DescribeRegions")
        wall.advance(31 * 60)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(wall.now()))
        later = dataclasses.replace(replayed, common={"SignatureNonce": "once", "Timestamp": stamp})
        assert later("DescribeRegions")["Regions"]


def test_an_unknown_key_is_not_found(api: Api) -> None:
    assert dataclasses.replace(api, key_id="nobody").refused("DescribeRegions") == ("InvalidAccessKeyId.NotFound", 404)


def test_a_disabled_key_is_inactive(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"access_keys": [{"id": "retired", "secret": "x", "active": False}]})
    retired = dataclasses.replace(api, key_id="retired", secret="x")
    assert retired.refused("DescribeRegions") == ("InvalidAccessKeyId.Inactive", 400)


@pytest.mark.parametrize("key_id", ["LTAI5tFakeFakeFakeFake", "STS.NUfakefakefakefakefake1234"])
def test_a_key_that_looks_real_is_refused_with_advice(api: Api, key_id: str) -> None:
    reply = dataclasses.replace(api, key_id=key_id).send("DescribeRegions", {})
    assert (reply.status, reply.body["Code"]) == (403, "Emulator.RealAccessKeyRefused")
    assert "Use a key of the emulator's world, such as emulator-key-id" in reply.body["Message"]


def test_a_temporary_key_works_with_its_token(emulator: Emulator, sdk_with: Callable[..., Client]) -> None:
    client = sdk_with(
        access_key_id="STS.emulator-key-id",
        access_key_secret="emulator-sts-secret",
        security_token="emulator-security-token",
    )
    assert client.describe_regions(models.DescribeRegionsRequest()).status_code == 200


def test_a_temporary_key_fails_with_another_token(api: Api) -> None:
    other = dataclasses.replace(
        api, key_id="STS.emulator-key-id", secret="emulator-sts-secret", common={"SecurityToken": "stale"}
    )
    assert other.refused("DescribeRegions") == ("InvalidSecurityToken.MismatchWithAccessKey", 400)


def test_a_temporary_key_expires(api: Api, emulator: Emulator) -> None:
    key = {"id": "STS.old", "secret": "x", "security_token": "t", "expires_at": 1.0}
    emulator.add_seed({"access_keys": [key]})
    old = dataclasses.replace(api, key_id="STS.old", secret="x", common={"SecurityToken": "t"})
    assert old.refused("DescribeRegions") == ("InvalidSecurityToken.Expired", 400)


@pytest.mark.parametrize("header", ["ACS3-HMAC-SHA256 Credential=x", "Basic eDp5"])
def test_an_authorization_that_cannot_be_read_is_incomplete(emulator: Emulator, header: str) -> None:
    headers = {"Authorization": header, "x-acs-action": "DescribeRegions", "x-acs-version": "2014-05-26"}
    assert _code_of_post(emulator, headers) == "IncompleteSignature"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"x-acs-content-sha256": "0" * 64}, "IncompleteSignature"),
        ({"x-acs-signature-nonce": ""}, "MissingSignatureNonce"),
        ({"x-acs-date": "now"}, "InvalidTimeStamp.Format"),
    ],
)
def test_the_new_signature_can_be_made_by_hand(emulator: Emulator, change: dict[str, str], code: str | None) -> None:
    headers = {
        "host": emulator.endpoint,
        "x-acs-action": "DescribeRegions",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-signature-nonce": "by-hand",
        "x-acs-version": "2014-05-26",
    } | change
    signature = sign_acs3("emulator-key-secret", "POST", {}, headers, sorted(headers)).signature
    signed = f"Credential=emulator-key-id,SignedHeaders={';'.join(sorted(headers))},Signature={signature}"
    assert _code_of_post(emulator, headers | {"Authorization": f"ACS3-HMAC-SHA256 {signed}"}) == code


def test_no_credentials_at_all_are_missing_an_access_key(emulator: Emulator) -> None:
    headers = {"x-acs-action": "DescribeRegions", "x-acs-version": "2014-05-26"}
    assert _code_of_post(emulator, headers) == "MissingAccessKeyId"


def test_another_signature_method_is_incomplete(api: Api) -> None:
    other = dataclasses.replace(api, common={"SignatureMethod": "HMAC-MD5"})
    assert other.refused("DescribeRegions") == ("IncompleteSignature", 400)


def test_an_unknown_action_is_not_found(api: Api) -> None:
    assert api.refused("MakeCoffee") == ("InvalidApi.NotFound", 404)


def test_another_path_is_not_found(emulator: Emulator) -> None:
    assert _code_of_post(emulator, {}, "/2014-05-26") == "InvalidApi.NotFound"


def test_another_version_does_not_exist(api: Api) -> None:
    assert dataclasses.replace(api, common={"Version": "2013-01-10"}).refused("DescribeRegions") == (
        "InvalidVersion",
        400,
    )


def test_an_unknown_region_is_not_found(api: Api) -> None:
    assert api.refused("DescribeDisks", RegionId="cn-atlantis") == ("InvalidRegionId.NotFound", 404)


def test_the_region_may_come_from_the_endpoint(emulator: Emulator, api: Api) -> None:
    query = api.send_target("DescribeDisks", {})
    connection = http.client.HTTPConnection(emulator.endpoint)
    connection.request("GET", query, headers={"Host": "ecs.cn-beijing.aliyuncs.com"})
    body = connection.getresponse().read()
    connection.close()
    assert b"d-demo-beijing" in body
    assert b"d-demo-system" not in body


def test_an_unknown_parameter_is_named(api: Api) -> None:
    reply = api.send("CreateSnapshot", {"DiskId": "d-demo-data", "SnapshotNam": "x"})
    assert (reply.status, reply.body["Code"]) == (400, "InvalidParameter")
    assert '"SnapshotNam"' in reply.body["Message"]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"RetentionDays": "ten"}, '"RetentionDays"'),
        ({"InstantAccess": "maybe"}, '"InstantAccess"'),
        ({"Tag.1.Colour": "red"}, '"Tag.1.Colour"'),
        ({"Tag": "red"}, '"Tag"'),
        ({"Tag.x.Key": "red"}, '"Tag"'),
        ({"DiskId.1": "d-demo-data"}, '"DiskId.1"'),
        ({"Tag.1": "a", "Tag.1.Key": "b"}, '"Tag'),
    ],
)
def test_a_malformed_parameter_is_named(api: Api, parameters: dict[str, str], named: str) -> None:
    reply = api.send("CreateSnapshot", {"DiskId": "d-demo-data"} | parameters)
    assert reply.body["Code"] == "InvalidParameter"
    assert named in reply.body["Message"]


@pytest.mark.parametrize("text", ["true", "True", "TRUE"])
def test_booleans_are_read_in_any_case(api: Api, text: str) -> None:
    assert api.refused("DescribeDisks", RegionId="cn-hangzhou", DryRun=text) == ("DryRunOperation", 400)


@pytest.mark.parametrize(
    ("action", "parameters", "refusal"),
    [
        ("CreateSnapshot", {}, ("MissingDiskId", 400)),
        ("DescribeSnapshots", {}, ("MissingRegionId", 400)),
        ("DescribeDisks", {}, ("MissingParamter.RegionId", 400)),
        ("TagResources", {"RegionId": "cn-hangzhou"}, ("MissingParameter.ResourceIds", 404)),
        ("JoinResourceGroup", {"RegionId": "cn-hangzhou"}, ("MissingParameter", 403)),
    ],
)
def test_what_is_missing_is_said_as_each_action_says_it(
    api: Api, action: str, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    assert api.refused(action, parameters) == refusal


def test_a_request_line_may_be_long(api: Api) -> None:
    ids = ",".join(f'"s-bp1{number:017}"' for number in range(100))
    reply = api.send("DescribeSnapshots", {"RegionId": "cn-hangzhou", "SnapshotIds": f"[{ids}]"}, form=False)
    assert reply.body["Snapshots"] == {"Snapshot": []}


@pytest.mark.parametrize("ids", ["s-1", '{"a": 1}', "[" + ",".join(['"s"'] * 101) + "]"])
def test_malformed_or_too_many_ids_are_refused(api: Api, ids: str) -> None:
    assert api.refused("DescribeSnapshots", RegionId="cn-hangzhou", SnapshotIds=ids) == (
        "InvalidSnapshotIds.Malformed",
        403,
    )


def test_a_world_without_regions_knows_no_region(clock: ManualClock, api_for: Callable[..., Api]) -> None:
    seed = {"access_keys": default_seed()["access_keys"]}
    with running_emulator(seed, clock) as emulator:
        assert api_for(emulator).refused("DescribeRegions") == ("InvalidRegionId.NotFound", 404)


def _code_of_post(emulator: Emulator, headers: dict[str, str], path: str = "/") -> str | None:
    connection = http.client.HTTPConnection(emulator.endpoint)
    connection.request("POST", path, headers=headers)
    body = json.loads(connection.getresponse().read())
    connection.close()
    code: str | None = body.get("Code")
    return code


def test_an_answer_is_dated_by_the_clock_that_signatures_are_judged_by(clock: ManualClock) -> None:
    with running_emulator(default_seed(), clock, wall=lambda: 1_700_000_000.0) as emulator:
        assert fetch(emulator.url).headers["Date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
