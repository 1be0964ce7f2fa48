"""The control interface and the log."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest
from tests.emulator.conftest import REGION, Api, HttpReply, fetch

from ecs_emulator import Emulator

Control = Callable[..., HttpReply]


def test_health_is_told(control: Control) -> None:
    assert control("GET", "health").body == {"status": "ok"}


def test_the_clock_is_read_and_moved(control: Control) -> None:
    now = control("GET", "clock").body["now"]
    assert control("POST", "clock", {"advance": 90}).body == {"now": now + 90}


def test_the_world_is_shown_without_secrets(control: Control, api: Api) -> None:
    created = api.create_snapshot()
    world = control("GET", "world")
    assert [snapshot["id"] for snapshot in world.body["snapshots"]] == [created]
    assert {"id": "emulator-key-id"} in world.body["access_keys"]
    assert "secret" not in world.text


def test_more_can_be_added_to_the_world(control: Control, api: Api) -> None:
    control("POST", "world", {"disks": [{"id": "d-more", "instance_id": "i-demo"}]})
    assert api.create_snapshot("d-more")


def test_disks_instances_and_snapshots_can_be_changed_from_outside(control: Control, api: Api) -> None:
    created = api.create_snapshot()
    control("POST", "clock", {"advance": 2})
    assert control("POST", "disks/d-demo-system/write", {"gib": 5}).status == 200
    assert control("POST", f"snapshots/{created}", {"status": "failed"}).status == 200
    assert control("POST", "instances/i-demo", {"status": "Stopped", "lock": "security"}).status == 200
    assert api.snapshot(created)["Status"] == "failed"
    assert api.instance_status("i-demo") == "Stopped"


@pytest.mark.parametrize(
    ("path", "data", "status", "message"),
    [
        ("clock", {"advance": -1}, 400, "time cannot go back by 1 s. Advance by 0 or more seconds."),
        ("clock", {"advance": "soon"}, 400, "clock.advance: expected a number or a time, got 'soon'."),
        ("clock", {}, 400, "clock: `advance` is missing. Give it as `advance: …`."),
        ("disks/d-none/write", {"gib": 1}, 404, "There is no `d-none` in the emulated world."),
        ("disks/d-demo-data/write", {"gib": 0}, 400, "0.0 GiB cannot be written. Give more than 0."),
        ("instances/i-demo", {"status": "Lost"}, 400, "instance.status: 'Lost' is not allowed. Use one of: Pending"),
        ("snapshots/s-none", {"status": "failed"}, 404, "There is no `s-none` in the emulated world."),
        (
            "snapshots/s-done",
            {"status": "failed"},
            400,
            "s-done is accomplished. Only a progressing snapshot can fail.",
        ),
        ("snapshots/s-done", {"status": "done"}, 400, "snapshot.status: 'done' is not allowed. Use one of: failed"),
    ],
)
def test_a_control_call_that_cannot_be_done_is_explained(
    emulator: Emulator, control: Control, path: str, data: object, status: int, message: str
) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-done", "disk_id": "d-demo-data"}]})
    reply = control("POST", path, data)
    assert reply.status == status
    assert reply.body["error"].startswith(message)


def test_a_control_call_that_is_no_json_is_explained(control: Control, emulator: Emulator) -> None:
    reply = control("POST", "clock")
    assert reply.status == 400
    assert "Expecting value" in reply.body["error"]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "evil.example"}, "'evil.example' is not this machine."),
        ({"Host": "evil.example:8765"}, "'evil.example:8765' is not this machine."),
        ({"Host": "127.0.0.1.evil.example"}, "'127.0.0.1.evil.example' is not this machine."),
        ({"Host": "192.0.2.1"}, "'192.0.2.1' is not this machine."),
        ({"Origin": "http://evil.example"}, "A web page cannot use the control interface."),
        ({"Origin": "null"}, "A web page cannot use the control interface."),
        ({"Origin": "http://127.0.0.1:8765"}, "A web page cannot use the control interface."),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "world"), ("POST", "clock"), ("DELETE", "log")])
def test_a_call_that_a_browser_sends_for_a_page_or_under_another_name_is_refused(
    emulator: Emulator, method: str, path: str, headers: dict[str, str], reason: str
) -> None:
    before = emulator.now()
    body = b'{"advance": 60}' if method == "POST" else None

    reply = fetch(f"{emulator.url}/_control/{path}", method, body, {"Content-Type": "application/json", **headers})

    assert (reply.status, emulator.now()) == (403, before)
    assert reply.body["error"].startswith(reason)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:9", "[::1]:8765"])
def test_a_call_under_a_name_of_this_machine_is_answered(emulator: Emulator, host: str) -> None:
    assert fetch(f"{emulator.url}/_control/health", headers={"Host": host}).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"])
def test_a_body_of_another_kind_than_json_is_refused(emulator: Emulator, kind: str) -> None:
    reply = fetch(f"{emulator.url}/_control/clock", "POST", b'{"advance": 60}', {"Content-Type": kind})

    assert reply.status == 400
    assert reply.body["error"] == (
        "The body has no content type application/json. Send it as `Content-Type: application/json`."
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"advance": "\xff"}', "'utf-8' codec can't decode"),
        (b"[" * 100_000, "The body is nested too deeply. Send fewer levels."),
        (b'{"advance": NaN}', "NaN is no number of JSON. Send a finite one."),
        (b'{"advance": -Infinity}', "-Infinity is no number of JSON. Send a finite one."),
        (b'{"advance": 1e999}', "1e999 is no number of JSON. Send a finite one."),
        (b'{"advance": 1' + b"0" * 400 + b"}", "int too large to convert to float"),
        (b'{"advance": 60', "Expecting ',' delimiter"),
    ],
)
@pytest.mark.parametrize("path", ["clock", "world", "faults", "disks/d-demo-data/write"])
def test_a_body_that_is_no_json_is_explained(emulator: Emulator, path: str, body: bytes, reason: str) -> None:
    reply = fetch(f"{emulator.url}/_control/{path}", "POST", body, {"Content-Type": "application/json"})

    assert reply.status == 400
    assert path != "clock" or reply.body["error"].startswith(reason)


def test_the_log_holds_every_call_with_its_outcome(api: Api, control: Control) -> None:
    created = api.create_snapshot()
    api.refused("DeleteSnapshot", SnapshotId="s-none")
    api("DescribeSnapshots", RegionId=REGION)
    calls = [entry for entry in control("GET", "log").body["calls"] if entry["kind"] == "call"]
    assert [(c["action"], c["mutating"], c["status"], c["code"]) for c in calls] == [
        ("CreateSnapshot", True, 200, None),
        ("DeleteSnapshot", True, 404, "InvalidSnapshotId.NotFound"),
        ("DescribeSnapshots", False, 200, None),
    ]
    assert calls[0]["params"] == {"DiskId": "d-demo-system"}
    assert calls[2]["region"] == REGION
    assert len({call["request_id"] for call in calls}) == 3
    assert created


def test_events_stand_in_the_log_before_the_calls_that_came_later(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    emulator.advance(60)
    api("ResizeDisk", DiskId="d-demo-system", NewSize=80)
    order = [entry.get("event") or entry["action"] for entry in emulator.entries()]
    assert order.index("snapshot.accomplished") < order.index("ResizeDisk")
    accomplished = next(entry for entry in emulator.entries() if entry.get("event") == "snapshot.accomplished")
    assert (accomplished["id"], accomplished["time"]) == (created, emulator.now() - 36)


def test_the_log_goes_on_from_a_number(api: Api, control: Control) -> None:
    api("DescribeRegions")
    last = control("GET", "log").body["calls"][-1]["seq"]
    api("DescribeZones", RegionId=REGION)
    newer = control("GET", f"log?since={last}").body["calls"]
    assert [entry["action"] for entry in newer] == ["DescribeZones"]


def test_a_cleared_log_goes_on_with_new_numbers(api: Api, control: Control, emulator: Emulator) -> None:
    api("DescribeRegions")
    control("DELETE", "log")
    assert control("GET", "log").body == {"calls": []}
    api("DescribeRegions")
    assert [entry["seq"] for entry in emulator.entries()] == [2]


def test_calls_are_counted_by_action(api: Api, control: Control) -> None:
    for _ in range(3):
        api("DescribeRegions")
    api.create_snapshot()
    assert control("GET", "counts").body == {"DescribeRegions": 3, "CreateSnapshot": 1}


def test_calls_are_found_by_action_and_by_what_they_may_do(api: Api, emulator: Emulator) -> None:
    api("DescribeRegions")
    api.create_snapshot()
    assert [call.action for call in emulator.calls(mutating=True)] == ["CreateSnapshot"]
    assert [call.action for call in emulator.calls("DescribeRegions", mutating=False)] == ["DescribeRegions"]


def test_no_credential_gets_into_the_log(api: Api, emulator: Emulator) -> None:
    temporary = dataclasses.replace(
        api,
        key_id="STS.emulator-key-id",
        secret="emulator-sts-secret",
        common={"SecurityToken": "emulator-security-token"},
    )
    temporary("DescribeRegions")
    api("AttachDisk", DiskId="d-demo-never-attached", InstanceId="i-demo", Password="hunter2")
    text = json.dumps(emulator.entries())
    assert '"Password": "***"' in text
    for secret in ("hunter2", "emulator-key-id", "security-token", "Signature"):
        assert secret not in text


def test_a_call_that_is_turned_away_at_the_door_is_logged(api: Api, emulator: Emulator) -> None:
    dataclasses.replace(api, key_id="nobody").refused("CreateSnapshot", DiskId="d-demo-data")
    (call,) = emulator.calls()
    assert (call.action, call.status, call.code) == ("CreateSnapshot", 404, "InvalidAccessKeyId.NotFound")


def test_a_call_under_way_when_the_log_is_cleared_is_not_mixed_up(emulator: Emulator) -> None:
    entry = emulator.log.opened(0.0, "DescribeRegions", "", False, {})
    emulator.clear_log()
    emulator.log.closed(entry.seq, 200, None, None)
    assert emulator.entries() == []
