"""Checks a copy for the preview: why ECS would refuse it, and the plan facts. Read-only.

Source: the preconditions and error list of CopySnapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..ecs.models import SnapshotInfo
from ..region import Region
from ..snapshots.create import adoptable
from ..snapshots.estimate import Price
from ..snapshots.plan import adoption_text
from .spec import CopySpec


@dataclass(frozen=True, slots=True)
class CopySituation:
    """What a check finds.

    `earlier` are the accomplished copies of the same disk in the destination. `unfinished` is a copy that an earlier
    run began for the same intent; it will be adopted.
    """

    spec: CopySpec
    destination: str
    original: SnapshotInfo | None
    earlier: Sequence[SnapshotInfo] = ()
    unfinished: SnapshotInfo | None = None


async def survey_copy(spec: CopySpec, destination: Region) -> CopySituation:
    """Read the original, and the snapshots of its disk in the destination. Raises what the calls raise."""
    original, members = await asyncio.gather(
        spec.source.snapshots.get(spec.original_id), destination.ledger.members(spec.attributes.series)
    )
    there = await destination.client.snapshots_of_disk(original.source_disk_id) if original else []
    return CopySituation(
        spec=spec,
        destination=destination.name,
        original=original,
        earlier=[each for each in there if each.accomplished],
        unfinished=adoptable(spec, members),
    )


def copy_violations(situation: CopySituation) -> dict[str, str]:
    """Return why ECS would refuse the copy, by property, with the remedies."""
    original, spec = situation.original, situation.spec
    if situation.unfinished is not None:
        return {}
    if original is None:
        return {
            "source_snapshot_id": f"snapshot {spec.original_id!r} is not in region {spec.source.name}: "
            "correct source_snapshot_id, or set source_region to the snapshot's own"
        }
    refused = _refused(original)
    failures = {"source_snapshot_id": refused} if refused else {}
    if original.encrypted and not spec.encrypted:
        failures["encrypted"] = (
            f"snapshot {original.snapshot_id!r} is encrypted, and ECS copies it only encrypted: set encrypted = True"
        )
    return failures


def _refused(original: SnapshotInfo) -> str | None:
    if original.failed:
        return f"snapshot {original.snapshot_id!r} has failed and holds nothing: copy another one"
    if original.category == "archive":
        return f"snapshot {original.snapshot_id!r} is archived, and ECS does not copy archives: copy a standard one"
    return None


def copy_facts(situation: CopySituation, price: Price) -> list[str]:
    """Return the plan facts, one line each. `price` is per GiB and month."""
    if situation.unfinished is not None:
        return [adoption_text(situation.unfinished)]
    if situation.original is None:
        return []
    size = situation.original.source_disk_size
    return [
        f"{'incremental' if situation.earlier else 'full'} copy to {situation.destination}, "
        f"at most {size} GiB and {price.text(price.of(size))}, plus the transfer between regions",
        _what(situation, situation.original),
        "a copy cannot roll its disk back: disks and images are made from it",
    ]


def _what(situation: CopySituation, original: SnapshotInfo) -> str:
    named = f"{original.snapshot_id} of disk {original.source_disk_id} in {situation.spec.source.name}"
    if original.accomplished:
        return f"{named}, as of {original.creation_time}"
    return f"begins once {named} is accomplished ({original.progress or 'just begun'})"
