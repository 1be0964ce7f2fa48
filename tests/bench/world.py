"""The emulated cloud that the scenarios run in: so many disks, each of an instance of its own."""

from __future__ import annotations

from tests.bench.result import SNAPSHOT_SECONDS

from ecs_emulator import Seed, default_seed

DESCRIBES_PER_MINUTE = 1_000
"""What ECS allows of each Describe here: it publishes no figure."""


def world(count: int, foreign: int = 0, seconds: float = SNAPSHOT_SECONDS) -> Seed:
    """Return a world in which every snapshot takes so long; `foreign` ones are there, half of them of its disks."""
    names = [f"{number:04}" for number in range(count)]
    return {
        **default_seed(),
        "rules": {"calls_per_minute": {"Describe*": DESCRIBES_PER_MINUTE}} if foreign else {},
        "snapshots": [{"id": f"s-{each}", "disk_id": f"d-{each % (2 * count):04}"} for each in range(foreign)],
        "lifecycle": {"snapshot_seconds": seconds},
        "instances": [{"id": f"i-{name}"} for name in names],
        "disks": [
            {"id": f"d-{name}", "instance_id": f"i-{name}", "category": "cloud_essd", "size": 40} for name in names
        ],
    }


def disk_ids(count: int) -> list[str]:
    """Return the ids of the world's disks."""
    return [f"d-{number:04}" for number in range(count)]
