"""Commands of Cloud Assistant: what hinders them, how long they take and how they end."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api, HttpReply

from ecs_emulator import Emulator

RUN = {"RegionId": REGION, "InstanceId.1": "i-demo", "Type": "RunShellScript", "CommandContent": "sync"}


def _run(api: Api, parameters: dict[str, str] | None = None, **more: object) -> str:
    return str(api("RunCommand", RUN | (parameters or {}), **more)["InvokeId"])


def _results(api: Api, **filters: object) -> list[dict[str, Any]]:
    answer = api("DescribeInvocationResults", {"RegionId": REGION, "ContentEncoding": "PlainText"}, **filters)
    return list(answer["Invocation"]["InvocationResults"]["InvocationResult"])


def _result(api: Api) -> dict[str, Any]:
    (result,) = _results(api)
    return result


def _status(api: Api) -> tuple[str, str]:
    return _result(api)["InvocationStatus"], _result(api)["InvokeRecordStatus"]


def _agent(api: Api, instance_id: str) -> dict[str, Any]:
    listed = api("DescribeCloudAssistantStatus", {"RegionId": REGION, "InstanceId.1": instance_id})
    (status,) = listed["InstanceCloudAssistantStatusSet"]["InstanceCloudAssistantStatus"]
    return dict(status)


def test_a_command_is_delivered_runs_and_ends(api: Api, emulator: Emulator) -> None:
    _run(api)
    assert _status(api) == ("Pending", "Running")
    assert "ExitCode" not in _result(api)
    emulator.advance(0.5)
    assert _status(api) == ("Running", "Running")
    emulator.advance(1)
    assert _status(api) == ("Success", "Finished")
    done = _result(api)
    assert (done["ExitCode"], done["ErrorCode"], done["Username"]) == (0, "", "root")
    assert (done["StartTime"], done["FinishedTime"]) == ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z")


def test_events_tell_what_ran_where_and_when(api: Api, emulator: Emulator) -> None:
    start = emulator.now()
    invoke_id = _run(api, CommandContent="fsfreeze -f /data")
    emulator.advance(10)
    started, finished = emulator.events()
    assert (started.event, started.id, started.time - start) == ("command.started", "i-demo", 0.5)
    assert started.details == {"invoke_id": invoke_id, "content": "fsfreeze -f /data"}
    assert (finished.event, finished.id, finished.time - start) == ("command.finished", "i-demo", 1.5)
    assert finished.details == {**started.details, "status": "Success", "exit_code": 0}


def test_freeze_cut_and_thaw_can_be_told_apart(api: Api, emulator: Emulator) -> None:
    _run(api, CommandContent="freeze")
    emulator.advance(2)
    api.create_snapshot()
    emulator.advance(2)
    _run(api, CommandContent="thaw")
    emulator.advance(2)
    wanted = {"command.finished", "snapshot.cut", "command.started"}
    order = [event.details.get("content", "cut") for event in emulator.events() if event.event in wanted]
    assert order == ["freeze", "freeze", "cut", "thaw", "thaw"]


def test_a_script_says_how_a_command_ends(api: Api, emulator: Emulator) -> None:
    script = {"id": "broken", "content": "*freeze*", "exit_code": 32, "seconds": 7, "output": "no such file\n"}
    emulator.add_seed({"command_scripts": [script]})
    _run(api, CommandContent="fsfreeze -f /data")
    emulator.advance(7)
    assert _status(api) == ("Running", "Running")
    emulator.advance(1)
    assert _status(api) == ("Failed", "Failed")
    failed = _result(api)
    assert (failed["ExitCode"], failed["ErrorCode"], failed["Output"]) == (32, "ExitCodeNonzero", "no such file\n")


def test_the_last_script_that_matches_counts(api: Api, emulator: Emulator) -> None:
    scripts = [{"id": "all", "exit_code": 1}, {"id": "one", "instance_id": "i-d*", "exit_code": 2}]
    emulator.add_seed({"command_scripts": [*scripts, {"id": "other", "content": "umount *", "exit_code": 3}]})
    _run(api)
    emulator.advance(10)
    assert _result(api)["ExitCode"] == 2


def test_a_script_can_be_added_by_a_control_call(api: Api, control: Callable[..., HttpReply]) -> None:
    control("POST", "world", {"command_scripts": [{"id": "slow", "seconds": 30}]})
    _run(api)
    control("POST", "clock", {"advance": 30})
    assert _status(api) == ("Running", "Running")


def test_a_command_runs_out_of_time(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"command_scripts": [{"id": "slow", "seconds": 61}]})
    _run(api)
    _run(api, Timeout=10)
    emulator.advance(11)
    late, running = _results(api)
    assert (late["InvocationStatus"], late["ErrorCode"], "ExitCode" in late) == ("Timeout", "ExecutionTimeout", False)
    assert running["InvocationStatus"] == "Running"
    emulator.advance(50)
    assert {result["InvocationStatus"] for result in _results(api)} == {"Timeout"}


def test_an_instance_that_cannot_take_commands_says_so_in_its_own_result(
    api: Api, control: Callable[..., HttpReply], emulator: Emulator
) -> None:
    emulator.add_seed({"instances": [{"id": "i-mute"}]})
    control("POST", "instances/i-mute", {"agent_online": False})
    _run(api, {"InstanceId.2": "i-demo-stopped", "InstanceId.3": "i-mute"})
    emulator.advance(10)
    ends = {result["InstanceId"]: (result["InvocationStatus"], result["ErrorCode"]) for result in _results(api)}
    assert ends == {
        "i-demo": ("Success", ""),
        "i-demo-stopped": ("Aborted", "InstanceNotRunning"),
        "i-mute": ("Aborted", "ClientNotRunning"),
    }
    assert sorted(event.id for event in emulator.events("command.aborted")) == ["i-demo-stopped", "i-mute"]


def test_an_instance_that_stops_before_delivery_aborts_the_command(api: Api, emulator: Emulator) -> None:
    _run(api)
    emulator.change_instance("i-demo", status="Stopped")
    emulator.advance(10)
    assert (_status(api), emulator.events("command.started")) == (("Aborted", "Failed"), [])


def test_a_command_whose_instance_stops_ends_in_an_error(api: Api, emulator: Emulator) -> None:
    _run(api)
    emulator.advance(1)
    api("DeleteInstance", InstanceId="i-demo", Force=True)
    emulator.advance(10)
    assert _status(api) == ("Error", "Failed")
    assert _result(api)["ErrorCode"] == "ClientNotResponse"


def test_output_is_encoded_unless_plain_text_is_asked_for(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"command_scripts": [{"id": "chatty", "output": "größer\n"}]})
    _run(api)
    emulator.advance(10)
    answer = api("DescribeInvocationResults", RegionId=REGION)
    (encoded,) = answer["Invocation"]["InvocationResults"]["InvocationResult"]
    assert base64.b64decode(encoded["Output"]).decode() == _result(api)["Output"] == "größer\n"


def test_long_output_is_cut(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"command_scripts": [{"id": "chatty", "output": "x" * 24577}]})
    _run(api)
    emulator.advance(10)
    assert (len(_result(api)["Output"]), _result(api)["Dropped"]) == (24576, 1)


def test_content_may_come_encoded(api: Api, emulator: Emulator) -> None:
    encoded = base64.b64encode(b"echo 1\n").decode()
    _run(api, CommandContent=encoded, ContentEncoding="Base64")
    emulator.advance(10)
    assert {event.details["content"] for event in emulator.events()} == {"echo 1\n"}


def test_windows_takes_its_own_commands(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"instances": [{"id": "i-win", "os_type": "windows"}]})
    _run(api, {"InstanceId.1": "i-win", "Type": "RunPowerShellScript"})
    assert _result(api)["Username"] == "System"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"InstanceId.1": "i-none"}, ("InvalidInstance.NotFound", 404)),
        ({"InstanceId.1": "i-demo-beijing"}, ("InvalidInstance.NotFound", 404)),
        ({"Type": "RunBatScript"}, ("InvalidInstance.NotMatch", 400)),
        ({"Type": "RunPythonScript"}, ("InvalidParameter", 400)),
        ({"Timeout": "9"}, ("InvalidParameter", 400)),
        ({"CommandContent": "x" * 18433}, ("CmdContent.ExceedLimit", 403)),
        ({"CommandContent": "not base64", "ContentEncoding": "Base64"}, ("InvalidParameter", 400)),
        ({"CommandContent": ""}, ("MissingCommandContent", 400)),
        ({f"InstanceId.{n}": f"i-{n}" for n in range(1, 102)}, ("InstanceIds.ExceedLimit", 403)),
        ({"RepeatMode": "Period"}, ("InvalidParameter", 400)),
        ({"Frequency": "rate(5m)"}, ("InvalidParameter", 400)),
        ({"ResourceTag.1.Key": "a"}, ("InvalidParameter", 400)),
        ({"EnableParameter": "true"}, ("InvalidParameter", 400)),
        ({"ResourceGroupId": "rg-none"}, ("InvalidResourceGroup.NotFound", 404)),
    ],
)
def test_what_cannot_be_run_is_refused(api: Api, change: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("RunCommand", RUN | change) == refusal
    assert _results(api) == []


def test_the_same_call_again_runs_once(api: Api, emulator: Emulator) -> None:
    assert _run(api, ClientToken="t-1") == _run(api, ClientToken="t-1")
    emulator.advance(10)
    assert len(emulator.events("command.started")) == 1


def test_a_command_of_a_lost_answer_has_run(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "RunCommand", "kind": "html", "when": "after"})
    assert api.send("RunCommand", RUN).status == 502
    emulator.advance(10)
    assert len(emulator.events("command.finished")) == 1


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 2),
        ({"InvokeId": "t-none"}, 0),
        ({"InstanceId": "i-demo"}, 1),
        ({"InvokeRecordStatus": "Failed"}, 1),
        ({"InvokeRecordStatus": "Stopped"}, 0),
        ({"CommandId": "c-none"}, 0),
        ({"Tag.1.Key": "a"}, 2),
        ({"RegionId": "cn-beijing"}, 0),
        ({"PageSize": 1}, 1),
    ],
)
def test_results_are_filtered(api: Api, emulator: Emulator, filters: dict[str, object], count: int) -> None:
    _run(api, {"InstanceId.2": "i-demo-stopped", "Tag.1.Key": "a"})
    assert len(_results(api, **filters)) == count


def test_stopping_cancels_what_has_not_started_and_leaves_the_rest(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"instances": [{"id": "i-2"}]})
    running = _run(api)
    emulator.advance(1)
    waiting = _run(api, {"InstanceId.2": "i-2"})
    api("StopInvocation", RegionId=REGION, InvokeId=running)
    api("StopInvocation", {"RegionId": REGION, "InvokeId": waiting, "InstanceId.1": "i-2"})
    emulator.advance(10)
    ends = [(result["InstanceId"], result["InvocationStatus"]) for result in _results(api, InvokeId=waiting)]
    assert ends == [("i-2", "Cancelled"), ("i-demo", "Success")]
    assert _results(api, InvokeId=running)[0]["InvocationStatus"] == "Success"
    assert [event.id for event in emulator.events("command.cancelled")] == ["i-2"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, ("InvalidInvokeId.NotFound", 404)),
        ({f"InstanceId.{n}": f"i-{n}" for n in range(1, 52)}, ("InstanceIds.ExceedLimit", 403)),
    ],
)
def test_what_cannot_be_stopped_is_refused(api: Api, change: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("StopInvocation", {"RegionId": REGION, "InvokeId": "t-none"} | change) == refusal


def test_the_agent_answers_while_the_instance_runs(api: Api, emulator: Emulator) -> None:
    assert _agent(api, "i-demo")["CloudAssistantStatus"] == "true"
    assert _agent(api, "i-demo-stopped")["CloudAssistantStatus"] == "false"
    emulator.change_instance("i-demo", agent_online=False)
    assert _agent(api, "i-demo")["CloudAssistantStatus"] == "false"


def test_the_agent_counts_its_commands(api: Api, emulator: Emulator) -> None:
    assert _agent(api, "i-demo")["LastInvokedTime"] == ""
    _run(api)
    emulator.advance(10)
    _run(api)
    agent = _agent(api, "i-demo")
    assert (agent["InvocationCount"], agent["ActiveTaskCount"]) == (2, 1)
    assert (agent["LastInvokedTime"], agent["LastHeartbeatTime"]) == ("2026-01-01T00:00:10Z", "2026-01-01T00:00:10Z")


@pytest.mark.parametrize(
    ("filters", "count"),
    [({}, 2), ({"OSType": "Windows"}, 0), ({"InstanceId.1": "i-none"}, 0), ({"OSType": "Linux"}, 2)],
)
def test_agents_are_filtered(api: Api, filters: dict[str, str], count: int) -> None:
    assert api("DescribeCloudAssistantStatus", {"RegionId": REGION} | filters)["TotalCount"] == count


def _attached(api: Api, emulator: Emulator, snapshot: str) -> str:
    """Attach a new disk of the snapshot to i-demo, and return its serial number."""
    disk_id = str(api("CreateDisk", {"RegionId": REGION, "ZoneId": "cn-hangzhou-h", "SnapshotId": snapshot})["DiskId"])
    emulator.advance(10)
    api("AttachDisk", {"DiskId": disk_id, "InstanceId": "i-demo"})
    emulator.advance(10)
    (disk,) = api("DescribeDisks", {"RegionId": REGION}, DiskIds=f'["{disk_id}"]')["Disks"]["Disk"]
    return str(disk["SerialNumber"])


@pytest.mark.parametrize(("snapshot", "code"), [("s-good", 0), ("s-damaged", 124)])
def test_a_command_fails_on_the_damaged_disk_that_it_names(
    api: Api, emulator: Emulator, snapshot: str, code: int
) -> None:
    seeded = [
        {"id": "s-good", "disk_id": "d-demo-data"},
        {"id": "s-damaged", "disk_id": "d-demo-data", "damaged": True},
    ]
    emulator.add_seed({"snapshots": seeded})
    serial = _attached(api, emulator, snapshot)
    _run(api, {"CommandContent": f"check {serial}"})
    emulator.advance(10)
    result = _result(api)
    assert (result["ExitCode"], "is damaged" in result["Output"]) == (code, code != 0)


def test_a_command_finds_no_device_of_a_disk_that_its_instance_does_not_have(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-damaged", "disk_id": "d-demo-data", "damaged": True}]})
    serial = _attached(api, emulator, "s-damaged")
    emulator.add_seed({"instances": [{"id": "i-other"}]})
    _run(api, {"CommandContent": f"check {serial}", "InstanceId.1": "i-other"})
    emulator.advance(10)
    assert _result(api)["ExitCode"] == 122
