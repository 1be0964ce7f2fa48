"""How well chains protect disks, what they store, and who keeps their snapshots."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alicloud_snapshot_provider.ecs.models import ChainInfo, DiskInfo, SnapshotInfo
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.keeper import keeper_of
from alicloud_snapshot_provider.overview.chains import Chain, Cover, chains_of, protection
from alicloud_snapshot_provider.overview.inventory import Inventory
from alicloud_snapshot_provider.overview.storage import history, level_at, shares, stored_gib
from alicloud_snapshot_provider.snapshots.estimate import GIB

NOW = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
DAY = 86_400.0
DISK = DiskInfo("d-1", category="cloud_essd", size=100)


def _taken(number: int, days_ago: float | None, status: str = "accomplished", **more: Any) -> SnapshotInfo:
    cut = "" if days_ago is None else datetime.fromtimestamp(NOW - days_ago * DAY, UTC).isoformat()
    known = {"source_disk_id": "d-1", "source_disk_size": 100, "snapshot_link_id": "sl-1", **more}
    return SnapshotInfo(f"s-{number}", status=status, creation_time=cut, **known)


@pytest.mark.parametrize(
    ("disk", "snapshots", "cover", "reason"),
    [
        (DISK, [], Cover.NONE, "no snapshot at all"),
        (DISK, [_taken(1, 1, "failed")], Cover.NONE, "no usable snapshot: the only one failed"),
        (DISK, [_taken(1, 1, "failed"), _taken(2, 2, "failed")], Cover.NONE, "no usable snapshot: all failed"),
        (
            DISK,
            [_taken(1, None, "progressing", progress="45%")],
            Cover.NONE,
            "no usable snapshot yet: s-1 is at 45 %",
        ),
        (DISK, [_taken(1, 1, "progressing", available=True)], Cover.GOOD, "newest snapshot is 1 d old"),
        (DISK, [_taken(1, 6.5)], Cover.GOOD, "newest snapshot is 6 d 12 h old"),
        (DISK, [_taken(1, 7.1)], Cover.STALE, "newest snapshot is 7 d 2 h old"),
        (DISK, [_taken(1, 30), _taken(2, 1, "failed")], Cover.STALE, "newest snapshot is 30 d old"),
        (
            DiskInfo("d-1", category="local_ssd_pro"),
            [],
            Cover.IMPOSSIBLE,
            "local_ssd_pro disks have no snapshots: copy the data",
        ),
        (None, [_taken(1, 1)], Cover.DELETED, "the disk is gone, its snapshots are still paid for"),
        (
            None,
            [_taken(1, 1, source_snapshot_id="s-0", source_region_id="cn-beijing")],
            Cover.COPY,
            "copied from cn-beijing",
        ),
    ],
)
def test_a_disk_is_protected_by_its_newest_usable_snapshot(
    disk: DiskInfo | None, snapshots: list[SnapshotInfo], cover: Cover, reason: str
) -> None:
    judged = protection(Chain("cn-hangzhou", "d-1", disk, snapshots), NOW, max_age=7 * DAY)
    assert (judged.cover, judged.reason) == (cover, reason)


def test_copies_of_a_disk_that_is_there_too_are_a_chain_of_their_own() -> None:
    copied = _taken(2, 1, source_snapshot_id="s-0", snapshot_link_id="sl-2")
    inventory = Inventory("cn-hangzhou", NOW, [_taken(1, 2), copied], [DISK, DiskInfo("d-2")])
    chains = chains_of(inventory)
    assert [(chain.disk_id, chain.disk is not None, chain.is_copy) for chain in chains] == [
        ("d-1", True, False),
        ("d-1", False, True),
        ("d-2", True, False),
    ]


def test_a_chain_is_in_the_order_of_the_cuts_and_its_oldest_is_the_full_one() -> None:
    unordered = [_taken(1, 1), _taken(2, None, "progressing"), _taken(3, 9, "failed"), _taken(4, 5)]
    (chain,) = chains_of(Inventory("cn-hangzhou", NOW, unordered, [DISK]))
    assert [each.snapshot_id for each in chain.snapshots] == ["s-3", "s-4", "s-1", "s-2"]
    assert chain.full is not None
    assert chain.full.snapshot_id == "s-4"


def test_what_a_chain_stores_is_what_ecs_measured() -> None:
    full = {"full_snapshot_size_in_bytes": 30 * GIB}
    snapshots = [_taken(1, 3, **full), _taken(2, 2, **full), _taken(3, 1, **full), _taken(4, 0.5, "failed")]
    measured = {"sl-1": ChainInfo("sl-1", "d-1", 4, 36 * GIB)}
    (chain,) = chains_of(Inventory("cn-hangzhou", NOW, snapshots, [DISK], chains=measured))
    assert [share.gib for share in shares(chain)] == [30, 3, 3]
    assert stored_gib(chain) == 36


@pytest.mark.parametrize("measured_gib", [0, 20])
def test_a_first_snapshot_stores_no_more_than_its_chain(measured_gib: int) -> None:
    full = {"full_snapshot_size_in_bytes": 30 * GIB}
    chain = Chain("cn-hangzhou", "d-1", DISK, [_taken(1, 3, **full), _taken(2, 2, **full)], measured_gib)
    assert [share.gib for share in shares(chain)] == [measured_gib, 0]


def test_without_a_measure_each_snapshot_counts_in_full() -> None:
    chain = Chain("cn-hangzhou", "d-1", DISK, [_taken(1, 3, full_snapshot_size_in_bytes=30 * GIB), _taken(2, 2)])
    assert stored_gib(chain) == 130


def test_the_history_rises_with_each_cut_and_joins_those_of_one_moment() -> None:
    chains = [
        Chain("cn-hangzhou", "d-1", DISK, [_taken(1, 3), _taken(2, 1)], 110),
        Chain("cn-hangzhou", "d-2", DISK, [_taken(3, 3)], 50),
    ]
    levels = history(chains)
    assert [(level.gib, level.count) for level in levels] == [(150, 2), (160, 3)]
    assert level_at(levels, NOW - 2 * DAY).gib == 150
    assert level_at(levels, NOW - 4 * DAY).count == 0


@pytest.mark.parametrize(
    ("series", "kind", "stack", "resource", "how"),
    [
        ("shop/prod/web#0123456789", "user", "shop/prod", "web", "resource"),
        ("shop/prod/web:d-1#0123456789", "user", "shop/prod", "web", "guard"),
        ("shop/prod/a:b#0123456789", "user", "shop/prod", "a:b", "resource"),
        ("nightly", "user", "", "nightly", "series"),
        ("", "auto", "", "", "automatic snapshot policy"),
        ("", "timer", "", "", "automatic snapshot policy"),
        ("", "user", "", "", "by hand or another tool"),
    ],
)
def test_the_tags_tell_who_keeps_a_snapshot(series: str, kind: str, stack: str, resource: str, how: str) -> None:
    keeper = keeper_of(_taken(1, 1, snapshot_type=kind, tags={SERIES_TAG: series} if series else {}))
    assert (keeper.stack, keeper.resource, keeper.how) == (stack, resource, how)
    assert keeper.declared is bool(series)
