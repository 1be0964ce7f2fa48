"""Durations, quotas and choices: every setting of the emulator that a seed can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DiskCategory:
    """The abilities of disks of one category, and the durations of their snapshots.

    A snapshot is cut `cut_seconds` after the call and accomplished after `minimum_seconds` or
    `seconds_per_gib` times its stored GiB, the longer of both. It is available `available_seconds` after the call. If
    that is None, it is available when it is accomplished.
    """

    minimum_gib: int
    maximum_gib: int
    supports_snapshots: bool = True
    supports_groups: bool = False
    concurrent_snapshots: int = 1
    cut_seconds: float = 2.0
    available_seconds: float | None = None
    minimum_seconds: float = 30.0
    seconds_per_gib: float = 6.0


def _essd(minimum_gib: int, maximum_gib: int = 65536) -> DiskCategory:
    return DiskCategory(
        minimum_gib,
        maximum_gib,
        supports_groups=True,
        concurrent_snapshots=10,
        cut_seconds=1.0,
        available_seconds=3.0,
        minimum_seconds=10.0,
        seconds_per_gib=2.0,
    )


def _local(minimum_gib: int, maximum_gib: int) -> DiskCategory:
    return DiskCategory(minimum_gib, maximum_gib, supports_snapshots=False)


CATEGORIES: Mapping[str, DiskCategory] = {
    "cloud": DiskCategory(5, 2000),
    "cloud_efficiency": DiskCategory(20, 32768),
    "cloud_ssd": DiskCategory(20, 32768, minimum_seconds=20.0, seconds_per_gib=4.0),
    "cloud_essd": _essd(1),
    "cloud_auto": _essd(1),
    "cloud_essd_entry": _essd(10, 32768),
    "cloud_regional_disk_auto": _essd(1),
    "elastic_ephemeral_disk_standard": _local(64, 8192),
    "elastic_ephemeral_disk_premium": _local(64, 8192),
    "local_ssd_pro": _local(5, 8192),
    "local_hdd_pro": _local(5, 8192),
    "ephemeral": _local(5, 1024),
    "ephemeral_ssd": _local(5, 1024),
}
PERFORMANCE_LEVELS: Mapping[str, int] = {"PL0": 1, "PL1": 20, "PL2": 461, "PL3": 1261}


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Durations in emulated seconds. If `snapshot_seconds` is set, every snapshot of a disk takes that long.

    A copy takes `copy_minimum_seconds`, or `copy_seconds_per_gib` times its stored GiB if that is longer.
    """

    snapshot_seconds: float | None = None
    copy_minimum_seconds: float = 60.0
    copy_seconds_per_gib: float = 10.0
    instance_pending_seconds: float = 2.0
    instance_starting_seconds: float = 10.0
    instance_stopping_seconds: float = 10.0
    disk_creating_seconds: float = 5.0
    disk_attaching_seconds: float = 5.0
    disk_detaching_seconds: float = 60.0
    disk_resetting_seconds: float = 30.0
    image_creating_seconds: float = 60.0
    archiving_seconds: float = 3600.0
    command_delivery_seconds: float = 0.5
    categories: Mapping[str, DiskCategory] = field(default_factory=lambda: dict(CATEGORIES))


@dataclass(frozen=True, slots=True)
class Rules:
    """Quotas, and choices that the documentation leaves open.

    `ignore_missing_on_delete`: to delete what does not exist succeeds, instead of a NotFound error.
    `contradicts`: ids of rows of the table of behaviours that are reversed, for tests.
    `calls_per_minute`: by action or pattern, such as `Describe*`, in each region. Other actions have no limit.
    """

    account_id: int = 1000000000000001
    manual_snapshots_per_disk: int = 256
    automatic_snapshots_per_disk: int = 1000
    auto_snapshot_policies: int = 100
    auto_snapshot_policies_per_disk: int = 10
    disks_per_snapshot_group: int = 16
    gib_per_snapshot_group: int = 32768
    data_disks_per_instance: int = 16
    images: int = 100
    token_lifetime_seconds: float = 86400.0
    ignore_missing_on_delete: bool = False
    contradicts: tuple[str, ...] = ()
    calls_per_minute: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything above, kept with the world."""

    id: str = "settings"
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    rules: Rules = field(default_factory=Rules)
