"""Never delete what somebody else holds: what a state names, but the tags give to another one, or to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from cloud import Cloud, open_cloud
from fragile import Hit, ProcessDied
from model_engine import DATA, SYSTEM, URN, Held, Stack, stack
from model_engine import DERIVED as SERIES
from schedules import QUICK

from alicloud_snapshot_provider.ledger.ownership import OWNER_KEY, OWNERSHIP_TAG, ownership_in
from alicloud_snapshot_provider.ledger.run import Rules
from alicloud_snapshot_provider.overview.pruning import plan_pruning

OTHER = "project/prod/after#9876543210"


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with open_cloud(QUICK) as cloud:
        yield cloud


def group(cloud: Cloud, name: str = "volume", *, series: str = SERIES) -> Stack:
    always = {"disk_ids": [SYSTEM, DATA], "series": series}
    return Stack(cloud, series=series, noun="SnapshotGroup", always=always, urn=URN + name)


def fleet(cloud: Cloud, name: str = "fleet", *, series: str = SERIES) -> Stack:
    return Stack(
        cloud, series=series, noun="SnapshotSet", always={"disk_ids": [SYSTEM], "series": series}, urn=URN + name
    )


def held(of: Stack) -> Held:
    assert of.held is not None
    return of.held


def imported(cloud: Cloud, snapshot_id: str, *, series: str = OTHER) -> Stack:
    """Return a state that holds what it did not take: by `pulumi import`, whose inputs name no owner."""
    props = {"disk_id": SYSTEM, "series": series, "snapshot_id": snapshot_id}
    other = stack(cloud, "imported", series=series)
    other.held = Held(snapshot_id, props, props)
    return other


def retag(cloud: Cloud, snapshot_id: str, tags: Mapping[str, str]) -> None:
    cloud.emulator.world.put(replace(cloud.record(snapshot_id), tags=dict(tags)))


async def test_what_another_state_holds_outlives_the_state_that_had_imported_it(cloud: Cloud) -> None:
    theirs = stack(cloud)
    await theirs.up()

    await imported(cloud, held(theirs).id).destroy()

    assert cloud.alive() == [held(theirs).id]
    assert f"keep {held(theirs).id}: another entry of a state holds it" in cloud.notes


async def test_the_history_of_another_state_outlives_the_state_that_had_imported_it(cloud: Cloud) -> None:
    theirs = stack(cloud)
    await theirs.up(triggers=1, keep_last=2)
    first = held(theirs).id
    await theirs.up(triggers=2, keep_last=2)

    await imported(cloud, first).destroy()

    assert cloud.alive() == [first, held(theirs).id]


async def test_a_replacement_of_what_was_imported_leaves_it_to_the_state_that_holds_it(cloud: Cloud) -> None:
    theirs = stack(cloud)
    await theirs.up()
    mine = imported(cloud, held(theirs).id)

    await mine.up(triggers="new")
    await mine.up(triggers="newer")

    assert cloud.alive() == [held(theirs).id, held(mine).id]
    assert ownership_in(cloud.record(held(theirs).id).tags).owner == held(theirs).inputs[OWNER_KEY]


async def test_what_a_retained_copy_was_adopted_as_outlives_the_state_that_had_retained_it(cloud: Cloud) -> None:
    first = stack(cloud)
    await first.up(deletion_policy="retain")
    backup = held(first)
    await first.destroy()
    second = stack(cloud)
    await second.up(min_age="1h", deletion_policy="retain")
    assert held(second).id == backup.id

    first.held = backup  # the state's backup was restored
    await first.destroy()

    assert ownership_in(cloud.record(backup.id).tags).owner == held(second).inputs[OWNER_KEY]


async def test_what_a_state_retained_outlives_a_copy_of_that_state(cloud: Cloud) -> None:
    first = stack(cloud)
    await first.up(deletion_policy="retain")
    copied = replace(held(first), outputs={**held(first).outputs, "deletion_policy": "delete"})
    await first.destroy()
    copy = stack(cloud)
    copy.held = copied

    await copy.destroy()

    assert cloud.alive() == [copied.id]


async def test_what_a_copied_state_let_go_is_the_history_of_the_one_that_did(cloud: Cloud) -> None:
    first = stack(cloud)
    await first.up(keep_last=3)
    copy = stack(cloud)
    copy.held = held(first)
    copy_before = replace(copy)
    await first.up(triggers="new", keep_last=3)

    await copy.destroy()

    assert cloud.alive() == [held(copy_before).id, held(first).id]


async def test_a_rename_that_dies_before_it_is_stored_keeps_what_it_has_let_go(cloud: Cloud) -> None:
    """The engine deletes the old one once more: by then it is the history of the renamed one."""
    old = stack(cloud)
    await old.up(keep_last=3)
    before = held(old)
    old.series, old.urn = OTHER, URN + "renamed"
    await old.replace(triggers="new", keep_last=3)
    assert len(cloud.alive()) == 2
    again = stack(cloud)
    again.held = before

    await again.destroy()

    assert cloud.alive() == [before.id, held(old).id]


@pytest.mark.parametrize("noun", ["SnapshotSet", "SnapshotGroup"])
async def test_members_that_another_state_holds_outlive_their_set_or_group(cloud: Cloud, noun: str) -> None:
    mine = fleet(cloud) if noun == "SnapshotSet" else group(cloud)
    await mine.up()
    member = held(mine).outputs["snapshot_ids"][SYSTEM]
    tags = {**cloud.record(member).tags, OWNERSHIP_TAG: "held:somebody-else"}
    retag(cloud, member, tags)

    if noun == "SnapshotSet":
        await mine.destroy()
    else:
        with pytest.raises(Exception, match=f"snapshot {member} is held by another entry of a state"):
            await mine.destroy()

    assert member in cloud.alive()


async def test_a_group_that_is_not_listed_for_a_moment_loses_no_member(cloud: Cloud) -> None:
    mine = group(cloud)
    await mine.up(triggers=1, keep_last=2)
    alive = cloud.alive()
    regions = mine._process(None)
    records = regions.of(cloud.settings).groups.records
    look, unlisted = records.get, [held(mine).id]

    async def late(record_id: str) -> Any:
        return None if record_id in unlisted and not unlisted.clear() else await look(record_id)

    resource = mine._resource(regions)
    new = await mine._checked(resource, {"triggers": 2, "keep_last": 2})
    await resource.create(new, cloud.operation())
    vars(records)["get"] = late
    await resource.delete(held(mine).id, held(mine).outputs, cloud.operation())

    assert set(alive) <= set(cloud.alive())


async def test_a_token_that_answers_with_what_another_state_holds_marks_nothing(cloud: Cloud) -> None:
    laptop, pipeline = stack(cloud), stack(cloud)
    await laptop.up()
    record = cloud.record(held(laptop).id)
    now = cloud.emulator.now()
    cloud.emulator.world.put(replace(record, listed_from=now + 60))  # ECS does not list it to the other one

    await pipeline.up()

    assert cloud.record(record.id).tags == record.tags
    assert sorted(cloud.alive()) == sorted({record.id, held(pipeline).id})
    assert held(pipeline).id != record.id


async def test_a_retained_resource_beside_one_of_the_same_disk_stays_retained(cloud: Cloud) -> None:
    """One run replaces `before` and no longer declares `nightly`, which says "retain", of the same disk."""
    before, nightly = stack(cloud), stack(cloud, "nightly", series=OTHER)
    await before.up(triggers=1)
    await nightly.up(deletion_policy="retain")
    kept = held(nightly)
    regions = before._process(None)
    await before._up(before._resource(regions), {"triggers": 2})

    await nightly._resource(regions).delete(kept.id, kept.outputs, cloud.operation())
    await before.up(triggers=3)
    await before.up(triggers=4)

    assert kept.id in cloud.alive()


async def test_a_set_that_another_state_holds_is_no_part_of_what_a_dead_run_began(cloud: Cloud) -> None:
    theirs, mine = fleet(cloud), fleet(cloud)
    await theirs.up()
    (taken,) = cloud.alive()
    tags = dict(cloud.record(taken).tags)
    with pytest.raises(ProcessDied):
        await mine.up(Hit("CreateSnapshot", 1, "dies after"))
    (begun,) = set(cloud.alive()) - {taken}
    generation = {key: value for key, value in tags.items() if key.endswith(("generation", "intent"))}
    retag(cloud, begun, {**cloud.record(begun).tags, **generation})  # as where ECS had not listed theirs yet

    await mine.up()

    assert cloud.record(taken).tags == tags
    assert taken not in held(mine).outputs["snapshot_ids"].values()


async def test_a_destroy_leaves_what_another_state_is_creating_in_its_series(cloud: Cloud) -> None:
    mine, theirs = stack(cloud), stack(cloud)
    await mine.up(triggers=1)
    with pytest.raises(ProcessDied):
        await mine.up(Hit("CreateSnapshot", 1, "dies before"), triggers=2)
    with pytest.raises(ProcessDied):
        await theirs.up(Hit("TagResources", 1, "dies before"), triggers=3)
    (begun,) = set(cloud.alive()) - {held(mine).id}
    retag(cloud, begun, {**cloud.record(begun).tags, OWNERSHIP_TAG: "being-created:somebody-else"})

    await mine.destroy()

    assert cloud.alive() == [begun]


async def test_tags_that_somebody_copied_make_nothing_the_history_of_a_state(cloud: Cloud) -> None:
    mine, theirs = stack(cloud), stack(cloud, "theirs", series=OTHER)
    await theirs.up()
    await mine.up(triggers=1, keep_last=2)
    first = held(mine).id
    await mine.up(triggers=2, keep_last=2)
    retag(cloud, held(theirs).id, cloud.record(first).tags)

    await mine.up(triggers=3, keep_last=1)
    await mine.destroy()

    assert held(theirs).id in cloud.alive()


async def test_what_the_run_knows_the_state_to_hold_is_no_history(cloud: Cloud) -> None:
    """A resource of the same stack has imported what the other one let go."""
    mine = stack(cloud)
    await mine.up(triggers=1, keep_last=2)
    first = held(mine)
    await mine.up(triggers=2, keep_last=2)
    regions = mine._process(None)
    noun = stack(cloud, "imported", series=OTHER)._resource(regions)
    props = {name: value for name, value in first.outputs.items() if name != OWNER_KEY} | {"series": OTHER}
    assert not noun.diff(props, props).replaces

    await mine._up(mine._resource(regions), {"triggers": 3})

    assert first.id in cloud.alive()


@pytest.mark.parametrize("lost", [{OWNERSHIP_TAG}, set()], ids=["the tag of its owner", "every tag"])
@pytest.mark.parametrize("refreshed", [False, True], ids=["no refresh", "after a refresh and an update"])
async def test_what_was_imported_from_another_state_stays_although_its_tags_are_gone(
    cloud: Cloud, lost: set[str], refreshed: bool
) -> None:
    """Only the importing state still knows that another one holds it."""
    theirs, mine = stack(cloud), stack(cloud, "mine")
    await theirs.up()
    snapshot_id = held(theirs).id
    await mine.imports(snapshot_id)
    kept = {tag: value for tag, value in cloud.record(snapshot_id).tags.items() if lost and tag not in lost}
    retag(cloud, snapshot_id, kept)
    if refreshed:
        await mine.refresh()
        await mine.up(description="imported")

    await mine.destroy()

    assert cloud.alive() == [snapshot_id]
    assert f"keep {snapshot_id}: another entry of a state held it when this one imported it" in cloud.notes
    await theirs.destroy()
    assert cloud.alive() == []


@pytest.mark.parametrize("noun", [group, fleet], ids=["group", "set"])
async def test_no_member_of_an_import_from_another_state_goes_although_its_tags_are_gone(
    cloud: Cloud, noun: Callable[..., Stack]
) -> None:
    theirs, mine = noun(cloud), noun(cloud, "mine")
    await theirs.up()
    alive = cloud.alive()
    await mine.imports(held(theirs).id)
    for snapshot_id in alive:
        retag(cloud, snapshot_id, {})

    await mine.destroy()

    assert cloud.alive() == alive


async def test_what_replaces_an_import_from_another_state_goes_with_its_own_state(cloud: Cloud) -> None:
    theirs, mine = stack(cloud), stack(cloud, "mine", series=OTHER)
    await theirs.up()
    await mine.imports(held(theirs).id)
    await mine.up(triggers=2)
    retag(cloud, held(theirs).id, {})
    own = held(mine).id
    retag(cloud, own, {})

    await mine.destroy()

    assert cloud.alive() == [held(theirs).id]


async def test_pruning_by_hand_looks_again_before_it_removes(cloud: Cloud) -> None:
    first = stack(cloud)
    for release in (1, 2):
        await first.up(triggers=release, keep_last=2, deletion_policy="retain")
    await first.destroy()
    older, newer = cloud.alive()
    plan = await plan_pruning(cloud.region, SERIES, Rules(1), (), by_name=True)
    assert [each.member.record_id for each in plan.removed] == [older]
    retag(cloud, older, {**cloud.record(older).tags, OWNERSHIP_TAG: "held:somebody-else"})  # while it is asked

    await plan.carry_out(cloud.notes.append)

    assert cloud.alive() == [older, newer]
    assert f"keep {older}: it is somebody else's by now" in cloud.notes


async def test_pruning_by_the_rules_of_a_stack_leaves_the_history_of_others(cloud: Cloud) -> None:
    mine, theirs = stack(cloud), stack(cloud)
    for release in (1, 2, 3):
        await theirs.up(triggers=release, keep_last=3)
    await mine.up(triggers=1)
    alive = cloud.alive()

    plan = await plan_pruning(cloud.region, SERIES, Rules(1), {held(mine).id}, lineages={held(mine).inputs[OWNER_KEY]})

    assert plan.removed == []
    await plan.carry_out(cloud.notes.append)
    assert cloud.alive() == alive


async def test_two_states_that_finish_at_the_same_moment_hold_two_snapshots(cloud: Cloud) -> None:
    """The other one takes it over when this one has seen it complete, but has not yet written that it holds it."""
    laptop, pipeline = stack(cloud), stack(cloud)
    regions = laptop._process(None)
    ledger = regions.of(cloud.settings).ledger
    hand_over = ledger.hand_over
    theirs: list[asyncio.Task[None]] = []

    async def late(*arguments: Any) -> None:
        theirs.append(asyncio.create_task(pipeline.up()))
        while not any("being-created:" in tags for tags in _ownerships(cloud)):
            await cloud.clock.sleep(0.1)
        await hand_over(*arguments)

    vars(ledger)["hand_over"] = late
    await laptop._up(laptop._resource(regions), {})
    await theirs[0]

    assert held(laptop).id != held(pipeline).id
    assert cloud.alive() == [held(laptop).id, held(pipeline).id]


def _ownerships(cloud: Cloud) -> list[str]:
    return [cloud.record(each).tags.get(OWNERSHIP_TAG, "") for each in cloud.alive()]


async def _checked(cloud: Cloud, noun: str, name: str, regions: Any, **arguments: Any) -> Any:
    from alicloud_snapshot_provider.registry import NOUNS  # noqa: PLC0415

    return await NOUNS[noun](regions, cloud.settings, urn=URN + name).check({}, arguments)


async def test_a_rollback_and_a_snapshot_of_one_run_with_the_same_series_fail_with_both_names(cloud: Cloud) -> None:
    regions = cloud.regions.again()
    one = await _checked(cloud, "Snapshot", "first", regions, disk_id=SYSTEM, series="nightly")
    assert one.failures == {}
    other = await _checked(
        cloud, "DiskRollback", "back", regions, disk_id=SYSTEM, snapshot_id="s-good-1", series="nightly"
    )
    assert other.failures["series"].startswith("is 'nightly' for 'first' and 'back' alike")


async def test_a_preview_names_what_another_state_holds_in_a_series_that_the_program_names(cloud: Cloud) -> None:
    theirs = stack(cloud, series="nightly", disk=DATA)
    await theirs.up()

    checked = await _checked(cloud, "Snapshot", "mine", cloud.regions.again(), disk_id=SYSTEM, series="nightly")

    assert checked.failures == {}
    assert any(
        f"series 'nightly' also has {held(theirs).id}, which another state or resource holds" in each
        and "set another series" in each
        for each in checked.notes.warnings
    )
