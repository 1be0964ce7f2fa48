"""What no intent claims is listed, told apart, and says how to adopt or delete it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cloud import Cloud, open_cloud
from fragile import Hit, ProcessDied, bereaved
from model_engine import Stack
from typer.testing import CliRunner

from alicloud_snapshot_provider.cli.app import app
from alicloud_snapshot_provider.cli.stack_state import read_state
from alicloud_snapshot_provider.ecs.models import SnapshotGroupRequest, SnapshotInfo
from alicloud_snapshot_provider.errors import InvalidInput, SnapshotFailed
from alicloud_snapshot_provider.groups.resource import SnapshotGroupResource
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SERIES_TAG
from alicloud_snapshot_provider.ledger.keep import Keep
from alicloud_snapshot_provider.ledger.ownership import BEING_CREATED, OWNERSHIP_TAG
from alicloud_snapshot_provider.ledger.ownership import EARLIER_BEING_CREATED_TAG as BEING_CREATED_TAG
from alicloud_snapshot_provider.ledger.ownership import EARLIER_RELEASED_TAG as RELEASED_TAG
from alicloud_snapshot_provider.ledger.run import Rules
from alicloud_snapshot_provider.overview.orphans import Claims, Kind, find_orphans, judge
from alicloud_snapshot_provider.snapshots.estimate import Price
from ecs_emulator import Emulator, ManualClock, running_emulator

SCOPE = "project/stack"
SERIES = f"{SCOPE}/web#0123456789"
GUARDED = f"{SCOPE}/server:d-1#0123456789"
AFTER_HAND_OVER = Hit("TagResources", 1, "dies after")


def _member(
    generation: int, *tags: str, series: str = SERIES, status: str = "accomplished", cut: str = ""
) -> SnapshotInfo:
    recorded = {SERIES_TAG: series, GENERATION_TAG: str(generation), **dict.fromkeys(tags, "true")}
    return SnapshotInfo(f"s-{generation}", status=status, creation_time=cut, tags=recorded)


def _of_disk(name: str, disk_id: str, day: int) -> SnapshotInfo:
    """A member of a set: its generations count for each disk, and the set's snapshots are cut one after the other."""
    recorded = {SERIES_TAG: SERIES, GENERATION_TAG: str(day)}
    cut = f"2026-01-{day:02}T12:00:00Z"
    return SnapshotInfo(name, status="accomplished", creation_time=cut, source_disk_id=disk_id, tags=recorded)


def _claims(*names: str, **keep_last: int) -> Claims:
    held = {snapshot_id.replace("_", "-"): Rules(kept) for snapshot_id, kept in keep_last.items()}
    return Claims(held, frozenset({SCOPE}), frozenset(names))


@pytest.mark.parametrize(
    ("members", "claims", "kinds"),
    [
        pytest.param([_member(1)], _claims(s_1=1), {}, id="what the state holds is claimed"),
        pytest.param([_member(1)], _claims(), {"s-1": Kind.UNCLAIMED}, id="what no state holds is unclaimed"),
        pytest.param([_member(1)], None, {}, id="without a state the complete ones count as claimed"),
        pytest.param(
            [_member(1, BEING_CREATED_TAG, status="progressing")],
            None,
            {"s-1": Kind.ABANDONED},
            id="what nobody handed over is abandoned",
        ),
        pytest.param(
            [_member(1, BEING_CREATED_TAG, status="failed")], None, {"s-1": Kind.FAILED}, id="what failed is no loss"
        ),
        pytest.param([_member(1, RELEASED_TAG)], None, {"s-1": Kind.RELEASED}, id="what was retained is released"),
        pytest.param(
            [_member(1), _member(2)], _claims(s_2=1), {"s-1": Kind.SURPLUS}, id="history beyond keep_last is surplus"
        ),
        pytest.param(
            [
                _of_disk("s-1", "d-1", 1),
                _of_disk("s-2", "d-1", 2),
                _of_disk("s-3", "d-2", 3),
                _of_disk("s-4", "d-2", 4),
            ],
            _claims(s_2=2, s_4=2),
            {},
            id="a set keeps the history of each disk",
        ),
        pytest.param(
            [_of_disk("s-1", "d-1", 1), _of_disk("s-2", "d-1", 2), _of_disk("s-3", "d-2", 3)],
            _claims(s_2=1, s_3=1),
            {"s-1": Kind.SURPLUS},
            id="beyond keep_last of its own disk a set's snapshot is surplus",
        ),
        pytest.param(
            [_of_disk("s-1", "d-1", 1), _of_disk("s-2", "d-2", 2)],
            _claims(s_2=1),
            {},
            id="the last snapshot of a disk that left the set stays",
        ),
        pytest.param([_member(1), _member(2)], _claims(s_2=2), {}, id="history within keep_last is claimed"),
        pytest.param(
            [_member(1), _member(2)], _claims(s_1=1), {"s-2": Kind.UNCLAIMED}, id="newer than the state is unclaimed"
        ),
        pytest.param(
            [_member(4, cut="2026-01-01T00:00:00Z"), _member(1, cut="2026-01-02T00:00:00Z")],
            _claims(s_1=2),
            {},
            id="what was cut before is history, also where a renamed resource counts its generations anew",
        ),
        pytest.param(
            [_member(1, BEING_CREATED_TAG)], _claims(s_1=1), {}, id="the state outweighs a tag that was left behind"
        ),
        pytest.param(
            [_member(1, series="project/other/web#0123456789")], _claims(), {}, id="other stacks have other states"
        ),
        pytest.param(
            [_member(1, series="backups"), _member(2, series="backups")],
            _claims(s_2=1),
            {"s-1": Kind.SURPLUS},
            id="a series with a name of its own is known by what the state holds of it",
        ),
        pytest.param([_member(1, series=GUARDED)], _claims("server"), {}, id="a guard's history needs no state"),
        pytest.param(
            [_member(1, series=GUARDED)],
            _claims(),
            {"s-1": Kind.UNCLAIMED},
            id="a guard's history is unclaimed once the guarded resource is gone",
        ),
    ],
)
def test_what_no_intent_claims_is_told_apart(
    members: list[SnapshotInfo], claims: Claims | None, kinds: dict[str, Kind]
) -> None:
    assert {member.snapshot_id: kind for member, kind in judge(members, claims)} == kinds


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with bereaved(), open_cloud() as cloud:
        yield cloud


async def test_a_death_right_after_the_hand_over_leaves_nothing_that_the_next_run_does_not_adopt(cloud: Cloud) -> None:
    stack = await _died_and_repeated(cloud)
    assert stack.held is not None
    assert cloud.alive() == [stack.held.id]
    assert await _orphans(cloud, stack) == {}

    await stack.destroy()
    assert cloud.alive() == []


async def test_what_a_killed_run_returned_and_the_next_run_does_not_want_is_shown(cloud: Cloud) -> None:
    stack = Stack(cloud)
    with pytest.raises(ProcessDied):
        await stack.up(AFTER_HAND_OVER, triggers="1")
    (returned,) = cloud.alive()
    await stack.up(triggers="2")
    assert await _orphans(cloud, stack) == {returned: Kind.SURPLUS}

    await stack.destroy()
    assert cloud.alive() == [returned]
    (orphan,) = await find_orphans(cloud.region, _claims(), Price(1.0))
    assert (orphan.record.record_id, orphan.kind) == (returned, Kind.UNCLAIMED)


async def test_an_unclaimed_snapshot_that_is_tagged_as_unfinished_is_adopted(cloud: Cloud) -> None:
    stack = Stack(cloud)
    with pytest.raises(ProcessDied):
        await stack.up(AFTER_HAND_OVER, triggers="1")
    (snapshot_id,) = cloud.alive()
    (orphan,) = await find_orphans(cloud.region, _claims(), Price(1.0))
    assert orphan.kind is Kind.UNCLAIMED
    assert orphan.adopt == (
        "aliyun ecs TagResources --region cn-hangzhou --ResourceType snapshot "
        f"--ResourceId.1 {snapshot_id} --Tag.1.Key {OWNERSHIP_TAG} --Tag.1.Value being-created && pulumi up"
    )

    await cloud.region.client.tag("snapshot", [snapshot_id], BEING_CREATED.tags)
    await stack.up(triggers="1")
    assert stack.held is not None
    assert stack.held.id == snapshot_id
    assert cloud.alive() == [snapshot_id]


async def test_an_orphan_has_its_age_size_and_cost(cloud: Cloud) -> None:
    stack = Stack(cloud)
    with pytest.raises(ProcessDied):
        await stack.up(AFTER_HAND_OVER)
    cloud.clock.advance(86_400)

    (orphan,) = await find_orphans(cloud.region, _claims(), price=Price(0.5))
    assert orphan.age == pytest.approx(86_400, abs=60)
    assert orphan.gib == 12
    assert orphan.monthly_cost == 6
    assert orphan.delete == f"aliyun ecs DeleteSnapshot --region cn-hangzhou --SnapshotId {cloud.alive()[0]}"


async def test_a_failed_orphan_costs_nothing_and_goes_with_the_next_creation(cloud: Cloud) -> None:
    stack = Stack(cloud)
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot"})
    with pytest.raises(SnapshotFailed):
        await stack.up()
    (orphan,) = await find_orphans(cloud.region, _claims(), price=Price(0.5))
    assert (orphan.kind, orphan.monthly_cost, orphan.adopt) == (Kind.FAILED, 0, "")

    await stack.up()
    assert stack.held is not None
    assert cloud.alive() == [stack.held.id]


GROUP_SERIES = f"{SCOPE}/volume#0123456789"


async def _group_inputs(cloud: Cloud) -> dict[str, Any]:
    declared = {"disk_ids": ["d-demo-data", "d-demo-system"], "series": GROUP_SERIES}
    return (await _group_noun(cloud).check({}, declared)).inputs


def _group_noun(cloud: Cloud) -> SnapshotGroupResource:
    return SnapshotGroupResource(cloud.regions, cloud.settings)


async def test_a_group_that_a_run_left_behind_is_listed_with_its_members_and_adopted(cloud: Cloud) -> None:
    await cloud.killed(_group_noun(cloud).create(await _group_inputs(cloud), cloud.operation()))
    (group,) = cloud.emulator.world.snapshot_groups

    (orphan,) = await find_orphans(cloud.region, _claims(), price=Price(0.5))
    assert (orphan.record.record_id, orphan.kind, orphan.adopt) == (group.id, Kind.ABANDONED, "pulumi up")
    assert sorted(each.snapshot_id for each in orphan.snapshots) == sorted(cloud.alive())
    assert orphan.delete == f"aliyun ecs DeleteSnapshotGroup --region cn-hangzhou --SnapshotGroupId {group.id}"

    noun = _group_noun(cloud.restarted())
    made = await noun.create(await _group_inputs(cloud), cloud.operation())
    assert made["snapshot_group_id"] == group.id
    assert await find_orphans(cloud.region, _claims(**{group.id.replace("-", "_"): 1}), Price(0.5)) == []


async def test_a_group_that_no_state_holds_is_adopted_by_its_tag_or_deleted_with_its_members(cloud: Cloud) -> None:
    made = await _group_noun(cloud).create(await _group_inputs(cloud), cloud.operation())
    group_id = made["snapshot_group_id"]

    (orphan,) = await find_orphans(cloud.region, _claims(), price=Price(0.5))
    assert (orphan.kind, orphan.gib, orphan.monthly_cost) == (Kind.UNCLAIMED, 42, 21)
    assert orphan.adopt == (
        "aliyun ecs TagResources --region cn-hangzhou --ResourceType snapshotgroup "
        f"--ResourceId.1 {group_id} --Tag.1.Key {OWNERSHIP_TAG} --Tag.1.Value being-created && pulumi up"
    )

    await cloud.region.client.tag("snapshotgroup", [group_id], BEING_CREATED.tags)
    again = await _group_noun(cloud).create(await _group_inputs(cloud), cloud.operation())
    assert again["snapshot_group_id"] == group_id


async def test_groups_and_their_members_of_others_are_no_orphans(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"snapshots": [{"id": "s-other", "disk_id": "d-demo-data"}]})
    request = SnapshotGroupRequest(
        instance_id="i-demo",
        disk_ids=(),
        exclude_disk_ids=(),
        client_token="theirs",
        name=None,
        description=None,
        resource_group_id=None,
        tags={"team": "db"},
    )
    await cloud.region.client.create_snapshot_group(request)

    assert await find_orphans(cloud.region, _claims(), Price(1.0)) == []


async def _died_and_repeated(cloud: Cloud) -> Stack:
    stack = Stack(cloud)
    with pytest.raises(ProcessDied):
        await stack.up(AFTER_HAND_OVER, triggers="1")
    await stack.up(triggers="1")
    return stack


async def _orphans(cloud: Cloud, stack: Stack) -> dict[str, Kind]:
    assert stack.held is not None
    claims = Claims({stack.held.id: Rules()}, frozenset({SCOPE}))
    return {orphan.record.record_id: orphan.kind for orphan in await find_orphans(cloud.region, claims, Price(1.0))}


EXPORTED = {
    "deployment": {
        "resources": [
            {"urn": "urn:pulumi:stack::project::pulumi:pulumi:Stack::project-stack", "type": "pulumi:pulumi:Stack"},
            {
                "urn": "urn:pulumi:stack::project::pulumi-python:dynamic/alicloud-snapshot:Snapshot::web",
                "type": "pulumi-python:dynamic/alicloud-snapshot:Snapshot",
                "id": "s-1",
                "outputs": {"keep_last": 3.0, "region": "cn-beijing"},
            },
            {
                "urn": "urn:pulumi:stack::project::alicloud-snapshot:index:Snapshot::db",
                "type": "alicloud-snapshot:index:Snapshot",
                "id": "s-2",
                "outputs": {"region": "cn-hangzhou"},
            },
            {
                "urn": "urn:pulumi:stack::project::pulumi-python:dynamic/alicloud-snapshot:SnapshotSet::all",
                "type": "pulumi-python:dynamic/alicloud-snapshot:SnapshotSet",
                "id": "project/stack/all#0123456789:1",
                "outputs": {"keep_last": 2.0, "snapshot_ids": {"d-1": "s-3", "d-2": "s-4"}},
            },
        ]
    }
}


def test_a_state_names_its_snapshots_of_both_kinds_of_provider() -> None:
    state = read_state(EXPORTED)
    own = {"s-1": 3, "s-2": 1}
    assert {each: rules.keep_last for each, rules in state.claims.held.items()} == {
        **own,
        "project/stack/all#0123456789:1": 2,
        "s-3": 2,
        "s-4": 2,
    }
    assert state.claims.scopes == {SCOPE}
    assert state.claims.names == {"project-stack", "web", "db", "all"}
    assert state.regions == {"cn-beijing", "cn-hangzhou"}


@pytest.mark.parametrize("exported", [None, [], {}, {"deployment": None}, {"deployment": []}])
def test_what_is_no_exported_state_is_refused(exported: Any) -> None:
    with pytest.raises(InvalidInput, match="there is no deployment in the state"):
        read_state(exported)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """An emulated account, and an environment that leads to it, outside of any stack."""
    monkeypatch.chdir(tmp_path)
    with running_emulator(None, ManualClock()) as emulator:
        monkeypatch.setenv("ALICLOUD_REGION", "cn-hangzhou")
        monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "emulator-key-id")
        monkeypatch.setenv("ALICLOUD_SECRET_KEY", "emulator-key-secret")
        monkeypatch.setenv("ECS_ENDPOINT", emulator.url)
        yield emulator


def _keep(emulator: Emulator, *tags: str) -> None:
    recorded = {SERIES_TAG: SERIES, GENERATION_TAG: "1", **dict.fromkeys(tags, "true")}
    emulator.add_seed({"snapshots": [{"id": "s-kept", "disk_id": "d-demo-system", "tags": recorded}]})


def test_the_command_ends_with_zero_where_there_are_no_orphans(account: Emulator) -> None:
    answer = CliRunner().invoke(app, ["orphans"])
    assert answer.exit_code == 0
    assert "no orphans in cn-hangzhou" in answer.stdout
    assert "so only the tags count" in answer.stderr


def test_the_command_ends_with_three_and_a_table_of_orphans(account: Emulator, tmp_path: Path) -> None:
    _keep(account)
    (tmp_path / "state.json").write_text(json.dumps(EXPORTED))
    answer = CliRunner().invoke(app, ["orphans", "--state", "state.json", "--region", "cn-hangzhou"])

    assert answer.exit_code == 3, answer.output
    heading, row, *advice = answer.stdout.splitlines()
    assert heading.split() == ["SNAPSHOT", "KIND", "AGE", "GIB", "COST/MONTH", "GENERATION", "SERIES"]
    assert row.split()[:2] == ["s-kept", "unclaimed"]
    assert "  delete: aliyun ecs DeleteSnapshot --region cn-hangzhou --SnapshotId s-kept" in advice
    assert answer.stderr == ""


def test_the_command_tells_a_group_with_its_members(account: Emulator, tmp_path: Path) -> None:
    recorded = {SERIES_TAG: GROUP_SERIES, GENERATION_TAG: "1", RELEASED_TAG: "true"}
    members = [{"id": f"s-{name}", "disk_id": f"d-demo-{name}", "group_id": "ssg-kept"} for name in ("data", "system")]
    account.add_seed({"snapshot_groups": [{"id": "ssg-kept", "tags": recorded}], "snapshots": members})
    (tmp_path / "state.json").write_text(json.dumps(EXPORTED))

    answer = CliRunner().invoke(app, ["orphans"])
    assert answer.exit_code == 3, answer.output
    assert answer.stdout.splitlines()[1].split()[:2] == ["ssg-kept", "released"]
    assert (
        "ssg-kept (group of s-data, s-system): it was left on purpose when its resource was destroyed" in answer.stdout
    )
    assert "delete: aliyun ecs DeleteSnapshotGroup --region cn-hangzhou --SnapshotGroupId ssg-kept" in answer.stdout

    (record,) = json.loads(CliRunner().invoke(app, ["orphans", "--output", "json"]).stdout)
    assert (record["snapshot_id"], record["snapshot_group_id"], record["disk_id"]) == (None, "ssg-kept", None)
    assert record["snapshot_ids"] == {"d-demo-data": "s-data", "d-demo-system": "s-system"}


def test_the_command_prints_json(account: Emulator) -> None:
    _keep(account, RELEASED_TAG)
    answer = CliRunner().invoke(app, ["orphans", "--output", "json"])
    (record,) = json.loads(answer.stdout)
    assert answer.exit_code == 3
    assert (record["snapshot_id"], record["kind"], record["generation"]) == ("s-kept", "released", 1)


@pytest.mark.parametrize(
    ("arguments", "unset", "sentence"),
    [
        (["--state", "missing.json"], (), "error: missing.json cannot be read"),
        ([], ("ALICLOUD_REGION",), "error: no region is configured. Run `pulumi config set alicloud:region"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_two(
    account: Emulator, monkeypatch: pytest.MonkeyPatch, arguments: list[str], unset: tuple[str, ...], sentence: str
) -> None:
    for name in unset:
        monkeypatch.delenv(name)
    answer = CliRunner().invoke(app, ["orphans", *arguments])
    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_regions_are_looked_at_one_by_one(account: Emulator) -> None:
    _keep(account, RELEASED_TAG)
    assert CliRunner().invoke(app, ["orphans", "--region", "cn-beijing"]).exit_code == 0
    both = CliRunner().invoke(app, ["orphans", "--region", "cn-beijing", "--region", "cn-hangzhou"])
    assert both.exit_code == 3


def test_what_the_calendar_of_the_newer_one_keeps_is_no_surplus() -> None:
    members = [
        SnapshotInfo(
            f"s-{day}",
            status="accomplished",
            creation_time=f"2026-01-{day:02}T12:00:00Z",
            source_disk_id="d-1",
            tags={SERIES_TAG: SERIES, GENERATION_TAG: str(day)},
        )
        for day in (1, 2, 3)
    ]
    claims = Claims({"s-3": Rules(keep=(Keep(daily=2),))}, frozenset({SCOPE}))

    assert [(member.record_id, kind) for member, kind in judge(members, claims)] == [("s-1", Kind.SURPLUS)]


def test_a_state_tells_the_calendar_of_each_series() -> None:
    exported = {
        "deployment": {
            "resources": [
                {
                    "urn": "urn:pulumi:stack::project::alicloud-snapshot:index:Snapshot::db",
                    "type": "alicloud-snapshot:index:Snapshot",
                    "id": "s-2",
                    "outputs": {"series": "db", "keepLast": 2.0, "keep": {"daily": 7.0, "within": "30d"}},
                }
            ]
        }
    }
    assert read_state(exported).series == {"db": Rules(2, (Keep(daily=7, within="30d"),))}
