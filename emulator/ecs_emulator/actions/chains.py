"""DescribeSnapshotLinks and DescribeSnapshotsUsage: sums over snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain as joined

from ecs_emulator.actions.paging import Limits, page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshots import GIB
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.world import World


@dataclass(frozen=True, slots=True)
class Chain:
    """All snapshots of one disk, or all their copies in one region. `sequence` is that of the first."""

    snapshots: tuple[Snapshot, ...]

    @property
    def id(self) -> str:
        return self.snapshots[0].chain_id

    @property
    def disk_id(self) -> str:
        return self.snapshots[0].disk_id

    @property
    def sequence(self) -> int:
        return self.snapshots[0].sequence


@action("DescribeSnapshotLinks")
def describe_snapshot_links(call: Call) -> Response:
    """List the snapshot chains of a region: one for each disk that has snapshots."""
    found = [chain for chain in _chains(call) if chain.snapshots[0].region_id == call.region_id]
    return page_response(
        call.parameters,
        found,
        lambda page: {"SnapshotLinks": {"SnapshotLink": _render_all(call.world, page)}},
        Limits(minimum=10),
    )


@action("DescribeSnapshotsUsage")
def describe_snapshots_usage(call: Call) -> Response:
    """Return the number of snapshots in a region, and their bytes."""
    own = [snapshot for snapshot in call.world.snapshots if snapshot.region_id == call.region_id]
    return {"SnapshotCount": len(own), "SnapshotSize": _stored_bytes(own)}


def _chains(call: Call) -> Iterable[Chain]:
    for chain_id in dict.fromkeys(snapshot.chain_id for snapshot in _candidates(call)):
        chain = Chain(tuple(call.world.snapshots.by("chain", chain_id)))
        if _is_wanted(call, chain):
            yield chain


def _candidates(call: Call) -> Iterable[Snapshot]:
    named, table = call.parameters.texts("DiskIds"), call.world.snapshots
    return table if named is None else joined.from_iterable(table.by("disk", disk_id) for disk_id in named)


def _is_wanted(call: Call, chain: Chain) -> bool:
    chain_ids = call.parameters.texts("SnapshotLinkIds")
    if chain_ids is not None and chain.id not in chain_ids:
        return False
    disk = call.world.disks.get(chain.disk_id)
    return call.parameters.text("InstanceId") in {"", disk.instance_id if disk else ""}


def _render_all(world: World, chains: Sequence[Chain]) -> list[dict[str, object]]:
    return [_render(world, chain) for chain in chains]


def _render(world: World, chain: Chain) -> dict[str, object]:
    latest = chain.snapshots[-1]
    disk = world.disks.get(chain.disk_id)
    instance = world.instances.get(disk.instance_id) if disk else None
    return {
        "SnapshotLinkId": chain.id,
        "RegionId": latest.region_id,
        "Category": latest.category,
        "InstantAccess": latest.instant_access,
        "InstanceId": instance.id if instance else "",
        "InstanceName": instance.name if instance else "",
        "SourceDiskId": chain.disk_id,
        "SourceDiskName": disk.name if disk else "",
        "SourceDiskType": latest.disk_type,
        "SourceDiskSize": latest.disk_size,
        "TotalCount": len(chain.snapshots),
        "TotalSize": _stored_bytes(chain.snapshots),
    }


def _stored_bytes(snapshots: Iterable[Snapshot]) -> int:
    return int(sum(snapshot.stored_gib for snapshot in snapshots if snapshot.status != "failed") * GIB)
