"""How each check of the doctor's ends, and what it says to do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from alicloud_snapshot_provider.cli.doctor.account import (
    clock_check,
    describe_source,
    endpoint_check,
    permission_check,
    quota_check,
    region_check,
)
from alicloud_snapshot_provider.cli.doctor.check import Check, Status
from alicloud_snapshot_provider.cli.doctor.endpoint import EndpointAnswer
from alicloud_snapshot_provider.cli.doctor.machine import Installed, machine_checks
from alicloud_snapshot_provider.ecs.probes import PROBES, Answer, Verdict
from alicloud_snapshot_provider.ecs.settings import CredentialSource, Settings, explain_settings

ECS_ROOM = Path(__file__).parents[2] / "provider" / "alicloud_snapshot_provider" / "ecs"
VERSIONS = {
    "pulumi-alicloud-snapshot": "0.1.0",
    "pulumi": "3.260.0",
    "alibabacloud-ecs20140526": "7.11.8",
    "alibabacloud-tea-openapi": "0.4.6",
    "alibabacloud-credentials": "1.0.12",
    "pulumi-alicloud": "4.0.0",
}
WANTED = {"pulumi": "<4,>=3.259", "alibabacloud-ecs20140526": "<8,>=7.11"}
FINE = Installed(
    python="3.12.1",
    packages=VERSIONS,
    requirements={name: Requirement(name + wanted) for name, wanted in WANTED.items()},
    engine="3.259.0",
    alicloud_plugins=["3.90.0", "4.0.0"],
    plugin="/bin/pulumi-resource-alicloud-snapshot",
)


def test_every_action_that_the_code_calls_has_a_probe_and_only_one() -> None:
    called = {
        action
        for file in ECS_ROOM.glob("*.py")
        for action in re.findall(r'(?:call|remove|Listing)\(\s*"(\w+)"', file.read_text())
    }
    probed = [probe.action for probe in PROBES]
    assert len(probed) == len(set(probed))
    assert called <= set(probed)


def test_a_machine_with_everything_is_fine() -> None:
    assert {check.status for check in machine_checks(FINE, in_project=True)} == {Status.OK}


@pytest.mark.parametrize(
    ("installed", "runtime", "status", "name", "found", "remedy"),
    [
        (
            replace(FINE, python="3.10.9"),
            "python",
            Status.FAILED,
            "Python",
            "Python 3.10.9, pulumi-alicloud-snapshot 0.1.0",
            "Install Python 3.11 or later.",
        ),
        (
            replace(FINE, packages={**VERSIONS, "alibabacloud-ecs20140526": "6.0.0"}),
            "python",
            Status.FAILED,
            "alibabacloud-ecs20140526",
            "6.0.0, but <8,>=7.11 is needed",
            "Run `pip install 'alibabacloud-ecs20140526<8,>=7.11'`.",
        ),
        (
            replace(FINE, packages={**VERSIONS, "alibabacloud-credentials": ""}),
            "python",
            Status.FAILED,
            "alibabacloud-credentials",
            "it is not installed",
            "Run `pip install pulumi-alicloud-snapshot` again.",
        ),
        (
            replace(FINE, engine=None),
            "python",
            Status.FAILED,
            "engine",
            "there is no pulumi on the PATH",
            "Install Pulumi, and put its folder on the PATH.",
        ),
        (
            replace(FINE, engine="3.100.0"),
            "python",
            Status.FAILED,
            "engine",
            "pulumi 3.100.0, but <4,>=3.259 is needed",
            "Install a Pulumi <4,>=3.259.",
        ),
        (
            replace(FINE, engine=""),
            "python",
            Status.FAILED,
            "engine",
            "pulumi of an unknown version, but <4,>=3.259 is needed",
            "Install a Pulumi <4,>=3.259.",
        ),
        (
            replace(FINE, alicloud_plugins=["3.90.0"]),
            "python",
            Status.WARNING,
            "alicloud plugin",
            "pulumi-alicloud is 4.0.0, its plugin is not installed (plugins: 3.90.0)",
            "Run `pulumi plugin install resource alicloud 4.0.0`, or let the next `pulumi up` download it.",
        ),
        (
            replace(FINE, plugin=None),
            "nodejs",
            Status.FAILED,
            "snapshot plugin",
            "pulumi-resource-alicloud-snapshot is not on the PATH, which this project's language needs",
            "Run `pip install pulumi-alicloud-snapshot`, and put the folder of pulumi-resource-alicloud-snapshot on "
            "the PATH.",
        ),
    ],
)
def test_what_a_machine_lacks_is_named_with_the_remedy(
    installed: Installed, runtime: str, status: Status, name: str, found: str, remedy: str
) -> None:
    (check,) = (
        each for each in machine_checks(installed, in_project=True, runtime=runtime) if each.status is not Status.OK
    )
    assert check == Check(name, status, found, remedy)


def test_what_only_some_stacks_need_is_no_fault_where_it_is_missing() -> None:
    packages = {name: version for name, version in VERSIONS.items() if name != "pulumi-alicloud"}
    bare = replace(FINE, packages=packages, alicloud_plugins=[], plugin=None)
    assert {check.status for check in machine_checks(bare, in_project=True)} == {Status.OK}


def test_outside_of_a_project_a_missing_engine_is_only_a_warning() -> None:
    checks = machine_checks(replace(FINE, engine=None), in_project=False)
    assert [check.name for check in checks if check.status is Status.WARNING] == ["engine"]


@pytest.mark.parametrize(
    ("ahead", "status", "found"),
    [
        (0.4, Status.OK, "right to the second"),
        (-30.0, Status.OK, "30 s behind the endpoint's"),
        (61.0, Status.WARNING, "61 s ahead of the endpoint's"),
        (-900.0, Status.FAILED, "900 s behind the endpoint's"),
    ],
)
def test_the_clock_may_be_a_minute_off(ahead: float, status: Status, found: str) -> None:
    check = clock_check(ahead)
    remedy = "Set this machine's clock: ECS refuses signatures that are more than 15 minutes off."
    assert check == Check("clock", status, found, "" if status is Status.OK else remedy)


@pytest.mark.parametrize(
    ("seconds", "status", "remedy"),
    [
        (0.034, Status.OK, ""),
        (1.2, Status.WARNING, "Check the network and the proxy between this machine and the endpoint."),
    ],
)
def test_an_endpoint_that_takes_a_second_is_slow(seconds: float, status: Status, remedy: str) -> None:
    check = endpoint_check(EndpointAnswer("ecs.example", seconds, None))
    assert check == Check("endpoint", status, f"ecs.example answers in {seconds * 1000:.0f} ms", remedy)


def test_an_endpoint_that_tells_no_time_is_a_warning() -> None:
    check = clock_check(None)
    assert (check.status, check.remedy) == (
        Status.WARNING,
        "Compare this machine's clock with a time server's.",
    )


@pytest.mark.parametrize(
    ("purpose", "verdict", "status", "remedy"),
    [
        ("snapshots", Verdict.REFUSED, Status.FAILED, "Allow ecs:CreateSnapshot to this RAM user or role."),
        ("snapshots", Verdict.NOT_REFUSED, Status.OK, ""),
        ("copies", Verdict.REFUSED, Status.WARNING, "Allow ecs:CopySnapshot to this RAM user or role."),
        ("freezing", Verdict.NOT_PROBED, Status.OK, ""),
    ],
)
def test_a_refused_action_is_a_failure_only_where_nothing_works_without_it(
    purpose: str, verdict: Verdict, status: Status, remedy: str
) -> None:
    odd = {"snapshots": "CreateSnapshot", "copies": "CopySnapshot", "freezing": "RunCommand"}[purpose]
    answers = [Answer(probe, verdict if probe.action == odd else Verdict.ALLOWED) for probe in PROBES]
    check = permission_check(purpose, answers)
    assert (check.name, check.status, check.remedy) == (f"permissions: {purpose}", status, remedy)
    assert check.actions[odd] == verdict.value


def test_verdicts_are_named_where_they_matter_and_counted_else() -> None:
    groups = [probe for probe in PROBES if probe.purpose == "groups"]
    verdicts = (Verdict.ALLOWED, Verdict.REFUSED, Verdict.NOT_REFUSED, Verdict.NOT_PROBED)
    check = permission_check("groups", [Answer(*each) for each in zip(groups, verdicts, strict=True)])
    assert check.found == (
        "refused: ecs:DescribeSnapshotGroups, not probed: ecs:DeleteSnapshotGroup, 1 allowed, 1 not refused"
    )


@pytest.mark.parametrize(("most", "status"), [(231, Status.WARNING), (256, Status.FAILED)])
def test_a_disk_with_many_snapshots_is_named(most: int, status: Status) -> None:
    check = quota_check(most, "d-1")
    assert (check.status, check.found) == (status, f"disk d-1 has {most} of 256 manual snapshots")
    assert check.remedy == ("Delete snapshots of d-1 that are no longer needed: `alicloud-snapshot list --disk d-1`.")


def test_a_missing_region_comes_with_the_three_ways_to_give_it() -> None:
    assert region_check(Settings(), {}, given=False) == Check(
        "region",
        Status.FAILED,
        "no region is configured",
        "Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give --region.",
    )


@pytest.mark.parametrize(
    ("config", "environ", "told"),
    [
        ({"accessKey": "id", "secretKey": "secret"}, {}, "access key from alicloud:accessKey"),
        (
            {},
            {"ALICLOUD_ACCESS_KEY": "id", "ALICLOUD_SECRET_KEY": "secret", "ALICLOUD_SECURITY_TOKEN": "token"},
            "access key with a security token from ALICLOUD_ACCESS_KEY",
        ),
        (
            {"accessKey": "id", "assumeRole": '{"roleArn": "acs:ram::1:role/r"}'},
            {},
            "access key from alicloud:accessKey, which assumes acs:ram::1:role/r",
        ),
        (
            {"assumeRoleWithOidc": '{"roleArn": "r", "oidcProviderArn": "p", "oidcTokenFile": "/t"}'},
            {},
            "role r by OIDC, from alicloud:assumeRoleWithOidc",
        ),
        ({"profile": "work"}, {}, "profile work, from alicloud:profile"),
        (
            {},
            {"ALIBABA_CLOUD_PROFILE": "work", "ALIBABA_CLOUD_CREDENTIALS_FILE": "/c.json"},
            "profile work of /c.json, from ALIBABA_CLOUD_PROFILE",
        ),
        ({}, {"ALICLOUD_ECS_ROLE_NAME": "web"}, "instance role web, from ALICLOUD_ECS_ROLE_NAME"),
        ({}, {"ALICLOUD_CREDENTIALS_URI": "http://127.0.0.1/"}, "credentials URI, from ALICLOUD_CREDENTIALS_URI"),
        ({}, {}, "the default chain of alibabacloud-credentials"),
    ],
)
def test_the_source_of_the_credentials_is_named_and_nothing_of_them(
    config: dict[str, str], environ: dict[str, str], told: str
) -> None:
    settings, origins = explain_settings(config.get, environ)
    assert describe_source(settings.credentials, origins) == told


def test_an_unknown_origin_is_the_environment() -> None:
    assert describe_source(CredentialSource(access_key="id"), {}) == "access key from the environment"
