"""Never delete what somebody holds: each way in which that once happened, on the model of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from cloud import Cloud, open_cloud
from fragile import Hit, ProcessDied
from model_engine import DATA, DERIVED, SYSTEM, URN, Stack, stack
from schedules import QUICK

from alicloud_snapshot_provider.errors import InUse, Permanent, SnapshotError
from alicloud_snapshot_provider.guards.guard import Guard, GuardRules, GuardTarget
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import EARLIER_TAGS, OWNERSHIP_TAG, ownership_in
from alicloud_snapshot_provider.ledger.run import Rules
from alicloud_snapshot_provider.overview.pruning import plan_pruning
from alicloud_snapshot_provider.rollbacks.rollback import Rollback, RollbackSpec


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with open_cloud(QUICK) as cloud:
        yield cloud


def fleet(cloud: Cloud, name: str = "before", *, series: str = DERIVED) -> Stack:
    return Stack(
        cloud, series=series, noun="SnapshotSet", always={"disk_ids": [SYSTEM], "series": series}, urn=URN + name
    )


async def releases(of: Stack, count: int, **arguments: Any) -> list[str]:
    """Take and replace until there were `count`; give the ids."""
    taken = []
    for release in range(count):
        await of.up(triggers=release, **arguments)
        assert of.held is not None
        taken.append(of.held.id)
    return taken


async def strip(cloud: Cloud, ids: Sequence[str], tags: Sequence[str] = ()) -> None:
    """Take tags away, all by default, as a clean-up job does."""
    for each in ids:
        await cloud.region.client.untag("snapshot", [each], list(tags or cloud.record(each).tags))


async def test_a_new_resource_that_derives_the_series_of_a_renamed_one_takes_nothing_of_it(cloud: Cloud) -> None:
    renamed = stack(cloud, "system-before")
    await renamed.up()
    new = stack(cloud, "before", disk=DATA)
    await new.up()

    await new.destroy()

    assert renamed.held is not None
    assert cloud.alive() == [renamed.held.id]


async def test_two_states_of_the_same_names_leave_each_other_alone(cloud: Cloud) -> None:
    laptop, pipeline = stack(cloud), stack(cloud)
    await releases(laptop, 3, keep_last=3)
    theirs = await releases(pipeline, 3, keep_last=3)
    await laptop.up(triggers="later", keep_last=1)

    await laptop.destroy()

    assert cloud.alive() == theirs


async def test_two_states_with_sets_of_the_same_names_leave_each_other_alone(cloud: Cloud) -> None:
    laptop, pipeline = fleet(cloud), fleet(cloud)
    await laptop.up()
    (mine,) = cloud.alive()
    await releases(pipeline, 2, keep_last=2)
    theirs = [each for each in cloud.alive() if each != mine]
    for each in (laptop, pipeline):
        await each.refresh()
    assert laptop.held is not None
    assert laptop.held.outputs["snapshot_ids"] == {SYSTEM: mine}

    await releases(laptop, 2)
    await laptop.destroy()

    assert cloud.alive() == theirs


async def test_a_set_whose_tags_were_taken_away_stays_in_the_state(cloud: Cloud) -> None:
    resource = fleet(cloud)
    await resource.up()
    (taken,) = cloud.alive()
    before = dict(cloud.record(taken).tags)
    await strip(cloud, [taken])

    await resource.refresh()
    await resource.up()

    assert cloud.alive() == [taken]
    assert cloud.record(taken).tags == before


async def test_the_history_of_a_set_that_is_renamed_twice_is_one_of_whole_generations(cloud: Cloud) -> None:
    resource = fleet(cloud)
    for number in range(3):
        resource.series, resource.urn = f"project/prod/name{number}#9876543210", f"{URN}name{number}"
        resource.always = {"disk_ids": [SYSTEM], "series": resource.series}
        await resource.replace(triggers=number, keep_last=2)

    assert len(cloud.alive()) == 2
    await resource.destroy()
    assert cloud.alive() == []


async def test_two_states_that_begin_at_the_same_moment_do_not_end_with_one_snapshot(cloud: Cloud) -> None:
    laptop, pipeline = stack(cloud), stack(cloud)
    await laptop.up(triggers=1)
    crashed = stack(cloud)
    with pytest.raises(ProcessDied):
        await crashed.up(Hit("TagResources", 1, "dies before"), triggers=2)
    crashed.creating.clear()
    await pipeline.up(triggers=2)

    held = [each.held.id for each in (laptop, pipeline) if each.held]
    assert sorted(cloud.alive()) == sorted(set(held))


async def test_one_explicit_series_on_two_disks_of_two_stacks_is_two_histories(cloud: Cloud) -> None:
    system = stack(cloud, "a", series="nightly")
    data = stack(cloud, "b", series="nightly", disk=DATA)
    kept = await releases(system, 2, keep_last=2)
    await releases(data, 3)
    assert data.held is not None

    assert sorted(cloud.alive()) == sorted([*kept, data.held.id])
    await data.destroy()
    assert cloud.alive() == kept


async def test_a_rollback_in_the_series_of_a_declared_snapshot_prunes_nothing_of_it(cloud: Cloud) -> None:
    declared = stack(cloud, series="nightly")
    await declared.up()
    assert declared.held is not None
    act = RollbackSpec(disk_id=SYSTEM, snapshot_id=declared.held.id, series="nightly", keep_last=1, stop_instance=True)

    await Rollback(cloud.restarted().region, act).run()

    assert declared.held.id in cloud.alive()


async def test_two_resources_of_one_run_with_the_same_series_fail_with_both_names(cloud: Cloud) -> None:
    regions = cloud.regions.again()
    first = cloud.snapshots.__class__(regions, cloud.settings, urn=URN + "first")
    second = cloud.snapshots.__class__(regions, cloud.settings, urn=URN + "second")
    news = {"disk_id": SYSTEM, "series": "nightly"}

    assert (await first.check({}, news)).failures == {}
    assert (await first.check({}, news)).failures == {}
    assert (await second.check({}, news | {"disk_id": DATA})).failures == {
        "series": "is 'nightly' for 'first' and 'second' alike, and each needs a history of its own: rename one of them"
    }


async def test_what_was_retained_is_nobody_s_history(cloud: Cloud) -> None:
    first = stack(cloud)
    retained = await releases(first, 2, keep_last=2, deletion_policy="retain")
    await first.destroy()
    second = stack(cloud)
    await releases(second, 3)

    await second.destroy()

    assert cloud.alive() == retained
    kept = await plan_pruning(cloud.region, DERIVED, Rules(1), ())
    assert kept.removed == []
    by_name = await plan_pruning(cloud.region, DERIVED, Rules(1), (), by_name=True)
    assert [each.member.record_id for each in by_name.removed] == retained[:1]


async def test_the_rules_of_the_newest_declaration_decide_over_the_old_half(cloud: Cloud) -> None:
    resource = stack(cloud)
    taken = await releases(resource, 1)

    await resource.up(triggers="new", keep_last=5)
    assert taken[0] in cloud.alive()
    await resource.up(triggers="newer", keep_last=5)
    assert len(cloud.alive()) == 3


async def test_the_rules_of_the_newest_declaration_decide_after_a_crash_too(cloud: Cloud) -> None:
    resource = stack(cloud)
    taken = await releases(resource, 2)
    assert taken[:1] != cloud.alive()
    with pytest.raises(ProcessDied):
        await resource.up(Hit("DescribeSnapshots", 3, "dies before"), triggers="new", keep_last=5)
    await resource.up(triggers="new", keep_last=5)

    assert taken[-1] in cloud.alive()


async def test_a_destroy_after_a_crash_between_create_and_delete_retains_what_is_retained_now(cloud: Cloud) -> None:
    resource = stack(cloud)
    await resource.up(triggers="old")
    old = resource.held
    await resource.up(triggers="new", deletion_policy="retain", keep_last=2)
    assert old is not None
    resource.replaced.append(old)  # the run died before the engine had deleted it

    await resource.destroy()

    assert len(cloud.alive()) == 2


async def test_a_new_snapshot_whose_tags_are_gone_costs_no_history(cloud: Cloud) -> None:
    resource = stack(cloud)
    taken = await releases(resource, 3, keep_last=5)
    regions = cloud.regions.again()
    noun = cloud.snapshots.__class__(regions, cloud.settings, urn=resource.urn)
    inputs = (await noun.check({}, {"disk_id": SYSTEM, "series": DERIVED, "triggers": "new", "keep_last": 5})).inputs
    new = await noun.create(inputs, cloud.operation())
    await strip(cloud, [new["snapshot_id"]])
    assert resource.held is not None

    await noun.delete(resource.held.id, resource.held.outputs, cloud.operation())

    assert cloud.alive() == [*taken, new["snapshot_id"]]


async def test_a_destroy_that_an_image_refuses_deletes_nothing(cloud: Cloud) -> None:
    resource = stack(cloud)
    taken = await releases(resource, 3, keep_last=3)
    for held in (taken[0], taken[2]):
        image = cloud.image_of(held)
        with pytest.raises(InUse, match=image):
            await resource.destroy()
        assert cloud.alive() == taken
        cloud.remove_image(image)
        await cloud.clock.sleep(120)
    await resource.destroy()
    assert cloud.alive() == []


async def test_what_was_kept_when_its_resource_was_removed_outlives_the_next_one(cloud: Cloud) -> None:
    resource = stack(cloud)
    kept = await releases(resource, 1)
    resource.held = None  # retain_on_delete, or `pulumi state delete`
    await releases(resource, 3)

    await resource.destroy()

    assert cloud.alive() == kept


async def test_a_forced_replacement_after_the_tags_were_taken_away_holds_a_snapshot_that_exists(cloud: Cloud) -> None:
    resource = stack(cloud)
    (old,) = await releases(resource, 1)
    await strip(cloud, [old])

    await resource.replace(triggers=0)

    assert resource.held is not None
    assert resource.held.id != old
    assert cloud.alive() == [resource.held.id]


@pytest.mark.parametrize("lost", ["all", "the ledger's", "the ownership"])
async def test_a_guard_counts_nothing_as_fresh_that_was_cut_before_it_began(cloud: Cloud, lost: str) -> None:
    resource = stack(cloud, series="project/dev/web:d-demo-system#0123456789")
    await resource.guard()
    (first,) = cloud.alive()
    tags = {"all": (), "the ledger's": [tag for tag in cloud.record(first).tags if tag.startswith("alicloud-")]}
    await strip(cloud, [first], tags.get(lost, [OWNERSHIP_TAG]))
    await cloud.clock.sleep(600)

    await resource.guard()

    assert len(cloud.alive()) == 2


async def test_the_history_of_a_disk_outlives_the_disk(cloud: Cloud) -> None:
    resource = stack(cloud)
    taken = await releases(resource, 3, keep_last=3)
    resource.disk = DATA

    await resource.replace_deleted_first(triggers=3, keep_last=3)

    assert resource.held is not None
    assert cloud.alive() == [*taken, resource.held.id]


async def test_the_only_snapshot_of_a_disk_outlives_the_change_to_another_disk(cloud: Cloud) -> None:
    resource = stack(cloud)
    (old,) = await releases(resource, 1)
    resource.disk = DATA
    await releases(resource, 3)

    assert resource.held is not None
    assert cloud.alive() == [old, resource.held.id]
    await resource.destroy()
    assert cloud.alive() == []


async def test_the_last_snapshot_of_a_disk_that_is_gone_outlives_its_resource(cloud: Cloud) -> None:
    resource = stack(cloud, disk="d-demo-data")
    taken = await releases(resource, 2, keep_last=2)
    cloud.emulator.world.remove(cloud.emulator.world.disks.get("d-demo-data"))

    await resource.destroy()

    assert cloud.alive() == taken[1:]
    assert f"keep {taken[1]}: its disk does not exist any more, and it is the last snapshot of it" in cloud.notes


@pytest.mark.parametrize("forced", [False, True], ids=["by its triggers", "by --replace"])
async def test_the_history_follows_a_resource_that_is_renamed(cloud: Cloud, forced: bool) -> None:
    resource = stack(cloud)
    taken = await releases(resource, 5, keep_last=4)
    resource.series, resource.urn = "project/prod/renamed#9876543210", URN + "renamed"

    await (resource.replace if forced else resource.up)(triggers="new", keep_last=4)

    assert resource.held is not None
    assert cloud.alive() == [*taken[-3:], resource.held.id]
    await releases(resource, 2, keep_last=2)
    assert len(cloud.alive()) == 2
    await resource.destroy()
    assert cloud.alive() == []


async def test_the_only_good_one_stays_where_the_new_one_failed(cloud: Cloud) -> None:
    old, new = stack(cloud, "a"), stack(cloud, "b", series="project/dev/b#9876543210")
    await old.up()
    regions = old._process(None)
    renamed = new._resource(regions)
    cloud.emulator.add_faults(
        {"action": "CreateSnapshot", "code": "CreateSnapshot.Failed", "status": 400, "times": None}
    )
    with pytest.raises(SnapshotError):
        await renamed.create(
            (await renamed.check({}, {"disk_id": SYSTEM, "series": new.series})).inputs, cloud.operation()
        )
    assert old.held is not None

    with pytest.raises(Permanent, match="this run could not take a new snapshot of disk d-demo-system"):
        await old._resource(regions).delete(old.held.id, old.held.outputs, cloud.operation())

    assert cloud.alive() == [old.held.id]


async def test_a_provider_whose_engine_is_gone_hands_nothing_over(cloud: Cloud) -> None:
    resource = stack(cloud)
    regions = resource._process(None)

    async def gone() -> bool:
        return False

    regions.run.engine_answers = gone
    noun = resource._resource(regions)
    inputs = (await noun.check({}, {"disk_id": SYSTEM, "series": DERIVED})).inputs
    with pytest.raises(SnapshotError, match="the engine of this run does not answer any more"):
        await noun.create(inputs, cloud.operation())
    (begun,) = cloud.alive()
    assert ownership_in(cloud.record(begun).tags).being_created

    await resource.up()
    assert cloud.alive() == [begun]


async def test_what_was_handed_over_to_a_state_that_was_never_stored_is_adopted(cloud: Cloud) -> None:
    resource = stack(cloud)
    with pytest.raises(ProcessDied):
        await resource.up(Hit("TagResources", 1, "dies after"))
    (lost,) = cloud.alive()

    await resource.up()

    assert resource.held is not None
    assert cloud.alive() == [resource.held.id] == [lost]


async def test_what_another_state_may_hold_is_not_adopted(cloud: Cloud) -> None:
    theirs = stack(cloud)
    await theirs.up()
    mine = stack(cloud)
    with pytest.raises(ProcessDied):
        await mine.up(Hit("CreateSnapshot", 1, "dies before"))

    await mine.up()

    assert mine.held is not None
    assert theirs.held is not None
    assert sorted(cloud.alive()) == sorted({mine.held.id, theirs.held.id})


async def test_a_guard_of_a_long_name_gives_each_disk_a_series_of_its_own() -> None:
    from alicloud_snapshot_provider.nouns.series import LONGEST, derived_series  # noqa: PLC0415

    urn = "urn:pulumi:dev::project::alicloud:ecs/instance:Instance::" + "web" * 60
    names = [f"{'web' * 60}:d-bp{number:020}" for number in range(2)]
    series = [derived_series(name, urn, project="project", stack="dev") for name in names]

    assert series[0] != series[1]
    assert all(len(each) <= LONGEST for each in series)
    assert all(f":d-bp{number:020}#" in each for number, each in enumerate(series))


async def test_the_history_of_the_first_release_counts_as_held(cloud: Cloud) -> None:
    resource = stack(cloud)
    taken = await releases(resource, 3, keep_last=3)
    await strip(cloud, taken, [OWNERSHIP_TAG, *EARLIER_TAGS])
    assert resource.held is not None
    del resource.held.inputs["__owner"], resource.held.outputs["__owner"]  # type: ignore[attr-defined]

    await resource.up(triggers=2, keep_last=3)
    assert resource.held.id == taken[-1]
    await resource.up(triggers="new")
    assert cloud.alive() == [*taken[:2], resource.held.id]
    await resource.destroy()
    assert cloud.alive() == taken[:2]


async def test_tags_that_were_taken_away_are_told_and_put_back(cloud: Cloud) -> None:
    resource = stack(cloud)
    (taken,) = await releases(resource, 1, keep_last=2)
    before = dict(cloud.record(taken).tags)
    await strip(cloud, [taken])

    await resource.refresh()
    assert any("in its series were taken away outside Pulumi" in note for note in cloud.notes)
    await resource.up(triggers=0, keep_last=2)

    assert cloud.record(taken).tags == before
    made = len(cloud.mutations())
    await resource.refresh()
    await resource.up(triggers=0, keep_last=2)
    assert len(cloud.mutations()) == made


async def test_two_guards_of_one_series_prune_only_what_guards_took(cloud: Cloud) -> None:
    declared = stack(cloud, series="shared")
    await declared.up()
    guard = Guard(cloud.restarted().region, GuardRules(keep_last=1))
    for _ in range(2):
        await guard.protect(
            GuardTarget("the update of web", lambda _disk: "shared", disk_ids=[SYSTEM]),
            progress=lambda _info: None,
            tell=cloud.notes.append,
        )

    assert declared.held is not None
    assert len(cloud.alive()) == 2
    assert declared.held.id in cloud.alive()


@pytest.mark.parametrize("replaced", [False, True], ids=["destroyed", "replaced"])
async def test_an_import_of_what_another_state_holds_never_deletes_it(cloud: Cloud, replaced: bool) -> None:
    theirs = stack(cloud)
    (held,) = await releases(theirs, 1)
    mine = stack(cloud, series="project/other/before#9876543210")
    await mine.adopt(held)

    if replaced:
        await mine.up(triggers="new")
    await mine.destroy()

    assert cloud.alive() == [held]
    assert f"keep {held}: another entry of a state held it when this one imported it" in cloud.notes
    await theirs.up(triggers=0)
    await theirs.destroy()
    assert cloud.alive() == []


async def test_an_imported_snapshot_of_a_guard_or_of_a_history_is_pruned_by_nobody_else(cloud: Cloud) -> None:
    theirs = stack(cloud)
    old, _ = await releases(theirs, 2, keep_last=2)
    guarded = stack(cloud, series="project/dev/web:d-demo-system#0123456789")
    await guarded.guard(keep_last=1)
    (of_guard,) = set(cloud.alive()) - {old, theirs.held.id if theirs.held else ""}
    mine = [stack(cloud, name, series=f"project/other/{name}#9876543210") for name in ("a", "b")]
    for each, found in zip(mine, (old, of_guard), strict=True):
        await each.adopt(found)

    await theirs.up(triggers="new")
    await guarded.guard(keep_last=1)
    await theirs.destroy()

    assert {old, of_guard} <= set(cloud.alive())
    for each in mine:
        made = len(cloud.mutations())
        await each.up()
        assert len(cloud.mutations()) == made
        await each.destroy()
    assert not {old, of_guard} & set(cloud.alive())


async def test_a_tag_that_says_that_nobody_holds_what_a_state_holds_is_told_and_put_right(cloud: Cloud) -> None:
    resource = stack(cloud)
    (taken,) = await releases(resource, 1)
    before = dict(cloud.record(taken).tags)
    await cloud.region.client.tag("snapshot", [taken], {OWNERSHIP_TAG: "guard"})

    await resource.refresh()
    assert f"the tags of {taken} say guard, but this stack holds it: the next `pulumi up` puts them back" in cloud.notes
    await resource.up(triggers=0)

    assert cloud.record(taken).tags == before


async def test_what_moves_without_an_alias_hands_its_history_to_what_has_its_name(cloud: Cloud) -> None:
    names, run = ("a", "b"), cloud.regions.again()
    old = {name: stack(cloud, name, series=f"project/dev/{name}#0123456789") for name in names}
    taken = {name: await releases(each, 2, keep_last=3) for name, each in old.items()}
    new = {}
    for name in names:
        urn = f"urn:pulumi:dev::project::demo:index:Tier$alicloud-snapshot:index:Snapshot::{name}"
        noun = cloud.snapshots.__class__(run, cloud.settings, urn=urn)
        news = {"disk_id": SYSTEM, "series": f"project/dev/{name}#9876543210", "keep_last": 3}
        new[name] = await noun.create((await noun.check({}, news)).inputs, cloud.operation())
    for each in reversed(old.values()):
        assert each.held is not None
        await each._resource(run).delete(each.held.id, each.held.outputs, cloud.operation())

    assert len(cloud.alive()) == 6
    for name in names:
        assert {cloud.record(each).tags[SERIES_TAG] for each in taken[name]} == {f"project/dev/{name}#9876543210"}
