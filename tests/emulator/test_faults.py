"""Faults: what they do to a call, which calls they hit, and for how long."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import ThrottlingException
from darabonba.exceptions import UnretryableException
from tests.emulator.conftest import REGION, Api, HttpReply

from ecs_emulator import Emulator, RecordError


def test_an_error_looks_like_the_real_one(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "code": "Throttling.User"})
    reply = api.send("CreateSnapshot", {"DiskId": "d-demo-data"})
    assert (reply.status, reply.body["Code"]) == (400, "Throttling.User")
    assert reply.body["Message"] == "Request was denied due to user flow control."
    assert api.create_snapshot("d-demo-data")


def test_an_error_can_be_made_up(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"code": "Own.Code", "status": 418, "message": "Short and stout."})
    reply = api.send("DescribeRegions", {})
    assert (reply.status, reply.body["Code"], reply.body["Message"]) == (418, "Own.Code", "Short and stout.")
    emulator.add_faults({"code": "Own.Code"})
    assert api.refused("DescribeRegions") == ("Own.Code", 500)


def test_the_sdk_learns_how_long_to_wait(sdk: Client, emulator: Emulator) -> None:
    emulator.add_faults({"action": "*", "code": "Throttling", "retry_after_ms": 1500})
    with pytest.raises(ThrottlingException) as caught:
        sdk.describe_regions(models.DescribeRegionsRequest())
    assert (caught.value.code, caught.value.retry_after) == ("Throttling", 1500)


def test_an_error_before_the_effect_leaves_no_snapshot(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "code": "InternalError"})
    assert api.refused("CreateSnapshot", DiskId="d-demo-data") == ("InternalError", 500)
    assert len(emulator.world.snapshots) == 0


@pytest.mark.parametrize("kind", ["error", "html", "drop"])
def test_a_fault_after_the_effect_leaves_an_orphan(api: Api, emulator: Emulator, kind: str) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "kind": kind, "when": "after"})
    try:
        assert api.send("CreateSnapshot", {"DiskId": "d-demo-data"}).status in {500, 502}
    except http.client.RemoteDisconnected:
        assert kind == "drop"
    assert len(emulator.world.snapshots) == 1


def test_a_token_finds_what_a_lost_answer_has_created(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "kind": "drop", "when": "after"})
    with pytest.raises(http.client.RemoteDisconnected):
        api.create_snapshot(ClientToken="t-1")
    (orphan,) = emulator.world.snapshots
    assert api.create_snapshot(ClientToken="t-1") == orphan.id


@pytest.mark.parametrize("kind", ["drop", "html"])
def test_the_sdk_cannot_make_sense_of_a_broken_answer(sdk: Client, emulator: Emulator, kind: str) -> None:
    emulator.add_faults({"kind": kind})
    with pytest.raises(UnretryableException):
        sdk.describe_regions(models.DescribeRegionsRequest())


def test_a_proxy_in_between_answers_html(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"kind": "html"})
    reply = api.send("DescribeRegions", {})
    assert (reply.status, reply.text[:6]) == (502, "<html>")


def test_latency_is_in_wall_seconds(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"kind": "latency", "seconds": 0.05})
    before = time.monotonic()
    api("DescribeRegions")
    assert time.monotonic() - before >= 0.05


def test_a_stale_snapshot_is_listed_later(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "kind": "stale", "seconds": 20})
    api.create_snapshot()
    assert api("DescribeSnapshots", RegionId=REGION)["TotalCount"] == 0
    emulator.advance(20)
    assert api("DescribeSnapshots", RegionId=REGION)["TotalCount"] == 1


@pytest.mark.parametrize("disk_id", ["d-demo-system", "d-demo-efficiency"])
def test_a_snapshot_is_made_to_fail_midway(api: Api, emulator: Emulator, disk_id: str) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot"})
    created = api.create_snapshot(disk_id)
    emulator.advance(3600)
    snapshot = api.snapshot(created)
    assert (snapshot["Status"], snapshot["Progress"]) == ("failed", "50%")
    assert emulator.events("snapshot.accomplished") == []


def test_a_snapshot_that_takes_no_time_is_made_to_fail_too(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 0}})
    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot"})
    assert api.snapshot(api.create_snapshot())["Status"] == "failed"


def test_a_repeated_call_can_make_its_snapshot_fail_while_that_is_created(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot(ClientToken="t-1")
    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot", "times": 2})
    emulator.advance(2)
    api.create_snapshot(ClientToken="t-1")
    emulator.advance(10)
    assert api.snapshot(created)["Status"] == "failed"


def test_an_accomplished_snapshot_is_not_bent(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot(ClientToken="t-1")
    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot"})
    emulator.advance(60)
    api.create_snapshot(ClientToken="t-1")
    assert api.snapshot(created)["Status"] == "accomplished"


def test_somebody_stops_the_instance_midway(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshot", "kind": "stop_instance"})
    created = api.create_snapshot()
    emulator.advance(11)
    assert api.snapshot(created)["Status"] == "progressing"
    emulator.advance(1)
    assert api.snapshot(created)["Status"] == "failed"
    assert api.instance_status("i-demo") == "Stopping"


def test_a_fault_that_bends_snapshots_leaves_other_calls_alone(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"kind": "stale", "seconds": 20})
    assert api("DescribeRegions")["Regions"]


def test_a_disk_without_an_instance_is_not_stopped(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"disks": [{"id": "d-idle", "attached_time": 1.0, "used_gib": 1}]})
    emulator.add_faults({"action": "CreateSnapshot", "kind": "stop_instance"})
    created = api.create_snapshot("d-idle")
    emulator.advance(60)
    assert api.snapshot(created)["Status"] == "accomplished"


def _outcome(api: Api, count: int, action: str = "DescribeRegions") -> str:
    return "".join("." if api.send(action, {"RegionId": REGION}).status == 200 else "x" for _ in range(count))


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ({}, "x....."),
        ({"nth": 2}, ".x...."),
        ({"nth": 2, "times": 3}, ".xxx.."),
        ({"times": None}, "xxxxxx"),
        ({"action": "DescribeZones"}, "......"),
        ({"action": "DescribeR*"}, "x....."),
        ({"probability": 0.0, "times": None}, "......"),
        ({"probability": 1.0, "times": 2}, "xx...."),
    ],
)
def test_a_rule_says_which_calls_it_hits(api: Api, emulator: Emulator, rule: dict[str, Any], outcome: str) -> None:
    emulator.add_faults(rule)
    assert _outcome(api, 6) == outcome


def test_a_probability_hits_the_same_calls_in_every_run(api: Api, emulator: Emulator) -> None:
    rule = {"probability": 0.5, "seed": 7, "times": None}
    emulator.add_faults(rule)
    first = _outcome(api, 20)
    emulator.clear_faults()
    emulator.add_faults(rule)
    assert _outcome(api, 20) == first
    assert set(first) == {".", "x"}


def test_a_rule_holds_for_a_span_of_emulated_time(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"code": "Throttling", "for_seconds": 50})
    assert _outcome(api, 3) == "xxx"
    emulator.advance(49)
    assert _outcome(api, 1) == "x"
    emulator.advance(1)
    assert _outcome(api, 1) == "."


def test_a_span_can_be_limited_to_some_calls(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"code": "Throttling", "for_seconds": 50, "times": 2})
    assert _outcome(api, 4) == "xx.."


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"nth": 0}, "fault.nth: 0 is below 1. Count calls from 1."),
        ({"probability": 2}, "fault.probability: 2.0 is no probability. Give 0 to 1."),
        ({"kind": "fire"}, "fault.kind: 'fire' is not allowed. Use one of: error, drop, latency"),
        ({"codes": "x"}, "fault: `codes` is not known. Write `code`."),
    ],
)
def test_a_rule_that_makes_no_sense_is_explained(emulator: Emulator, rule: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError) as caught:
        emulator.add_faults(rule)
    assert str(caught.value).startswith(message)


def test_the_log_names_the_faults_of_a_call(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"kind": "latency"}, {"kind": "error"})
    api.refused("DescribeRegions")
    (call,) = emulator.calls()
    assert (call.fault, call.status, call.code) == ("latency+error", 500, "InternalError")


def test_rules_are_listed_with_their_hits_and_cleared(api: Api, control: Callable[..., HttpReply]) -> None:
    added = control("POST", "faults", {"action": "DescribeRegions", "times": 2}).body["id"]
    api.refused("DescribeRegions")
    (rule,) = control("GET", "faults").body["faults"]
    assert (rule["id"], rule["action"], rule["struck"]) == (added, "DescribeRegions", 1)
    assert control("DELETE", "faults").body == {}
    assert control("GET", "faults").body == {"faults": []}
