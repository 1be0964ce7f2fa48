"""What ECS would refuse fails the preview, on its property, with the value and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from harness import folded, world, write_project
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator, ManualClock, Seed, running_emulator

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("preflight")]


@dataclass(frozen=True)
class Row:
    """Arguments that cannot work, and what the preview says of them."""

    name: str
    says: str
    disk_id: str = "d-good"
    arguments: dict[str, Any] = field(default_factory=dict)


ROWS = (
    Row(
        "not-found",
        "property disk_id value {d-nowhere} has a problem: disk 'd-nowhere' is not in region cn-hangzhou: "
        "correct disk_id, or set region to the disk's own",
        disk_id="d-nowhere",
    ),
    Row(
        "other-region",
        "disk 'd-good' is not in region cn-beijing: correct disk_id, or set region to the disk's own",
        arguments={"region": "cn-beijing"},
    ),
    Row(
        "category",
        "disk 'd-local' has category local_ssd_pro, which has no snapshots: copy its data to a cloud disk",
        disk_id="d-local",
    ),
    Row(
        "never-attached",
        "disk 'd-spare' has never been attached to an instance: attach it once, then take the snapshot",
        disk_id="d-spare",
    ),
    Row("attaching", "disk 'd-attaching' is Attaching: wait until it is In_use", disk_id="d-attaching"),
    Row("detaching", "disk 'd-detaching' is Detaching: wait until it is In_use", disk_id="d-detaching"),
    Row(
        "starting",
        "disk 'd-starting' is attached to instance i-starting, which is Starting: "
        "bring the instance into state Running or Stopped",
        disk_id="d-starting",
    ),
    Row(
        "locked",
        "disk 'd-locked' is attached to instance i-locked, which is locked for security: "
        "resolve the lock in the ECS console",
        disk_id="d-locked",
    ),
    Row(
        "in-progress",
        "disk 'd-slow' has 1 snapshots in progress (s-slow (",
        disk_id="d-slow",
    ),
    Row(
        "quota",
        "disk 'd-full' has 256 manual snapshots, and ECS allows 256: delete some that are no longer needed",
        disk_id="d-full",
    ),
    Row(
        "name",
        "property snapshot_name value {auto-nightly} has a problem: must not start with auto, which ECS reserves for "
        "automatic snapshots, got 'auto-nightly': name it otherwise",
        arguments={"snapshot_name": "auto-nightly"},
    ),
    Row(
        "description",
        "property description value {http://wiki} has a problem: must not start with http:// or https://, "
        "got 'http://wiki': put a word before it",
        arguments={"description": "http://wiki"},
    ),
    Row(
        "tags",
        "has the key 'acs:team': use 1 to 128 characters, no http:// or https://, and no aliyun or acs: at the start",
        arguments={"tags": {"acs:team": "web"}},
    ),
    Row(
        "retention",
        "property retention_days value {0} has a problem: must be 1 to 65536 days, got 0: "
        "remove it to keep the snapshot until it is deleted",
        arguments={"retention_days": 0},
    ),
    Row(
        "resource-group",
        "property resource_group_id value {production} has a problem: must be the id of a resource group, "
        "such as rg-bp67acfmxazb4p, got 'production': correct it",
        arguments={"resource_group_id": "production"},
    ),
)

WARNED = Row(
    "warned",
    "disk 'd-spare' has never been attached to an instance",
    disk_id="d-spare",
    arguments={"preflight": "warn"},
)
UNASKED = Row("unasked", "", disk_id="d-nowhere", arguments={"preflight": "off"})
FEW = ("not-found", "tags")
"""One that needs a call, and one that needs none; `tests/lifecycle/test_preflight.py` checks every row."""

ALL = (*ROWS, WARNED, UNASKED)

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

for row in pulumi.Config().require("rows").split():
    Snapshot(row, **{rows!r}[row])
"""


def _shown(row: Row) -> Any:
    return pytest.param(row, id=row.name, marks=() if row.name in FEW else (pytest.mark.exhaustive,))


def program() -> str:
    """Gives a program that declares the configured rows."""
    return PROGRAM.format(rows={row.name: {"disk_id": row.disk_id, **row.arguments} for row in ALL})


@pytest.fixture(scope="module")
def seed() -> Seed:
    disk = {"category": "cloud_essd", "size": 40}
    return world(
        instances=[
            {"id": "i-good"},
            {"id": "i-starting", "status": "Starting"},
            {"id": "i-locked", "locks": ["security"]},
        ],
        disks=[
            {"id": "d-good", "instance_id": "i-good", **disk},
            {"id": "d-local", "instance_id": "i-good", "category": "local_ssd_pro", "size": 200},
            {"id": "d-spare", **disk},
            {"id": "d-attaching", "instance_id": "i-good", "status": "Attaching", **disk},
            {"id": "d-detaching", "instance_id": "i-good", "status": "Detaching", **disk},
            {"id": "d-starting", "instance_id": "i-starting", **disk},
            {"id": "d-locked", "instance_id": "i-locked", **disk},
            {"id": "d-slow", "instance_id": "i-good", "category": "cloud_efficiency", "size": 40},
            {"id": "d-full", "instance_id": "i-good", **disk},
        ],
        snapshots=[
            {"id": "s-slow", "disk_id": "d-slow", "status": "progressing"},
            *({"id": f"s-full{number}", "disk_id": "d-full"} for number in range(256)),
        ],
    )


@pytest.fixture(scope="module")
def emulator(seed: Seed) -> Iterator[Emulator]:
    with running_emulator(seed, ManualClock()) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def stack(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    folder = tmp_path_factory.mktemp("preflight")
    stack = Stack(write_project(folder, program()), folder / "state", emulator, speed=1)
    stack.create()
    return stack


@pytest.mark.parametrize("row", [_shown(row) for row in ROWS])
def test_a_violation_fails_the_preview_with_property_value_and_remedy(
    row: Row, stack: Stack, emulator: Emulator, spoken: Callable[[str], str]
) -> None:
    stack.configure({"rows": row.name})
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()

    assert folded(spoken(row.says)) in folded(str(failed.value))
    assert emulator.calls(mutating=True) == []


def test_violations_only_warn_where_preflight_says_so_and_no_call_is_made_where_it_is_off(
    stack: Stack, emulator: Emulator
) -> None:
    stack.configure({"rows": f"{WARNED.name} {UNASKED.name}"})
    before = len(emulator.calls())

    said = folded(stack.preview())
    assert f"warning: {WARNED.says}" in said
    assert "3 to create" in said
    asked = str([call.params for call in emulator.calls()[before:]])
    assert WARNED.disk_id in asked
    assert UNASKED.disk_id not in asked
