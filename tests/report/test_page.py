"""What the report's page tells, and that nothing which a user named can do anything but be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from cloud import open_cloud
from rendered import Element, Rendered
from reported_world import HOSTILE, look, rich_world

from alicloud_snapshot_provider.cli.report.page import render
from alicloud_snapshot_provider.ledger.run import Rules
from alicloud_snapshot_provider.overview.orphans import Claims


def test_first_come_the_disks_that_are_not_protected_the_worst_first(rendered: Rendered) -> None:
    (headline,) = rendered.all("h1")
    assert headline.text == "5 disks of 14 are not protected"
    alerts = rendered.by_id("unprotected").all("li")
    assert [(each.all("code")[0].text, each.all(css_class="why")[0].text) for each in alerts] == [
        ("d-failing", "no usable snapshot: the only one failed"),
        ("d-spare", "no snapshot at all"),
        ("d-restored", "no snapshot at all"),
        ("d-db-system", "newest snapshot is 88 d old"),
        ("d-queue", "newest snapshot is 19 d old"),
    ]


def test_a_disk_that_can_have_no_snapshots_is_named_apart(rendered: Rendered) -> None:
    _, aside = rendered.by_id("unprotected").all(css_class="aside")
    assert "scratch d-scratch (200 GiB local_ssd_pro data, of batch-worker, cn-hangzhou)" in aside.text


def test_a_time_line_has_a_lane_for_each_keeper_and_a_mark_for_each_snapshot(rendered: Rendered) -> None:
    disk = _disk(rendered, "database-data d-db-data")
    lanes = [(lane.all(css_class="who")[0].text, len(_marks(lane))) for lane in disk.all(css_class="lane")]
    assert lanes == [("db guard shop/production", 3), ("db-nightly resource shop/production", 30)]


def test_a_mark_tells_everything_about_its_snapshot(rendered: Rendered) -> None:
    marks = {_title(mark).partition(" ")[0]: mark for mark in _marks(_disk(rendered, "web-1-uploads d-web-data"))}
    assert _title(marks["s-web-4"]) == (
        "s-web-4 · incremental, accomplished · 2025-10-25 00:00 UTC · generation 4 · locked until 2026-12-07"
    )
    assert "full" in marks["s-web-1"].attributes["class"].split()
    assert "failed" in marks["s-web-9"].attributes["class"].split()
    assert marks["s-web-4"].all("use", "lock")
    assert marks["s-web-10"].all("use", "held")
    assert _title(marks["s-web-10"]).endswith("image m-golden stands on it")
    assert not marks["s-web-8"].all("use", "held")


def test_archived_and_unfinished_snapshots_are_marked(rendered: Rendered) -> None:
    queue = _marks(_disk(rendered, "queue d-queue"))
    assert ["archived" in mark.attributes["class"] for mark in queue] == [True, True, False]
    (unfinished,) = _marks(_disk(rendered, "new-volume d-starting"))
    assert re.search(r"in progress, 1\d %", _title(unfinished))


def test_every_snapshot_is_in_a_table_too(rendered: Rendered) -> None:
    snapshots = [each["id"] for each in rich_world()["snapshots"]]
    cells = [row.all("code")[0].text for row in rendered.by_id("time-lines").all("tr") if row.all("td")]
    assert sorted(cells) == sorted(snapshots)


def test_a_row_of_the_table_says_what_its_mark_says(rendered: Rendered) -> None:
    rows = _disk(rendered, "copies of d-web-data").all("tr")
    assert [cell.text for cell in rows[1].all("td")] == [
        "s-copy-3 copy-3",
        "2025-12-26 00:00",
        "6 d",
        "incremental, accomplished",
        "3",
        "web-in-beijing resource",
        "encrypted, kept until 2026-12-26",
    ]


def test_a_disk_tells_of_its_copies_elsewhere(rendered: Rendered) -> None:
    told = _disk(rendered, "web-1-uploads d-web-data").all(css_class="facts")[0].text
    assert told.endswith("USD 3.12 a month · never restored · copied to cn-beijing, newest 6 d old")


async def test_a_disk_of_which_only_copies_are_left_is_not_protected_but_tells_of_them() -> None:
    async with open_cloud(rich_world()) as cloud:
        for snapshot in [each.id for each in cloud.emulator.world.snapshots if each.id.startswith("s-web-")]:
            cloud.vanish(snapshot)
        rendered = Rendered.of(render(await look(cloud)))
    alerts = {each.all("code")[0].text: each for each in rendered.by_id("unprotected").all("li")}
    assert alerts["d-web-data"].all(css_class="why")[0].text == (
        "no snapshot at all copied to cn-beijing, newest 6 d old"
    )


def test_what_protects_what_is_by_stack_then_by_named_series_then_the_rest(rendered: Rendered) -> None:
    rows = [row.all("td") for row in rendered.by_id("keepers").all("tr") if row.all("td")]
    told = [(cells[0].text, cells[1].text, cells[3].text) for cells in rows]
    assert told[0] == ("db guard", "shop/production", "3")
    assert ("queue resource", "shop/production", "5") in told
    assert ("compliance-2025 series", "", "1") in told
    assert [each[0] for each in told[-2:]] == ["automatic snapshot policy", "by hand or another tool"]


def test_what_stands_on_snapshots_comes_with_the_consequence(rendered: Rendered) -> None:
    rows = [[cell.text for cell in row.all("td")] for row in rendered.by_id("holds").all("tr") if row.all("td")]
    assert rows == [
        [
            "s-web-7",
            "web-1-uploads d-web-data",
            "disk uploads-restored d-restored",
            "once it is deleted, the disk can never be re-initialised",
        ],
        [
            "s-web-10",
            "web-1-uploads d-web-data",
            "image golden-2025-12 m-golden",
            "can be deleted only after the image",
        ],
        ["s-gone-1", "d-gone", "image from-a-deleted-disk m-gone", "can be deleted only after the image"],
    ]


def test_orphans_come_with_their_cost_and_what_to_do(rendered: Rendered) -> None:
    orphans = rendered.by_id("orphans")
    assert "2 paid snapshots that no intent claims, at most USD 0.59 a month." in orphans.text
    assert "Judged by tags only, since no stack's state was given." in orphans.text
    assert "s-begun-1 of d-batch-system, cn-hangzhou, 4 h 48 min old, at most 9 GiB, USD 0.16 a month" in orphans.text
    assert "aliyun ecs DeleteSnapshot --region cn-hangzhou --SnapshotId s-gone-1" in orphans.text


def test_the_cost_of_the_regions_adds_up(rendered: Rendered) -> None:
    table = rendered.by_id("cost").all("table")[0]
    rows = [[cell.text for cell in row.all("td")] for row in table.all("tr") if row.all("td")]
    assert [row[0] for row in rows] == ["cn-hangzhou", "cn-beijing", "In all"]
    for column in (1, 3):
        numbers = [float(row[column].removeprefix("USD ")) for row in rows]
        assert numbers[0] + numbers[1] == pytest.approx(numbers[2], abs=0.011)


def test_the_history_ends_with_what_is_stored_now(rendered: Rendered) -> None:
    newest = rendered.by_id("cost").all("details")[0].all("tr")[1]
    when, _, _, usd = (cell.text for cell in newest.all("td"))
    assert when == "2026-01-01 00:00 UTC"
    assert usd == rendered.by_id("cost").all("tfoot")[0].all("td")[3].text


def test_a_hostile_name_is_only_text(page: str, rendered: Rendered) -> None:
    assert not rendered.all("script")
    assert not rendered.all("img")
    assert not [name for element in rendered.all() for name in element.attributes if name.startswith("on")]
    named = _disk(rendered, f"{HOSTILE} d-hostile".replace("\u202e", "\\u202e"))
    assert "{{ 7 * 7 }}" in named.all("h4")[0].text
    assert "\u202e" not in page


def test_the_page_asks_for_nothing_and_forbids_itself_to(page: str, rendered: Rendered) -> None:
    addresses = [
        each.attributes[name]
        for each in rendered.all()
        for name in ("href", "src", "xlink:href", "action", "data", "poster", "srcset")
        if name in each.attributes
    ]
    assert addresses
    assert not [each for each in addresses if not each.startswith(("#", "data:"))]
    assert not re.search(r"url\(|@import|https?://", page)
    (policy,) = (each for each in rendered.all("meta") if "http-equiv" in each.attributes)
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_every_link_leads_to_a_place_of_the_page_and_every_place_is_one(rendered: Rendered) -> None:
    places = [each.attributes["id"] for each in rendered.all() if "id" in each.attributes]
    assert len(places) == len(set(places))
    links = {each.attributes["href"] for each in rendered.all("a") + rendered.all("use")}
    assert links <= {f"#{place}" for place in places}


def test_whoever_does_not_see_a_drawing_hears_what_it_shows(rendered: Rendered) -> None:
    drawings = [each for each in rendered.all("svg") if each.attributes.get("role") == "img"]
    assert all(each.attributes["aria-label"] for each in drawings)
    labels = [each.attributes["aria-label"] for each in drawings]
    assert "Time line of disk d-db-data: 33 snapshots in 2 series" in labels
    assert "Time line of disk d-spare: no snapshots" in labels


async def test_the_same_account_at_the_same_time_makes_the_same_page(page: str) -> None:
    async with open_cloud(rich_world()) as cloud:
        await cloud.clock.sleep(20)
        assert render(await look(cloud)) == page


async def test_the_threshold_decides_who_is_protected() -> None:
    async with open_cloud(rich_world()) as cloud:
        wide = Rendered.of(render(await look(cloud, max_age_days=90)))
        narrow = Rendered.of(render(await look(cloud, max_age_days=1)))
    assert wide.all("h1")[0].text == "4 disks of 14 are not protected"
    assert "4 without any usable snapshot, 0 whose newest is older than 90 days." in wide.text
    assert "whose newest is older than 1 day." in narrow.text


async def test_a_stacks_state_decides_what_is_an_orphan() -> None:
    claims = Claims({"s-web-13": Rules(5)}, frozenset({"shop/production"}), frozenset({"web", "db", "queue"}))
    async with open_cloud(rich_world()) as cloud:
        rendered = Rendered.of(render(await look(cloud, claims=claims)))
    orphans = rendered.by_id("orphans")
    listed = {each.all("code")[0].text: each.all(css_class="badge")[0].text for each in orphans.all("li")}
    assert listed["s-web-1"] == "surplus"
    assert listed["s-db-30"] == "unclaimed"
    assert "s-web-12" not in listed
    assert "s-gone-1" not in listed
    assert "Judged by tags only" not in orphans.text


@pytest.mark.parametrize(
    ("world", "headline", "lead"),
    [
        ({}, "No disks here", "There is no disk in cn-hangzhou that can have snapshots."),
        (
            {
                "disks": [{"id": "d-1", "size": 20}],
                "snapshots": [{"id": "s-1", "disk_id": "d-1", "full_gib": 2, "stored_gib": 2}],
            },
            "Every disk is protected",
            "Each of 1 disk has a usable snapshot of the last 7 days.",
        ),
        (
            {"disks": [{"id": "d-1", "size": 20}]},
            "1 disk of 1 is not protected",
            "1 without any usable snapshot, 0 whose newest is older than 7 days.",
        ),
    ],
)
async def test_a_small_account_has_a_page_too(world: Mapping[str, Any], headline: str, lead: str) -> None:
    base = {name: rich_world()[name] for name in ("regions", "access_keys")}
    async with open_cloud({**base, **world}) as cloud:
        rendered = Rendered.of(render(await look(cloud, "cn-hangzhou")))
    assert rendered.all("h1")[0].text == headline
    assert rendered.all(css_class="lead")[0].text == lead
    assert "No image and no disk was made from these snapshots." in rendered.text
    assert "Every snapshot that a stack took is claimed, as far as their tags tell" in rendered.text


async def test_the_schedule_of_a_disk_is_told_beside_its_facts() -> None:
    seed = {
        "auto_snapshot_policies": [
            {"id": "sp-1", "name": "<nightly>", "time_points": [1], "copy_region": "cn-beijing"}
        ],
        "policy_associations": [{"policy_id": "sp-1", "disk_id": "d-web-data"}],
    }
    async with open_cloud({**rich_world(), **seed}) as cloud:
        rendered = Rendered.of(render(await look(cloud, "cn-hangzhou")))
    facts = _disk(rendered, "web-1-uploads d-web-data").all(css_class="facts")[0].text
    assert "automatic snapshots by <nightly> (sp-1): daily at 01:00 (UTC+8), next in " in facts
    assert "kept for ever, copied to cn-beijing" in facts


async def test_what_may_not_be_listed_is_said_at_the_top() -> None:
    async with open_cloud(rich_world()) as cloud:
        cloud.emulator.add_faults({"action": "DescribeSnapshotLinks", "code": "Forbidden.RAM", "times": None})
        rendered = Rendered.of(render(await look(cloud, "cn-beijing")))
    (note,) = rendered.all(css_class="note")
    assert note.text == (
        "cn-beijing: measured sizes are not shown: allow ecs:DescribeSnapshotLinks to this RAM user or role."
    )
    assert "in cn-beijing the most that they can be" in rendered.all("footer")[0].text


def test_what_was_never_restored_is_named_beside_what_is_not_protected(rendered: Rendered) -> None:
    tiles = {tile.all("dt")[0].text: tile.all("dd")[0].text for tile in rendered.all(css_class="tile")}
    aside, _ = rendered.by_id("unprotected").all(css_class="aside")
    named = [each.text for each in aside.all("code")][1:]
    assert "d-web-data" in named
    assert {"d-db-data", "d-standby", "d-spare"}.isdisjoint(named)
    assert tiles["Never restored"] == f"{len(named)} of 11 disks"


def test_what_was_restored_says_when_and_how_and_its_mark_has_a_tick(rendered: Rendered) -> None:
    proven, unread = _disk(rendered, "database-data d-db-data"), _disk(rendered, "standby-data d-standby")
    told = "restored 2025-12-31 10:00 UTC on i-batch"
    assert told in proven.all(css_class="facts")[0].text
    (mark,) = (each for each in _marks(proven) if each.all("use", "proven"))
    assert _title(mark).startswith("s-db-30 ")
    assert _title(mark).endswith(told)
    assert proven.all("tr")[1].all("td")[-1].text == told
    assert "restored 2025-12-30 10:00 UTC by making a disk, unread" in unread.all(css_class="facts")[0].text


async def test_the_last_copy_of_a_disk_that_is_gone_comes_without_a_command_that_deletes_it() -> None:
    """As `orphans` tells it, whatever the page was told of a state."""
    claims = Claims({"s-web-13": Rules(5)}, frozenset({"shop/production"}), frozenset({"web"}))
    async with open_cloud(rich_world()) as cloud:
        cloud.emulator.world.remove(cloud.emulator.world.disks.get("d-db-data"))
        rendered = Rendered.of(render(await look(cloud, claims=claims)))
    (last,) = (each for each in rendered.by_id("orphans").all("li") if each.all("code")[0].text == "s-guard-3")
    assert last.all(css_class="badge")[0].text == "protection"
    assert [each.text for each in last.all("dt")] == []


def _disk(rendered: Rendered, heading: str) -> Element:
    found = [each for each in rendered.all("article") if each.all("h4")[0].text == " ".join(heading.split())]
    assert len(found) == 1, [each.all("h4")[0].text for each in rendered.all("article")]
    return found[0]


def _marks(element: Element) -> list[Element]:
    return element.all("g", "mark")


def _title(mark: Element) -> str:
    return mark.all("title")[0].text
