"""The policies of docs/permissions.md suffice: a life cycle of each feature calls nothing that they do not allow."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cloud import SERIES, Cloud
from freezes import FREEZE
from verifications import rows, verified

from alicloud_snapshot_provider.ecs.settings import CredentialSource
from alicloud_snapshot_provider.errors import PermissionDenied, Rejected
from alicloud_snapshot_provider.ledger.intent import SCOPE_TAG
from alicloud_snapshot_provider.nouns.noun import Noun
from alicloud_snapshot_provider.registry import NOUNS
from alicloud_snapshot_provider.restores.preflight import RestoreOptions, survey_restore
from alicloud_snapshot_provider.restores.restore import Restore
from alicloud_snapshot_provider.restores.spec import RestoreSpec
from alicloud_snapshot_provider.verification.outcome import Verdict

PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text()
BASE = "Snapshots and guards"
DISK = {"disk_id": "d-demo-system"}
DISKS = {"disk_ids": ["d-demo-system", "d-demo-data"]}


def policies(*features: str) -> list[str]:
    """Return the policies as the page has them."""
    sections = [PAGE.split(f"\n## {feature}\n")[1].split("\n## ")[0] for feature in features]
    return [text for section in sections for text in re.findall(r"```json\n(.*?)```", section, re.DOTALL)]


def allowed(*features: str) -> set[str]:
    return {action for policy in policies(*features) for action in re.findall(r'"ecs:(\w+)"', policy)}


def limited(cloud: Cloud, *features: str, disk: str = "d-demo-system", instance: str = "i-demo") -> Cloud:
    """Return the cloud as somebody sees it whom only these policies, with the real ids in them, allow anything."""
    own = [text.replace("d-bp67acfmxazb4p", disk).replace("i-bp67acfmxazb4p", instance) for text in policies(*features)]
    cloud.emulator.add_seed({"access_keys": [{"id": "limited", "secret": "limited", "policies": own}]})
    key = CredentialSource(access_key="limited", secret_key="limited")
    return replace(cloud.restarted(), settings=replace(cloud.settings, credentials=key))


@pytest.mark.parametrize(
    ("noun", "arguments", "features"),
    [
        ("Snapshot", DISK, [BASE]),
        ("Snapshot", {**DISK, "freeze": dict(FREEZE)}, [BASE, "Freezes"]),
        ("SnapshotSet", DISKS, [BASE]),
        ("SnapshotGroup", DISKS, [BASE, "Groups"]),
        ("SnapshotCopy", {"destination_region": "cn-beijing"}, [BASE, "Copies"]),
        ("SnapshotLock", {"lock_duration": 1, "cool_off_period": 2}, [BASE, "Locks"]),
        ("RestoreDrill", {"instance_id": "i-demo"}, [BASE, "Restore drills"]),
        ("DiskRollback", {**DISK, "stop_instance": True}, [BASE, "Rollbacks"]),
    ],
)
async def test_a_life_cycle_calls_only_what_its_policies_allow(
    cloud: Cloud, noun: str, arguments: dict[str, Any], features: list[str]
) -> None:
    taken = await cloud.take(series="project/stack/original#0123456789")
    original = {"SnapshotCopy": "source_snapshot_id"}
    original |= dict.fromkeys(["SnapshotLock", "DiskRollback", "RestoreDrill"], "snapshot_id")
    needed = {original[noun]: taken["snapshot_id"]} if noun in original else {}
    series = {} if noun == "SnapshotLock" else {"series": SERIES}
    cloud = limited(cloud, *features)
    await _live(cloud, NOUNS[noun](cloud.regions, cloud.settings), {**series, **arguments, **needed})

    assert set(cloud.called()) <= allowed(*features)


@pytest.mark.parametrize("tags", [{}, {"alicloud-snapshot:series": "only"}, {"team": "web"}])
async def test_a_snapshot_without_our_tag_can_neither_be_deleted_nor_made_deletable(
    cloud: Cloud, tags: dict[str, str]
) -> None:
    cloud.emulator.add_seed({"snapshots": [{"id": "s-foreign", "disk_id": "d-demo-system", "tags": tags}]})
    client = limited(cloud, BASE).region.client

    for forbidden in (
        client.delete_snapshot("s-foreign"),
        client.tag("snapshot", ["s-foreign"], {SCOPE_TAG: "project/stack"}),
        client.tag("snapshot", [await _own(cloud), "s-foreign"], {SCOPE_TAG: "project/stack"}),
    ):
        with pytest.raises(PermissionDenied):
            await forbidden

    assert dict(cloud.record("s-foreign").tags) == tags


async def test_our_own_snapshot_can_be_deleted_and_one_of_another_stack_not_where_one_is_named(cloud: Cloud) -> None:
    own = await _own(cloud)
    other = (await cloud.take(series="project/other/web#0123456789"))["snapshot_id"]
    named = policies(BASE)[0].replace('scope": "*"', 'scope": "project/stack"')
    seed = {"access_keys": [{"id": "limited", "secret": "limited", "policies": [named]}]}
    restricted = limited(cloud, BASE)
    cloud.emulator.add_seed(seed)

    with pytest.raises(PermissionDenied):
        await restricted.region.client.delete_snapshot(other)
    await restricted.region.client.delete_snapshot(own)

    assert cloud.alive() == [other]


async def test_a_verification_leaves_nothing_under_its_own_policy(cloud: Cloud) -> None:
    before = set(cloud.alive())
    report = await verified(limited(cloud, "Verification"))
    assert rows(report, Verdict.CONTRADICTED) == {}
    assert {"under-disk", "under-image", "group-tags", "reset-other-disk"} <= rows(report, Verdict.CONFIRMED).keys()
    assert (report.left, set(cloud.alive())) == ({}, before)


async def test_only_the_named_disk_is_rolled_back_and_only_the_named_instance_stopped(cloud: Cloud) -> None:
    taken = await _own(cloud)
    client = limited(cloud, BASE, "Rollbacks", "Freezes", disk="d-other", instance="i-other").region.client

    for forbidden in (client.reset_disk("d-demo-system", taken), client.stop_instance("i-demo")):
        with pytest.raises(PermissionDenied):
            await forbidden

    assert cloud.called("ResetDisk", "StopInstance") == ["ResetDisk", "StopInstance"]
    instance = cloud.emulator.world.instances.get("i-demo")
    assert instance is not None
    assert instance.status == "Running"


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
    cloud = limited(cloud, BASE, "Archives")
    taken = await cloud.take()
    await cloud.clock.sleep(15 * 86_400)
    inputs = await cloud.inputs(archive_after=14)
    await cloud.snapshots.update(taken["snapshot_id"], taken, inputs, cloud.operation())
    assert {"ModifySnapshotCategory", "DescribeTasks"} <= set(cloud.called()) <= allowed(BASE, "Archives")


async def test_a_restore_calls_only_what_its_policies_allow_also_where_it_is_undone(cloud: Cloud) -> None:
    other = await cloud.take(disk_id="d-demo-data", series="project/stack/data#0123456789")
    own = [await _own(cloud), other["snapshot_id"]]
    seen = limited(cloud, "Preview only", "Restores").region
    options = RestoreOptions(instance_id="i-demo")
    kept = await seen.client.snapshots_by_id(own)
    spec = RestoreSpec(disks=[(await survey_restore(seen, each, options)).spec for each in kept])
    await Restore(seen, spec).run()
    cloud.emulator.add_faults({"action": "AttachDisk", "code": "DiskInArrears", "nth": 2})
    with pytest.raises(Rejected):
        await Restore(seen, spec).run()
    used = {"CreateDisk", "AttachDisk", "DetachDisk", "DeleteDisk", "UntagResources", "DescribeDisks"}
    assert used <= set(cloud.called())
    assert not [call for call in cloud.emulator.calls() if call.code == "Forbidden.RAM"]


async def test_a_disk_that_no_restore_has_just_made_can_neither_be_deleted_nor_detached(cloud: Cloud) -> None:
    disks = limited(cloud, BASE, "Restores").region.client
    for forbidden in (disks.delete_disk("d-demo-data"), disks.detach_disk("d-demo-data", "i-demo")):
        with pytest.raises(PermissionDenied):
            await forbidden


def test_each_policy_is_one_that_ram_reads() -> None:
    for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL):
        policy = json.loads(text)
        assert policy["Version"] == "1"
        for statement in policy["Statement"]:
            assert sorted(statement.keys() - {"Condition"}) == ["Action", "Effect", "Resource"]


async def _own(cloud: Cloud) -> str:
    taken: str = (await cloud.take())["snapshot_id"]
    return taken


async def _live(cloud: Cloud, resource: Noun, declared: dict[str, Any]) -> None:
    checked = await resource.check({}, declared)
    assert checked.failures == {}
    outputs = await resource.create(checked.inputs, cloud.operation())
    own = outputs[resource.id_output]
    assert await resource.read(own, outputs, cloud.operation()) is not None
    renamed = {**checked.inputs, "description": "changed since"} if "description" in outputs else checked.inputs
    outputs = await resource.update(own, outputs, renamed, cloud.operation())
    await resource.delete(own, outputs, cloud.operation())
