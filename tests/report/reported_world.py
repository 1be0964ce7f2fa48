"""A world with much to report: chains of many keepers, failures, locks, archives, copies, orphans, bare disks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloud import Cloud

from alicloud_snapshot_provider.cli.report.contents import Overview, Question, overview_of
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import BEING_CREATED, OF_GUARD, RETAINED, Ownership, let_go_by
from alicloud_snapshot_provider.ledger.proof import PROVEN_TAG
from alicloud_snapshot_provider.overview.inventory import take_inventory
from alicloud_snapshot_provider.overview.orphans import Claims
from alicloud_snapshot_provider.snapshots.estimate import Price

NOW = 1_767_225_600.0
"""2026-01-01 00:00 UTC."""
DAY = 86_400.0
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \" ' & {{ 7 * 7 }} \u202egnp.exe"
"""A name that would run, break out of an attribute, be a template, or turn the text around."""
LONG = "a-very-long-name-that-somebody-gave-" * 3

_HASH = "0123456789"
_SERIES = {
    "web": f"shop/production/web#{_HASH}",
    "db": f"shop/production/db-nightly#{_HASH}",
    "guard": f"shop/production/db:d-db-data#{_HASH}",
    "queue": f"shop/production/queue#{_HASH}",
    "gone": f"shop/staging/preview-env#{_HASH}",
    "named": "compliance-2025",
    "copies": f"shop/production/web-in-beijing#{_HASH}",
}


_REGIONS = ("cn-hangzhou", "cn-beijing")


async def look(cloud: Cloud, *regions: str, max_age_days: float = 7, claims: Claims | None = None) -> Overview:
    """Judge regions of a cloud, as the command does."""
    each = [cloud.regions.of(cloud.settings.in_region(name)) for name in regions or _REGIONS]
    inventories = [await take_inventory(region) for region in each]
    return overview_of(inventories, Question(max_age_days * DAY, Price(), claims))


def rich_world() -> Mapping[str, Any]:
    """Return the seed of two regions."""
    disks = list(_disks())
    return {
        "regions": [
            {"id": "cn-hangzhou", "zones": ["cn-hangzhou-h"]},
            {"id": "cn-beijing", "zones": ["cn-beijing-h"]},
        ],
        "access_keys": [{"id": "emulator-key-id", "secret": "emulator-key-secret"}],
        "instances": [
            {"id": "i-web", "name": "web-1"},
            {"id": "i-db", "name": "database"},
            {"id": "i-batch", "name": "batch-worker"},
            {"id": "i-beijing", "name": "standby", "region_id": "cn-beijing"},
        ],
        "disks": disks,
        "snapshots": [*_snapshots(), *_copies()],
        "images": [
            {"id": "m-golden", "name": "golden-2025-12", "disks": [{"snapshot_id": "s-web-10"}]},
            {"id": "m-gone", "name": "from-a-deleted-disk", "disks": [{"snapshot_id": "s-gone-1"}]},
        ],
    }


def _disks() -> Iterator[dict[str, Any]]:
    yield _disk("web-system", 40, 14, "i-web", type="system", name="web-1-system")
    yield _disk("web-data", 200, 90, "i-web", name="web-1-uploads")
    yield _disk("db-system", 40, 11, "i-db", type="system", name="database-system")
    yield _disk("db-data", 500, 310, "i-db", name="database-data")
    yield _disk("db-log", 100, 22, "i-db", name="database-log")
    yield _disk("queue", 60, 18, "i-batch", name="queue")
    yield _disk("batch-system", 40, 9, "i-batch", type="system", name="batch-system")
    yield _disk("scratch", 200, 0, "i-batch", name="scratch", category="local_ssd_pro")
    yield _disk("restored", 200, 90, "", name="uploads-restored", source_snapshot_id="s-web-7")
    yield _disk("failing", 80, 33, "i-batch", name="build-cache")
    yield _disk("starting", 80, 60, "i-web", name="new-volume")
    yield _disk("hostile", 20, 4, "", name=HOSTILE)
    yield _disk("long", 20, 4, "i-web", name=LONG)
    yield {**_disk("standby", 200, 80, "i-beijing", name="standby-data"), "region_id": "cn-beijing"}
    yield {**_disk("spare", 40, 2, "", name="spare"), "region_id": "cn-beijing"}


def _disk(key: str, size: int, used: float, instance: str, **more: Any) -> dict[str, Any]:
    return {"id": f"d-{key}", "size": size, "used_gib": used, "instance_id": instance, **more}


def _snapshots() -> Iterator[dict[str, Any]]:
    for number in range(1, 14):
        lock = {"lock": {"duration_days": 400, "creation_time": NOW - 60 * DAY}} if number == 4 else {}
        failed = {"status": "failed"} if number == 9 else {}
        yield _taken(f"web-{number}", "web-data", 98 - 7.5 * number, "web", number, 90 + number, **lock, **failed)
    for number in range(1, 31):
        proven = {"tags": {**_tags("db", number), PROVEN_TAG: "2025-12-31T10:00:00Z i-batch"}} if number == 30 else {}
        yield _taken(f"db-{number}", "db-data", 60 - 2 * number + 0.1, "db", number, 310 + number / 2, **proven)
    for number, days in enumerate((81, 44, 9), start=1):
        yield _taken(f"guard-{number}", "db-data", days, "guard", number, 312)
    for number in range(1, 5):
        yield _taken(f"log-{number}", "db-log", 3.5 * number, "", 0, 22, type="auto", retention_days=30)
    for number, days in enumerate((64, 33, 19), start=1):
        archived = {"category": "archive"} if number < 3 else {}
        yield _taken(f"queue-{number}", "queue", days, "queue", number, 18, **archived)
    yield _taken("system-1", "web-system", 2, "", 0, 14, name="before-the-upgrade")
    yield _taken("old-1", "db-system", 88, "named", 1, 11, lock={"duration_days": 730, "cool_off_hours": 1})
    yield _taken("failing-1", "failing", 3, "queue", 7, 0, status="failed")
    yield {"id": "s-starting-1", "disk_id": "d-starting", "status": "progressing", "name": "first"}
    yield _taken("hostile-1", "hostile", 1, "", 0, 4, name=HOSTILE, tags={SERIES_TAG: HOSTILE[:100]})
    yield _taken("long-1", "long", 1, "", 0, 4, name=LONG[:100], tags={SERIES_TAG: LONG[:100]})
    retained = {"tags": _tags("gone", 1, RETAINED)}
    yield _taken("gone-1", "gone", 71, "", 0, 25, disk_size=80, region_id="cn-hangzhou", **retained)
    yield _taken("begun-1", "batch-system", 0.2, "", 0, 9, tags=_tags("queue", 9, BEING_CREATED))


def _copies() -> Iterator[dict[str, Any]]:
    """Copies in the second region, and one snapshot of a disk there."""
    for number, days in enumerate((50, 28, 6), start=1):
        origin = {"source_snapshot_id": f"s-web-{number}", "source_region_id": "cn-hangzhou", "encrypted": True}
        yield _taken(
            f"copy-{number}",
            "web-data",
            days,
            "copies",
            number,
            91,
            region_id="cn-beijing",
            retention_days=365,
            **origin,
        )
    unread = {"tags": {PROVEN_TAG: "2025-12-30T10:00:00Z disk"}}
    yield _taken("standby-1", "standby", 5, "", 0, 80, region_id="cn-beijing", type="auto", **unread)


def _taken(
    key: str, disk: str, days_ago: float, series: str, generation: int, gib: float, **more: Any
) -> dict[str, Any]:
    stored = gib if generation in {0, 1} else gib / 12
    record = {
        "id": f"s-{key}",
        "disk_id": f"d-{disk}",
        "creation_time": NOW - days_ago * DAY,
        "full_gib": gib,
        "stored_gib": stored,
        "name": key,
        "tags": _tags(series, generation) if series else {},
    }
    return {**record, **more}


def _tags(series: str, generation: int, ownership: Ownership | None = None) -> dict[str, str]:
    """Return the tags of the history of a series, unless something else owns it."""
    owner = ownership or (OF_GUARD if series == "guard" else let_go_by(f"{series}-of-shop"))
    return {SERIES_TAG: _SERIES[series], GENERATION_TAG: str(generation), **owner.tags}
