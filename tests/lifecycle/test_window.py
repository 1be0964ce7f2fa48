"""Outside of the maintenance hours nothing begins where that was asked for; what was begun before is adopted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cloud import SERIES, Cloud

from alicloud_snapshot_provider.errors import Incomplete, Rejected, SnapshotError
from alicloud_snapshot_provider.guards.guard import Guard, GuardRules, GuardTarget
from alicloud_snapshot_provider.registry import NOUNS
from alicloud_snapshot_provider.snapshots.window import parse_window

HOUR = 3_600.0
DISKS = {"disk_ids": ["d-demo-system", "d-demo-data"]}


def _closed(cloud: Cloud) -> str:
    """Return a window that opens in about two hours."""
    return f"{_clock(cloud, 2)}-{_clock(cloud, 4)} UTC"


def _clock(cloud: Cloud, hours: float) -> str:
    return datetime.fromtimestamp(cloud.clock.now() + hours * HOUR, UTC).strftime("%H:%M")


@pytest.mark.parametrize(
    ("noun", "arguments", "error"),
    [
        ("Snapshot", {"disk_id": "d-demo-system"}, Rejected),
        ("SnapshotGroup", DISKS, Rejected),
        ("SnapshotSet", DISKS, Incomplete),
    ],
)
async def test_nothing_begins_before_the_window_opens_and_then_it_is_taken(
    cloud: Cloud, noun: str, arguments: dict[str, Any], error: type[SnapshotError]
) -> None:
    window = _closed(cloud)
    resource = NOUNS[noun](cloud.regions, cloud.settings)
    declared = {**arguments, "series": SERIES, "window": window, "outside_window": "fail"}
    checked = await resource.check({}, declared)
    assert checked.failures == {}
    told = f"now is outside the maintenance window {window}: `pulumi up` begins no snapshot before it opens"
    assert told in checked.notes.warnings

    with pytest.raises(error, match=f"was not made: now is outside the maintenance window {window}"):
        await resource.create(checked.inputs, cloud.operation())
    assert cloud.mutations() == []

    await cloud.clock.sleep(3 * HOUR)
    await resource.create(checked.inputs, cloud.operation())
    assert len(cloud.alive()) == (1 if noun == "Snapshot" else 2)


async def test_what_an_earlier_run_began_is_adopted_outside_of_the_window(cloud: Cloud) -> None:
    begun = await cloud.interrupted()
    taken = await cloud.restarted().take(window=_closed(cloud), outside_window="fail")
    assert taken["snapshot_id"] == begun


async def test_without_the_wish_it_is_only_a_warning(cloud: Cloud) -> None:
    assert (await cloud.take(window=_closed(cloud)))["status"] == "accomplished"


async def test_a_guard_says_so_in_the_preview_and_aborts_the_change(cloud: Cloud) -> None:
    window = parse_window(_closed(cloud))
    what = GuardTarget("the update of web", lambda disk_id: f"guard:{disk_id}", ["d-demo-system"])
    strict = Guard(cloud.region, GuardRules(window=window, outside_window="fail"))
    await strict.preview(what, tell=cloud.notes.append)
    assert f"now is outside the maintenance window {window}: `pulumi up` begins no" in cloud.notes[-1]
    with pytest.raises(Rejected, match="was not made: now is outside the maintenance window"):
        await strict.protect(what, progress=lambda _info: None, tell=cloud.notes.append)
    assert cloud.mutations() == []

    mild = Guard(cloud.region, GuardRules(window=window))
    assert len(await mild.protect(what, progress=lambda _info: None, tell=cloud.notes.append)) == 1


@pytest.mark.parametrize("value", ["defer", "error"])
async def test_another_wish_is_refused(cloud: Cloud, value: str) -> None:
    checked = await cloud.snapshots.check({}, {"disk_id": "d-demo-system", "series": SERIES, "outside_window": value})
    assert checked.failures == {
        "outside_window": f'must be "warn" or "fail", got {value!r}: remove it to be warned only'
    }
