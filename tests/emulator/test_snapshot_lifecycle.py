"""How a snapshot comes into being, category by category, and what can come between."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator, ManualClock
from ecs_emulator.records.settings import CATEGORIES

GIB = 2**30
ESSD_SERIES = ["cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_regional_disk_auto"]
OLDER = ["cloud", "cloud_efficiency", "cloud_ssd"]


def _disk_of(emulator: Emulator, category: str, used_gib: int = 20) -> str:
    disk = {"id": f"d-{category}", "instance_id": "i-demo", "category": category, "size": 100, "used_gib": used_gib}
    emulator.add_seed({"disks": [disk]})
    return f"d-{category}"


@pytest.mark.parametrize("category", ESSD_SERIES)
def test_an_essd_snapshot_is_available_long_before_it_is_accomplished(
    api: Api, emulator: Emulator, category: str
) -> None:
    created = api.create_snapshot(_disk_of(emulator, category))
    emulator.advance(3)
    early = api.snapshot(created)
    assert (early["Status"], early["Available"], early["InstantAccess"]) == ("progressing", True, True)
    emulator.advance(37)
    assert api.snapshot(created)["Status"] == "accomplished"


@pytest.mark.parametrize("asked", [{}, {"InstantAccess": True}, {"InstantAccess": False}])
@pytest.mark.parametrize(
    ("category", "answered"), [*((each, True) for each in ESSD_SERIES), *((each, False) for each in OLDER)]
)
def test_instant_access_follows_the_category_and_not_the_request(
    api: Api, emulator: Emulator, category: str, answered: bool, asked: dict[str, bool]
) -> None:
    created = api.create_snapshot(_disk_of(emulator, category), **asked)
    assert api.snapshot(created)["InstantAccess"] is answered


@pytest.mark.parametrize("category", OLDER)
def test_an_older_snapshot_is_available_only_when_accomplished(api: Api, emulator: Emulator, category: str) -> None:
    created = api.create_snapshot(_disk_of(emulator, category))
    seconds = CATEGORIES[category].seconds_per_gib * 20
    emulator.advance(seconds - 1)
    assert api.snapshot(created)["Available"] is False
    emulator.advance(1)
    done = api.snapshot(created)
    assert (done["Status"], done["Available"], done["InstantAccess"]) == ("accomplished", True, False)


def test_a_snapshot_has_no_creation_time_until_it_is_cut(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    assert api.snapshot(created)["CreationTime"] == ""
    assert api.snapshot(created)["RemainTime"] == -1
    emulator.advance(1)
    assert api.snapshot(created)["CreationTime"] == "2026-01-01T00:00:01Z"


def test_progress_only_goes_up_and_remaining_time_only_down(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    seen = []
    for _ in range(30):
        emulator.advance(1)
        snapshot = api.snapshot(created)
        seen.append((int(snapshot["Progress"].rstrip("%")), -snapshot["RemainTime"]))
    assert seen == sorted(seen)
    assert seen[0] == (4, -23)
    assert seen[-1] == (100, 0)


def test_the_first_snapshot_is_full_and_the_next_one_holds_what_changed(api: Api, emulator: Emulator) -> None:
    first = api.create_snapshot()
    emulator.advance(60)
    emulator.write_disk("d-demo-system", 5)
    second = api.create_snapshot()
    emulator.advance(60)
    stored = [emulator.world.snapshots.get(created) for created in (first, second)]
    assert [(s.stored_gib, s.full_gib, s.content_version) for s in stored if s] == [(12, 12, 1), (5, 12, 2)]
    assert _usage(api) == (2, 17 * GIB)


def test_an_incremental_snapshot_is_done_sooner(api: Api, emulator: Emulator) -> None:
    api.create_snapshot()
    emulator.advance(60)
    emulator.write_disk("d-demo-system", 5)
    second = api.create_snapshot()
    emulator.advance(10)
    assert api.snapshot(second)["Status"] == "accomplished"


def test_writes_after_the_cut_are_not_in_the_snapshot(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    emulator.advance(1)
    emulator.write_disk("d-demo-system", 5)
    emulator.advance(60)
    snapshot = emulator.world.snapshots.get(created)
    assert snapshot is not None
    assert snapshot.content_version == 1


def test_deleting_a_snapshot_leaves_the_next_one_what_it_still_needs(api: Api, emulator: Emulator) -> None:
    first = api.create_snapshot()
    emulator.advance(60)
    emulator.write_disk("d-demo-system", 5)
    api.create_snapshot()
    emulator.advance(60)
    api("DeleteSnapshot", SnapshotId=first)
    assert _usage(api) == (1, 12 * GIB)


def test_after_deleting_the_latest_the_next_one_holds_its_changes_too(api: Api, emulator: Emulator) -> None:
    api.create_snapshot()
    emulator.advance(60)
    emulator.write_disk("d-demo-system", 3)
    latest = api.create_snapshot()
    emulator.advance(60)
    api("DeleteSnapshot", SnapshotId=latest)
    emulator.write_disk("d-demo-system", 2)
    api.create_snapshot()
    emulator.advance(60)
    assert _usage(api) == (2, 17 * GIB)


@pytest.mark.parametrize("action", ["StopInstance", "StartInstance"])
def test_a_change_of_the_instances_state_fails_the_snapshot(api: Api, emulator: Emulator, action: str) -> None:
    if action == "StartInstance":
        emulator.change_instance("i-demo", status="Stopped")
    created = api.create_snapshot()
    emulator.advance(12)
    api(action, InstanceId="i-demo")
    failed = api.snapshot(created)
    assert (failed["Status"], failed["Available"], failed["Progress"]) == ("failed", False, "50%")
    emulator.advance(60)
    assert api.snapshot(created)["Status"] == "failed"


def test_an_accomplished_snapshot_survives_a_stop(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    emulator.advance(60)
    api("StopInstance", InstanceId="i-demo")
    assert api.snapshot(created)["Status"] == "accomplished"


def test_what_a_failed_snapshot_would_have_held_is_left_to_the_next(api: Api, emulator: Emulator) -> None:
    failed = api.create_snapshot()
    emulator.advance(2)
    emulator.fail_snapshot(failed)
    created = api.create_snapshot()
    emulator.advance(60)
    snapshot = emulator.world.snapshots.get(created)
    assert snapshot is not None
    assert snapshot.stored_gib == 12


def test_deleting_a_progressing_snapshot_cancels_it(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    emulator.advance(2)
    api("DeleteSnapshot", SnapshotId=created)
    assert [event.id for event in emulator.events("snapshot.cancelled")] == [created]
    emulator.advance(60)
    assert emulator.events("snapshot.accomplished") == []


def test_a_retained_snapshot_is_released_after_its_days(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot(RetentionDays=2)
    emulator.advance(2 * 86400)
    assert api.snapshot(created)["RetentionDays"] == 2
    emulator.advance(1)
    assert created not in emulator.world.snapshots
    assert [event.id for event in emulator.events("snapshot.released")] == [created]


def test_a_fixed_duration_can_be_seeded(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 4}})
    created = api.create_snapshot("d-demo-efficiency")
    emulator.advance(4)
    assert api.snapshot(created)["Status"] == "accomplished"


def test_a_snapshot_that_takes_no_time_is_accomplished_at_once(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 0}})
    assert api.snapshot(api.create_snapshot())["Progress"] == "100%"


def test_one_category_can_be_made_slower_by_a_seed(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"categories": {"cloud_essd": {"available_seconds": 30, "seconds_per_gib": 10}}}})
    created = api.create_snapshot()
    emulator.advance(29)
    assert api.snapshot(created)["Available"] is False
    emulator.advance(91)
    assert api.snapshot(created)["Status"] == "accomplished"


def test_events_carry_the_time_they_happened_not_when_somebody_looked(emulator: Emulator, api: Api) -> None:
    start = emulator.now()
    api.create_snapshot()
    emulator.advance(1000)
    moments = [(event.event, event.time - start) for event in emulator.events()]
    assert moments == [
        ("snapshot.created", 0),
        ("snapshot.cut", 1),
        ("snapshot.available", 3),
        ("snapshot.accomplished", 24),
    ]


def test_nothing_happens_by_itself_with_a_manual_clock(api: Api, clock: ManualClock) -> None:
    created = api.create_snapshot()
    before = clock.now()
    assert [api.snapshot(created)["Progress"] for _ in range(3)] == ["0%"] * 3
    assert clock.now() == before


def _usage(api: Api) -> tuple[int, int]:
    usage = api("DescribeSnapshotsUsage", RegionId=REGION)
    return usage["SnapshotCount"], usage["SnapshotSize"]


def test_a_snapshot_is_modified_when_it_is_accomplished(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    began = api.snapshot(created)["LastModifiedTime"]
    emulator.advance(60)
    assert began == "2026-01-01T00:00:00Z"
    assert api.snapshot(created)["LastModifiedTime"] == "2026-01-01T00:00:24Z"
