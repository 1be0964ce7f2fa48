"""Retention by the calendar, in the histories of every noun: the rules keep what they say, and the preview tells."""

from __future__ import annotations

from typing import Any

import pytest
from cloud import Cloud
from disk_rollbacks import DISK, Rollbacks

from alicloud_snapshot_provider.copies.resource import SnapshotCopyResource
from alicloud_snapshot_provider.groups.resource import SnapshotGroupResource
from alicloud_snapshot_provider.guards.guard import Guard, GuardRules, GuardTarget
from alicloud_snapshot_provider.ledger.keep import Keep
from alicloud_snapshot_provider.ledger.ownership import OWNER_KEY
from alicloud_snapshot_provider.nouns.noun import Notes, Noun
from alicloud_snapshot_provider.sets.resource import SnapshotSetResource
from alicloud_snapshot_provider.snapshots.resource import SnapshotResource

HOUR = 3_600.0
DAY = 24 * HOUR
URN = "urn:pulumi:stack::project::pulumi-python:dynamic/alicloud-snapshot:{}::web"
DISKS = ["d-demo-system", "d-demo-data"]


class Stack:
    """One resource of a state, each of whose releases replaces it in a run of its own, as the engine does."""

    def __init__(self, cloud: Cloud, noun: type[Noun], declared: dict[str, Any]) -> None:
        self.cloud, self.noun = cloud, noun
        self.declared = {"series": "project/stack/web#0123456789", **declared}
        self.held: dict[str, Any] = {}
        self.preview = Notes()

    async def up(self, release: str, **changed: Any) -> str:
        cloud = self.cloud.restarted()
        noun = self.noun(cloud.regions, cloud.settings, urn=URN.format(self.noun.__name__.removesuffix("Resource")))
        self.declared |= {"triggers": release, **changed}
        before, self.preview = self.held, Notes()
        inputs = (await noun.check(before, self.declared)).inputs
        if before and not noun.diff(before, inputs).replaces:
            self.held = await noun.update(noun.id_of(before), before, inputs, cloud.operation())
            return noun.id_of(self.held)
        checked = await noun.check({}, self.declared)
        assert checked.failures == {}
        self.preview = checked.notes
        self.held = await noun.create(checked.inputs, cloud.operation())
        if before:
            await noun.delete(noun.id_of(before), before, cloud.operation())
        return noun.id_of(self.held)


async def _days(stack: Stack, days: int) -> list[str]:
    """Return the ids of two releases on each of so many days, at 6 and 12 o'clock in UTC."""
    clock, ids = stack.cloud.clock, []
    for day in range(1, days + 1):
        for hour in (6, 12):
            await clock.sleep(max(0.0, (clock.now() // DAY) * DAY + hour * HOUR - clock.now()))
            ids.append(await stack.up(f"{day}-{hour}"))
        await clock.sleep((clock.now() // DAY + 1) * DAY - clock.now())
    return ids


async def _at_midnight(cloud: Cloud) -> None:
    await cloud.clock.sleep((cloud.clock.now() // DAY + 1) * DAY - cloud.clock.now())


def _removed(cloud: Cloud) -> list[str]:
    return [note.split()[1] for note in cloud.notes if note.startswith("remove ")]


async def test_each_replacement_keeps_what_a_rule_keeps_and_says_why_the_others_go(cloud: Cloud) -> None:
    await _at_midnight(cloud)
    stack = Stack(cloud, SnapshotResource, {"disk_id": DISKS[0], "keep": {"daily": 3}})

    ids = await _days(stack, 5)

    assert cloud.alive() == [ids[5], ids[7], ids[9]]
    assert f"remove {ids[8]} (generation 9): no rule keeps it" in cloud.notes


async def test_the_preview_names_the_rule_that_keeps_each_and_what_goes(cloud: Cloud) -> None:
    await _at_midnight(cloud)
    stack = Stack(cloud, SnapshotResource, {"disk_id": DISKS[0], "keep": {"last": 2, "daily": 2}})
    first = await stack.up("first")
    assert stack.preview.facts[-1] == "of its history stays: last 2, daily 2"
    await cloud.clock.sleep(DAY)
    second = await stack.up("second")
    await cloud.clock.sleep(DAY + HOUR)

    await stack.up("third")

    assert stack.preview.facts[-3:] == (
        "of its history stays: last 2, daily 2",
        f"{second} stays: kept by last 2 of 2; daily 2 of 2",
        f"{first} goes: no rule keeps it",
    )
    assert _removed(cloud) == [first]


async def test_a_preview_without_keep_says_nothing_of_the_history(cloud: Cloud) -> None:
    stack = Stack(cloud, SnapshotResource, {"disk_id": DISKS[0], "keep_last": 2})
    await stack.up("first")
    await stack.up("second")
    assert not any("stays" in fact for fact in stack.preview.facts)


async def test_a_long_history_is_shown_in_part(cloud: Cloud) -> None:
    stack = Stack(cloud, SnapshotResource, {"disk_id": DISKS[0], "keep": {"last": -1}})
    for release in range(15):
        await stack.up(str(release))
    assert stack.preview.facts[-1] == "and 2 more of it"
    assert len(cloud.alive()) == 15


async def test_beside_keep_last_what_either_keeps_stays(cloud: Cloud) -> None:
    await _at_midnight(cloud)
    stack = Stack(cloud, SnapshotResource, {"disk_id": DISKS[0], "keep_last": 3, "keep": {"daily": 2}})

    ids = await _days(stack, 3)

    assert cloud.alive() == ids[3:]


async def test_a_changed_rule_is_no_replacement_and_counts_from_the_next_one_on(cloud: Cloud) -> None:
    stack = Stack(cloud, SnapshotResource, {"disk_id": DISKS[0], "keep": {"last": 3}})
    ids = [await stack.up(str(release)) for release in range(3)]

    assert await stack.up("2", keep={"last": 1}) == ids[-1]
    assert cloud.alive() == ids

    newest = await stack.up("3")
    assert cloud.alive() == [newest]


@pytest.mark.parametrize(
    ("noun", "declared"),
    [
        (SnapshotGroupResource, {"disk_ids": DISKS}),
        (SnapshotSetResource, {"disk_ids": DISKS}),
    ],
)
async def test_groups_and_sets_stay_as_long_as_a_rule_keeps_them(
    cloud: Cloud, noun: type[Noun], declared: dict[str, Any]
) -> None:
    await _at_midnight(cloud)
    stack = Stack(cloud, noun, {**declared, "keep": {"daily": 2}})

    ids = await _days(stack, 3)

    assert _removed(cloud) == [ids[0], ids[2], ids[1], ids[4]]
    assert len(cloud.alive()) == 2 * len(DISKS)
    assert f"{ids[3]} stays: kept by daily 2 of 2" in stack.preview.facts


async def test_copies_stay_by_the_calendar_too(cloud: Cloud) -> None:
    await _at_midnight(cloud)
    source = await cloud.take()
    declared = {
        "source_snapshot_id": source["snapshot_id"],
        "source_region": "cn-hangzhou",
        "destination_region": "cn-beijing",
        "keep": {"daily": 2},
    }
    stack = Stack(cloud, SnapshotCopyResource, declared)

    ids = await _days(stack, 3)

    assert set(cloud.alive()) - {source["snapshot_id"]} == {ids[3], ids[5]}
    assert f"{ids[3]} stays: kept by daily 2 of 2" in stack.preview.facts


async def test_a_guards_history_stays_by_the_calendar_and_its_preview_says_so(cloud: Cloud) -> None:
    await _at_midnight(cloud)
    guard = Guard(cloud.region, GuardRules(keep_last=1, keep=(Keep(daily=2),)))
    guarded = GuardTarget("the update of web", lambda disk_id: f"guard:{disk_id}", [DISKS[0]])
    ids = []
    for _ in range(3):
        for pause in (HOUR, DAY - HOUR):
            taken = await guard.protect(guarded, progress=lambda _info: None, tell=cloud.notes.append)
            ids.append(taken[0].snapshot_id)
            await cloud.clock.sleep(pause)
    assert len(cloud.alive()) == 2
    assert cloud.alive()[-1] == ids[-1]

    await guard.preview(guarded, tell=cloud.notes.append)

    assert "of its history stays: daily 2\n" in cloud.notes[-1]
    assert f"{ids[-1]} stays: kept by daily 2 of 2" in cloud.notes[-1]


async def test_a_rollbacks_safety_snapshots_stay_by_the_calendar_too(cloud: Cloud) -> None:
    good = (await cloud.take(disk_id=DISK))["snapshot_id"]
    rollbacks = Rollbacks(cloud, good)
    arguments = {"stop_instance": True, "keep_last": 1, "keep": {"last": 2}}

    for release in ("1", "2", "3"):
        await rollbacks.roll_back(triggers=release, **arguments)

    assert len(rollbacks.safety) == 2
    checked = await rollbacks.check(triggers="4", **arguments)
    assert checked.notes.facts[-2:] == (
        f"{rollbacks.safety[1]} stays: kept by last 2 of 2",
        f"{rollbacks.safety[0]} goes: no rule keeps it",
    )


async def test_rules_that_cannot_work_are_refused_by_name(cloud: Cloud) -> None:
    checked = await cloud.snapshots.check({}, {"disk_id": DISKS[0], "series": "s", "keep": {"daily": -2}})
    assert checked.failures == {
        "keep": "keep.daily must be 0 to 10000, or -1 for all, got -2: give the number that stays"
    }


async def test_what_replaces_it_keeps_what_either_of_the_two_resources_keeps(cloud: Cloud) -> None:
    """The engine does not tell of a rename. The resource's own rules and the new one's both hold."""
    old = Stack(cloud, SnapshotResource, {"disk_id": DISKS[0], "keep": {"last": 3}})
    ids = [await old.up(str(release)) for release in range(3)]
    again = cloud.restarted()
    new = SnapshotResource(again.regions, again.settings, urn=URN.format("Snapshot") + "-renamed")
    inputs = (await new.check({}, {"disk_id": DISKS[0], "series": "new", "keep": {"monthly": 1}})).inputs
    assert inputs[OWNER_KEY]
    taken = await new.create(inputs, again.operation())

    last = SnapshotResource(again.regions, again.settings, urn=URN.format("Snapshot"))
    await last.delete(ids[-1], old.held, again.operation())

    assert cloud.alive() == [*ids[1:], taken["snapshot_id"]]
