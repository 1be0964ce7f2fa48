"""The policies of docs/permissions.md suffice: a life cycle of each feature calls nothing that they do not allow."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cloud import SERIES, Cloud
from freezes import FREEZE

from alicloud_snapshot_provider.resources.noun import Noun
from alicloud_snapshot_provider.resources.registry import NOUNS

PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text()
BASE = "Snapshots and guards"
DISK = {"disk_id": "d-demo-system"}
DISKS = {"disk_ids": ["d-demo-system", "d-demo-data"]}


def allowed(*features: str) -> set[str]:
    policies = [PAGE.split(f"\n## {feature}\n")[1].split("\n## ")[0] for feature in features]
    return {action for policy in policies for action in re.findall(r'"ecs:(\w+)"', policy)}


@pytest.mark.parametrize(
    ("noun", "arguments", "features"),
    [
        ("Snapshot", DISK, [BASE]),
        ("Snapshot", {**DISK, "freeze": dict(FREEZE)}, [BASE, "Freezes"]),
        ("SnapshotSet", DISKS, [BASE]),
        ("SnapshotGroup", DISKS, [BASE, "Groups"]),
        ("SnapshotCopy", {"destination_region": "cn-beijing"}, [BASE, "Copies"]),
        ("SnapshotLock", {"lock_duration": 1, "cool_off_period": 2}, [BASE, "Locks"]),
        ("DiskRollback", {**DISK, "stop_instance": True}, [BASE, "Rollbacks"]),
    ],
)
async def test_a_life_cycle_calls_only_what_its_policies_allow(
    cloud: Cloud, noun: str, arguments: dict[str, Any], features: list[str]
) -> None:
    taken = await cloud.take(series="project/stack/original#0123456789")
    original = {"SnapshotCopy": "source_snapshot_id", "SnapshotLock": "snapshot_id", "DiskRollback": "snapshot_id"}
    needed = {original[noun]: taken["snapshot_id"]} if noun in original else {}
    series = {} if noun == "SnapshotLock" else {"series": SERIES}
    await _live(cloud, NOUNS[noun](cloud.regions, cloud.settings), {**series, **arguments, **needed})

    assert set(cloud.called()) <= allowed(*features)


async def test_a_preview_calls_only_what_its_policy_allows(cloud: Cloud) -> None:
    await cloud.inputs()
    group = NOUNS["SnapshotGroup"](cloud.regions, cloud.settings)
    assert (await group.check({}, {**DISKS, "series": SERIES})).failures == {}
    assert set(cloud.called()) <= allowed("Preview only")


async def test_a_snapshot_in_a_resource_group_needs_no_more(cloud: Cloud) -> None:
    taken = await cloud.take(resource_group_id="rg-demo", retention_days=7)
    moved = await cloud.inputs(resource_group_id="rg-production", retention_days=8, tags={"team": "web"})
    await cloud.snapshots.update(taken["snapshot_id"], taken, moved, cloud.operation())
    assert {"JoinResourceGroup", "ModifySnapshotAttribute", "TagResources"} <= set(cloud.called()) <= allowed(BASE)


async def test_archiving_calls_only_what_its_policies_allow(cloud: Cloud) -> None:
    taken = await cloud.take()
    await cloud.clock.sleep(15 * 86_400)
    wanted = await cloud.inputs(archive_after=14)
    await cloud.snapshots.update(taken["snapshot_id"], taken, wanted, cloud.operation())
    assert {"ModifySnapshotCategory", "DescribeTasks"} <= set(cloud.called()) <= allowed(BASE, "Archives")


def test_each_policy_is_one_that_ram_reads() -> None:
    for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL):
        policy = json.loads(text)
        assert policy["Version"] == "1"
        assert [sorted(each) for each in policy["Statement"]] == [["Action", "Effect", "Resource"]]


async def _live(cloud: Cloud, resource: Noun, declared: dict[str, Any]) -> None:
    checked = await resource.check({}, declared)
    assert checked.failures == {}
    outputs = await resource.create(checked.inputs, cloud.operation())
    own = outputs[resource.id_output]
    assert await resource.read(own, outputs, cloud.operation()) is not None
    renamed = {**checked.inputs, "description": "changed since"} if "description" in outputs else checked.inputs
    outputs = await resource.update(own, outputs, renamed, cloud.operation())
    await resource.delete(own, outputs, cloud.operation())
