"""A key with policies may do what they allow, by action, resource and tag; one without may do everything."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from tests.emulator.conftest import Api

from ecs_emulator import Emulator
from ecs_emulator.records.codec import RecordError

FORBIDDEN = ("Forbidden.RAM", 403)
OURS = {"StringEquals": {"acs:ResourceTag/team": ["web", "db"]}}


def _statement(action: str, resource: str, effect: str = "Allow", **condition: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **({"Condition": condition} if condition else {})}


def _limited(api: Api, emulator: Emulator, *statements: dict[str, Any]) -> Api:
    """Return how somebody calls whom one policy of these statements allows anything."""
    policy = json.dumps({"Version": "1", "Statement": list(statements)})
    emulator.add_seed({"access_keys": [{"id": "limited", "secret": "x", "policies": [policy]}]})
    return dataclasses.replace(api, key_id="limited", secret="x")


@pytest.fixture(autouse=True)
def snapshots(emulator: Emulator) -> None:
    """Two snapshots. The first has a tag."""
    emulator.add_seed(
        {
            "snapshots": [
                {"id": "s-web", "disk_id": "d-demo-data", "tags": {"team": "web"}},
                {"id": "s-bare", "disk_id": "d-demo-data"},
            ]
        }
    )


def test_what_no_statement_allows_is_refused(api: Api, emulator: Emulator) -> None:
    limited = _limited(api, emulator, _statement("ecs:Describe*", "*"))
    assert limited("DescribeSnapshots", RegionId="cn-hangzhou")["Snapshots"]
    assert limited.refused("DeleteSnapshot", SnapshotId="s-web") == FORBIDDEN


@pytest.mark.parametrize("key", ["acs:ResourceTag/team", "ecs:tag/team"])
@pytest.mark.parametrize(("operator", "value"), [("StringEquals", "web"), ("StringLike", "w*"), ("StringLike", ["*"])])
def test_a_condition_on_a_tag_refuses_what_has_no_such_tag(
    api: Api, emulator: Emulator, key: str, operator: str, value: object
) -> None:
    statement = _statement("ecs:DeleteSnapshot", "acs:ecs:*:*:snapshot/*", **{operator: {key: value}})
    limited = _limited(api, emulator, statement)
    assert limited.refused("DeleteSnapshot", SnapshotId="s-bare") == FORBIDDEN
    assert limited.refused("DeleteSnapshot", SnapshotId="s-none") == FORBIDDEN
    limited("DeleteSnapshot", SnapshotId="s-web")
    assert {each.id for each in emulator.world.snapshots} == {"s-bare"}


def test_another_value_and_an_unknown_key_of_a_condition_refuse(api: Api, emulator: Emulator) -> None:
    for condition in ({"StringEquals": {"acs:ResourceTag/team": "w*"}}, {"StringEquals": {"acs:SourceIp": "*"}}):
        limited = _limited(api, emulator, _statement("ecs:DeleteSnapshot", "*", **condition))
        assert limited.refused("DeleteSnapshot", SnapshotId="s-web") == FORBIDDEN


def test_a_denial_goes_before_what_is_allowed(api: Api, emulator: Emulator) -> None:
    denial = _statement("ecs:DeleteSnapshot", "*", "Deny", **OURS)
    limited = _limited(api, emulator, _statement("ecs:*", "*"), denial)
    assert limited.refused("DeleteSnapshot", SnapshotId="s-web") == FORBIDDEN
    limited("DeleteSnapshot", SnapshotId="s-bare")


def test_each_resource_of_a_call_must_be_allowed(api: Api, emulator: Emulator) -> None:
    on_tagged = _statement("ecs:TagResources", "acs:ecs:cn-hangzhou:*:snapshot/*", **OURS)
    disk_only = _statement("ecs:ResetDisk", "acs:ecs:*:*:disk/d-demo-data")
    limited = _limited(api, emulator, on_tagged, disk_only)
    tag = {"RegionId": "cn-hangzhou", "ResourceType": "snapshot", "Tag.1.Key": "team", "Tag.1.Value": "db"}
    limited("TagResources", **tag, **{"ResourceId.1": "s-web"})
    both = {"ResourceId.1": "s-web", "ResourceId.2": "s-bare"}
    assert limited.refused("TagResources", **tag, **both) == FORBIDDEN
    assert limited.refused("ResetDisk", DiskId="d-demo-data", SnapshotId="s-web") == FORBIDDEN


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("not JSON", "Expecting value"),
        ('{"Version": "1"}', "'Statement'"),
        (
            json.dumps({"Statement": [_statement("ecs:*", "*", IpAddress={"acs:SourceIp": "*"})]}),
            "the operators IpAddress are not judged",
        ),
    ],
)
def test_a_policy_that_cannot_be_judged_is_refused_in_the_seed(emulator: Emulator, policy: str, problem: str) -> None:
    with pytest.raises(RecordError) as caught:
        emulator.add_seed({"access_keys": [{"id": "limited", "secret": "x", "policies": [policy]}]})
    assert "access_keys[0].policies[0]: this is no policy that is judged (" in str(caught.value)
    assert problem in str(caught.value)
