"""Automatic snapshot policies as a preview and an overview read them: with few calls, and also unreadable ones."""

from __future__ import annotations

from typing import Any

import pytest
from cloud import SERIES, Cloud
from test_permissions import BASE, allowed, limited

from alicloud_snapshot_provider.nouns.noun import Notes
from alicloud_snapshot_provider.overview.inventory import take_inventory
from alicloud_snapshot_provider.snapshots.resource import SnapshotResource
from alicloud_snapshot_provider.snapshots.schedules import UNREAD, Schedules, schedules_of

READS = ("DescribeAutoSnapshotPolicyEx", "DescribeAutoSnapshotPolicyAssociations")
HOURLY: dict[str, Any] = {"time_points": list(range(24)), "retention_days": 7}


def _scheduled(cloud: Cloud, *disk_ids: str, policies: int = 1, **fields: Any) -> None:
    names = [f"sp-{number}" for number in range(policies)]
    applied = [{"policy_id": name, "disk_id": disk_id} for name in names for disk_id in disk_ids]
    cloud.emulator.add_seed(
        {
            "auto_snapshot_policies": [{"id": name, "name": "hourly", **HOURLY, **fields} for name in names],
            "policy_associations": applied,
        }
    )


async def notes(cloud: Cloud) -> Notes:
    """Return what a preview in a new process shows."""
    again = cloud.restarted()
    resource = SnapshotResource(again.regions, again.settings)
    return (await resource.check({}, {"disk_id": "d-demo-system", "series": SERIES, "preflight": "error"})).notes


async def test_a_preview_says_what_ecs_takes_of_the_disk_by_itself(cloud: Cloud) -> None:
    _scheduled(cloud, "d-demo-system", copy_region="cn-beijing")
    facts = (await notes(cloud)).facts
    assert facts[4].startswith("automatic snapshots by hourly (sp-0): daily at 00:00, 01:00, 02:00, 03:00, 04:00, ")
    assert facts[4].endswith(", kept 7 d, copied to cn-beijing")
    assert cloud.mutations() == []


async def test_runs_that_ecs_skipped_are_counted(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"lifecycle": {"snapshot_seconds": 80 * 60}})
    _scheduled(cloud, "d-demo-system")
    await cloud.clock.sleep(6 * 3600)
    facts = (await notes(cloud)).facts
    assert any(fact.endswith(", 2 of the 5 runs of the last 7 d left no snapshot") for fact in facts), facts


async def test_a_disk_without_a_policy_costs_no_call(cloud: Cloud) -> None:
    _scheduled(cloud, "d-demo-data")
    assert len((await notes(cloud)).facts) == 4
    assert cloud.called(*READS) == []


async def test_many_disks_of_few_policies_cost_a_call_for_each_policy(cloud: Cloud) -> None:
    ids = [f"d-{number}" for number in range(30)]
    cloud.emulator.add_seed({"disks": [{"id": each, "size": 20} for each in ids]})
    _scheduled(cloud, *ids, policies=2)
    inventory = await take_inventory(cloud.region)
    assert {len(inventory.policies[each]) for each in ids} == {2}
    assert sorted(cloud.called(*READS)) == [READS[1], READS[1], READS[0]]


async def test_few_disks_of_many_policies_cost_a_call_for_each_disk(cloud: Cloud) -> None:
    _scheduled(cloud, "d-demo-system", policies=9)
    schedules = Schedules(cloud.region.client, cloud.clock)
    for _ in range(3):
        (disk,) = await cloud.region.client.disks_by_id(["d-demo-system"])
        assert len((await schedules.of([disk]))["d-demo-system"]) == 9
    assert cloud.called(*READS) == [*READS]


async def test_what_was_learnt_is_asked_anew_after_a_while(cloud: Cloud) -> None:
    _scheduled(cloud, "d-demo-system")
    schedules = Schedules(cloud.region.client, cloud.clock)
    (disk,) = await cloud.region.client.disks_by_id(["d-demo-system"])
    await schedules.of([disk])
    await cloud.clock.sleep(3600)
    cloud.emulator.add_seed({"auto_snapshot_policies": [{"id": "sp-0", "name": "renamed"}]})
    (policy,) = (await schedules.of([disk]))["d-demo-system"]
    (schedule,) = schedules_of(disk, [policy], [], cloud.clock.now())
    assert schedule.text(cloud.clock.now()).startswith("automatic snapshots by renamed (sp-0): daily at 00:00 (UTC+8)")


@pytest.mark.parametrize("action", READS)
async def test_who_may_not_read_policies_is_told_so_once_and_nothing_fails(cloud: Cloud, action: str) -> None:
    _scheduled(cloud, "d-demo-system")
    cloud.emulator.add_faults({"action": action, "code": "Forbidden.RAM", "times": None})
    assert (await notes(cloud)).facts[4:] == (UNREAD,)
    inventory = await take_inventory(cloud.region)
    assert (inventory.unread, inventory.policies) == ([UNREAD], {})


async def test_the_policy_of_the_page_suffices(cloud: Cloud) -> None:
    _scheduled(cloud, "d-demo-system")
    reader = limited(cloud, BASE, "Schedules")
    assert "automatic snapshots by hourly" in (await notes(reader)).facts[4]
    assert allowed("Schedules") == set(READS)
