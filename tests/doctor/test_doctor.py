"""`alicloud-snapshot doctor`, as it is called, with an account that lacks one thing after the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from alicloud_snapshot_provider.cli.app import app
from ecs_emulator import Emulator, ManualClock, default_seed, running_emulator
from ecs_emulator.clock import Clock

SECRET = "emulator-key-secret"
SET_KEYS = (
    "Run `pulumi config set alicloud:accessKey <id>` and `pulumi config set --secret alicloud:secretKey <secret>`, "
    "set ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or name a profile or a role."
)
REFUSED = {
    "snapshots": "CreateSnapshot",
    "resource groups": "JoinResourceGroup",
    "copies": "CopySnapshot",
    "rollbacks": "ResetDisk",
    "locks": "LockSnapshot",
    "groups": "DeleteSnapshotGroup",
    "archives": "ModifySnapshotCategory",
    "freezing": "DescribeInvocationResults",
    "reports": "DescribeSnapshotLinks",
    "schedules": "DescribeAutoSnapshotPolicyEx",
}
PULUMI = """
case "$*" in
  version) echo v3.259.0;;
  "plugin ls --json") echo '[{"name": "alicloud", "kind": "resource", "version": "4.0.0"}]';;
esac
"""


class Doctor:
    """Calls the doctor in a machine whose PATH has nothing but an engine, with an account that a test shapes."""

    def __init__(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        self.emulator = emulator
        self.environment = monkeypatch

    def run(self, *arguments: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(app, ["doctor", *arguments])
        assert SECRET not in answer.output
        assert "emulator-key-id" not in answer.output
        return answer.exit_code, answer.stdout, answer.stderr

    def checks(self, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
        code, printed, _ = self.run("--output", "json", *arguments)
        return code, {check["check"]: check for check in json.loads(printed)}

    def deny(self, action: str, **fault: Any) -> None:
        self.emulator.add_faults({"action": action, "code": "Forbidden.RAM", "times": None, **fault})


def _account(monkeypatch: pytest.MonkeyPatch, folder: Path, emulator: Emulator) -> Doctor:
    (folder / "pulumi").write_text(f"#!/bin/sh\n{PULUMI}\n")
    (folder / "pulumi").chmod(0o755)
    for name in list(os.environ):
        if name.startswith(("ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("ALICLOUD_REGION", "cn-hangzhou")
    monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "emulator-key-id")
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", SECRET)
    monkeypatch.setenv("ECS_ENDPOINT", emulator.url)
    return Doctor(emulator, monkeypatch)


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Doctor]:
    with running_emulator(None, ManualClock()) as emulator:
        yield _account(monkeypatch, tmp_path, emulator)


def test_where_nothing_is_missing_it_ends_with_zero_and_has_changed_nothing(doctor: Doctor) -> None:
    before = doctor.emulator.describe_world()
    code, printed, told = doctor.run()
    assert (code, told) == (0, "")
    assert printed.splitlines()[-1] == "27 ok"
    assert "access key from ALICLOUD_ACCESS_KEY" in printed
    assert "cn-hangzhou, from ALICLOUD_REGION" in printed
    assert doctor.emulator.describe_world() == before
    assert not [call.action for call in doctor.emulator.calls(mutating=True) if call.code is None]


def test_ecs_understands_every_probe_and_finds_nothing_for_it(doctor: Doctor) -> None:
    doctor.run()
    codes = {call.code for call in doctor.emulator.calls() if call.action and call.code}
    assert codes
    assert all(code.endswith("NotFound") for code in codes), codes


def test_programs_get_each_action_with_its_verdict(doctor: Doctor) -> None:
    code, checks = doctor.checks()
    assert code == 0
    assert checks["permissions: snapshots"]["actions"] == {
        "DescribeSnapshots": "allowed",
        "DescribeDisks": "allowed",
        "DescribeInstances": "allowed",
        "DescribeImages": "allowed",
        "CreateSnapshot": "not refused",
        "DeleteSnapshot": "not refused",
        "ModifySnapshotAttribute": "not refused",
        "TagResources": "not refused",
        "UntagResources": "not refused",
    }
    assert checks["permissions: freezing"]["actions"]["RunCommand"] == "not probed"
    assert "RunCommand" not in doctor.emulator.counts()


def test_schedules_that_do_not_run_are_named(doctor: Doctor) -> None:
    applied = [{"policy_id": "sp-1", "disk_id": disk_id} for disk_id in ("d-demo-data", "d-demo-system")]
    policy = {"id": "sp-1", "name": "nightly", "time_points": [1], "retention_days": 7}
    doctor.emulator.add_seed({"auto_snapshot_policies": [policy], "policy_associations": applied})
    assert doctor.checks()[1]["schedules"]["found"].startswith("2 disks with automatic snapshots, the next in ")
    doctor.emulator.add_seed(
        {"disks": [{"id": "d-demo-data", "instance_id": "i-demo", "size": 100, "enable_auto_snapshot": False}]}
    )
    code, checks = doctor.checks()
    assert (code, checks["schedules"]["status"]) == (0, "warning")
    assert "; d-demo-data: automatic snapshots by nightly (sp-1)" in checks["schedules"]["found"]
    assert "EnableAutoSnapshot of the disk is off" in checks["schedules"]["found"]
    assert checks["schedules"]["remedy"].startswith("Look at the policy in the ECS console")


def test_actions_that_ram_refuses_are_named_with_the_remedy(doctor: Doctor) -> None:
    for action in REFUSED.values():
        doctor.deny(action)
    code, checks = doctor.checks()
    assert code == 1
    assert checks["account"]["status"] == "ok"
    for purpose, action in REFUSED.items():
        check = checks[f"permissions: {purpose}"]
        assert check["status"] == ("failed" if purpose == "snapshots" else "warning")
        assert check["found"].startswith(f"refused: ecs:{action}")
        assert check["remedy"] == f"Allow ecs:{action} to this RAM user or role."
        assert [name for name, verdict in check["actions"].items() if verdict == "refused"] == [action]


def test_an_account_that_may_not_even_read_is_known_all_the_same(doctor: Doctor) -> None:
    doctor.deny("*")
    code, checks = doctor.checks()
    assert code == 1
    assert checks["account"]["status"] == "ok"
    assert set(checks["permissions: locks"]["actions"].values()) == {"refused"}
    assert checks["quota"]["status"] == "warning"
    assert checks["quota"]["remedy"] == "Allow ecs:DescribeSnapshotLinks and run it again."


def test_a_probe_without_an_answer_is_not_probed(doctor: Doctor) -> None:
    doctor.deny("CreateSnapshot", code="Throttling.User")
    code, checks = doctor.checks()
    assert code == 0
    assert checks["permissions: snapshots"]["actions"]["CreateSnapshot"] == "not probed"
    assert "not probed: ecs:CreateSnapshot" in checks["permissions: snapshots"]["found"]


@pytest.mark.parametrize(
    ("variables", "check", "found", "remedy"),
    [
        (
            {"ALICLOUD_SECRET_KEY": ""},
            "credentials",
            "access key from ALICLOUD_ACCESS_KEY, without its secret",
            "Set alicloud:secretKey or ALICLOUD_SECRET_KEY to the secret of the same access key.",
        ),
        (
            {"ALICLOUD_ACCESS_KEY": "", "ALICLOUD_PROFILE": "work", "ALICLOUD_SHARED_CREDENTIALS_FILE": "none.json"},
            "credentials",
            "profile work of none.json, from ALICLOUD_PROFILE: no usable credentials: "
            "unable to open credentials file: none.json",
            SET_KEYS,
        ),
        (
            {"ALICLOUD_REGION": ""},
            "region",
            "no region is configured",
            "Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give --region.",
        ),
        (
            {"ECS_ENDPOINT": "http://127.0.0.1:9"},
            "endpoint",
            "127.0.0.1:9 does not answer (connection refused at 127.0.0.1:9)",
            "Check the network and the proxy, that cn-hangzhou is a region of ECS, and alicloud:endpoints.",
        ),
        (
            {"ALICLOUD_REGION": "cn-nowhere"},
            "account",
            "ECS knows no region cn-nowhere",
            "Name a region that ECS has.",
        ),
        (
            {"CLIENT_READ_TIMEOUT": "soon"},
            "configuration",
            "alicloud:clientReadTimeout must be a positive number of milliseconds, got 'soon'",
            "Remove it: 10000 is the default.",
        ),
    ],
)
def test_what_the_environment_lacks_is_a_failure_with_the_remedy(
    doctor: Doctor, variables: dict[str, str], check: str, found: str, remedy: str
) -> None:
    for name, value in variables.items():
        doctor.environment.setenv(name, value)
    code, checks = doctor.checks()
    assert code == 1
    assert (checks[check]["status"], checks[check]["found"]) == ("failed", found)
    assert checks[check]["remedy"] == remedy
    assert "permissions: snapshots" not in checks


def test_without_any_credentials_one_sentence_says_so_and_nothing_stands_on_stderr(
    doctor: Doctor, tmp_path: Path
) -> None:
    # Where there is no instance, its metadata service does not answer: here the proxy on the way to it.
    variables = {"ALICLOUD_ACCESS_KEY": "", "HOME": str(tmp_path), "HTTP_PROXY": "http://127.0.0.1:9"}
    ran = subprocess.run(
        [Path(sys.executable).with_name("alicloud-snapshot"), "doctor"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    told = "the default chain of alibabacloud-credentials: no credentials are configured, and none are found by default"
    assert ran.stderr == ""
    assert told in ran.stdout
    assert f"credentials: {SET_KEYS}" in ran.stdout


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"ALICLOUD_ACCESS_KEY": "unknown-key"}, "InvalidAccessKeyId.NotFound"),
        ({"ALICLOUD_SECRET_KEY": "wrong"}, "SignatureDoesNotMatch"),
        ({"ALICLOUD_SECURITY_TOKEN": "stale"}, "InvalidSecurityToken.MismatchWithAccessKey"),
    ],
)
def test_credentials_that_ecs_does_not_take_are_told_by_its_code(
    doctor: Doctor, variables: dict[str, str], code: str
) -> None:
    for name, value in variables.items():
        doctor.environment.setenv(name, value)
    ended, checks = doctor.checks()
    assert ended == 1
    assert checks["credentials"]["status"] == "ok"
    assert checks["account"]["status"] == "failed"
    assert code in checks["account"]["found"]
    assert checks["account"]["remedy"] == (
        "Correct the keys: run `pulumi config set alicloud:accessKey <id>` and `pulumi config set --secret "
        "alicloud:secretKey <secret>`, or mend the environment's; `alicloud-snapshot doctor` says which are used."
    )


@pytest.mark.parametrize(("off", "status", "code"), [(120, "warning", 0), (-1200, "failed", 1)])
def test_a_clock_that_is_off_is_told_by_how_much(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, off: int, status: str, code: int
) -> None:
    clock: Clock = ManualClock()
    with running_emulator(None, clock, wall=lambda: time.time() - off) as emulator:
        ended, checks = _account(monkeypatch, tmp_path, emulator).checks()
    assert ended == code
    assert checks["clock"]["status"] == status
    seconds, told = checks["clock"]["found"].split(" s ")
    assert int(seconds) == pytest.approx(abs(off), abs=15)
    assert told == f"{'ahead of' if off > 0 else 'behind'} the endpoint's"


def test_a_disk_at_its_quota_is_found_among_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = [{"id": f"s-{number}", "disk_id": "d-demo-system"} for number in range(256)]
    auto = [{"id": f"s-auto-{number}", "disk_id": "d-demo-data", "type": "auto"} for number in range(300)]
    with running_emulator({**default_seed(), "snapshots": [*own, *auto]}, ManualClock()) as emulator:
        code, checks = _account(monkeypatch, tmp_path, emulator).checks()
    assert code == 1
    assert checks["quota"]["found"] == "disk d-demo-system has 256 of 256 manual snapshots"


def test_several_regions_are_told_apart(doctor: Doctor) -> None:
    doctor.deny("CopySnapshot", times=1)
    code, printed, _ = doctor.run("--region", "cn-hangzhou", "--region", "cn-beijing")
    assert code == 0
    assert "endpoint in cn-beijing" in printed
    assert "region in cn-hangzhou" in printed
    assert "cn-beijing, from --region" in printed
    assert printed.count("Allow ecs:CopySnapshot to this RAM user or role.") == 1


def test_the_table_is_followed_by_what_to_do(doctor: Doctor) -> None:
    doctor.deny("LockSnapshot")
    code, printed, _ = doctor.run()
    assert code == 0
    table, _, advice = printed.partition("\n\n")
    assert table.splitlines()[0].split() == ["STATUS", "CHECK", "FOUND"]
    assert "warning  permissions: locks" in table
    assert advice.splitlines() == [
        "permissions: locks: Allow ecs:LockSnapshot to this RAM user or role.",
        "1 to look at, 26 ok",
    ]


def test_a_malformed_region_is_one_sentence_and_exit_code_two(doctor: Doctor) -> None:
    code, printed, told = doctor.run("--region", "Hang zhou")
    assert (code, printed) == (2, "")
    assert told.startswith("error: --region ")
    assert told.count("\n") == 1
