"""Plans the pruning of snapshots that somebody made by hand, for `prune --by-hand`.

No tag says who owns such a snapshot, and the state of another tool may hold it. So a snapshot with any sign of an owner
is not judged at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ..ecs.models import SnapshotInfo
from ..errors import InUse
from ..ledger.keeper import BY_HAND, keeper_of
from ..ledger.ownership import TAG_PREFIX
from ..ledger.retention import Fate, Verdict, retention_plan
from ..ledger.run import Rules
from ..region import Region
from .pruning import keep_undeletable, locks_of

AUTOMATIC_NAME = "auto"
"""The start of the names of automatic snapshots. ECS lets nobody else use it."""


@dataclass(frozen=True, slots=True)
class HandPlan:
    """What happens to the snapshots of a region that were made by hand, the newest first."""

    region: Region
    verdicts: Sequence[Verdict[SnapshotInfo]]

    @property
    def removed(self) -> list[Verdict[SnapshotInfo]]:
        """The snapshots that are removed."""
        return [verdict for verdict in self.verdicts if verdict.fate is Fate.REMOVE]

    async def carry_out(self, tell: Callable[[str], None]) -> None:
        """Remove what the plan removes. Each is read again first: one that now has an owner or a user stays."""
        for verdict in self.removed:
            (now,) = await self.region.client.snapshots_by_id([verdict.member.snapshot_id]) or (None,)
            if now is None:
                continue
            if not is_made_by_hand(now):
                tell(f"keep {now.snapshot_id}: somebody has taken it over since")
                continue
            await self._remove(now, verdict.reason, tell)

    async def _remove(self, snapshot: SnapshotInfo, reason: str, tell: Callable[[str], None]) -> None:
        try:
            await self.region.remover.remove(snapshot)
        except InUse as held:
            tell(f"keep {snapshot.snapshot_id} for now: {held.problem}")
        else:
            tell(f"remove {snapshot.snapshot_id}: {reason}")


def is_made_by_hand(snapshot: SnapshotInfo) -> bool:
    """Tell whether nothing shows an owner: no tag of the provider, no policy, no original in another region."""
    ours = any(key.startswith(TAG_PREFIX) for key in snapshot.tags)
    automatic = snapshot.snapshot_name.startswith(AUTOMATIC_NAME)
    return keeper_of(snapshot) == BY_HAND and not ours and not automatic and not snapshot.source_snapshot_id


async def plan_made_by_hand(
    region: Region, rules: Rules, held: Collection[str], disk_ids: Collection[str] = ()
) -> HandPlan:
    """Judge by `rules` the snapshots of each disk that were made by hand; of `disk_ids`, or of all disks. Read-only.

    A snapshot stays if a known state names it (`held`), or if it is in use, locked or not accomplished. Members of
    groups are not judged, because their tags are on the group. Raises what the calls raise.
    """
    grouped = {each for group in await region.client.all_snapshot_groups() for each in group.snapshot_ids.values()}
    candidates = [
        each
        for each in await region.client.all_snapshots() or ()
        if is_made_by_hand(each)
        and each.accomplished
        and each.snapshot_id not in grouped
        and (not disk_ids or each.source_disk_id in disk_ids)
    ]
    locks = await locks_of(region)
    members = {each.snapshot_id: [each] for each in candidates}
    judged = retention_plan(candidates, rules.keep_last, rules.keep)
    return HandPlan(region, [await keep_undeletable(region, verdict, members, held, locks) for verdict in judged])
