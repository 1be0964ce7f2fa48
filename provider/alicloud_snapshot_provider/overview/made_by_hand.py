"""Snapshots that somebody made by hand, in the console for example: judged only at somebody's request.

No tag tells whose they are, and a state of another tool may hold them. What tells of an owner keeps a snapshot out of
here altogether.
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
"""How ECS begins the names of automatic snapshots; it lets nobody else use it."""


@dataclass(frozen=True, slots=True)
class HandPlan:
    """What becomes of the snapshots of a region that were made by hand, newest first."""

    region: Region
    verdicts: Sequence[Verdict[SnapshotInfo]]

    @property
    def removed(self) -> list[Verdict[SnapshotInfo]]:
        """Those that go."""
        return [verdict for verdict in self.verdicts if verdict.fate is Fate.REMOVE]

    async def carry_out(self, tell: Callable[[str], None]) -> None:
        """Remove what the plan removes, each looked at once more: what has found an owner or a use since stays."""
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
    """Tell whether nothing says who keeps the snapshot: no tag of ours, no policy, no original in another region."""
    ours = any(key.startswith(TAG_PREFIX) for key in snapshot.tags)
    automatic = snapshot.snapshot_name.startswith(AUTOMATIC_NAME)
    return keeper_of(snapshot) == BY_HAND and not ours and not automatic and not snapshot.source_snapshot_id


async def plan_made_by_hand(
    region: Region, rules: Rules, held: Collection[str], disk_ids: Collection[str] = ()
) -> HandPlan:
    """Judge what was made by hand, of the named disks or of all, by `rules`, for each disk. Read-only.

    What a known state names (`held`), what is in use, locked or not accomplished stays. The members of groups are not
    judged, as the tags are on the group. Raises what the calls raise, also where groups may not be listed.
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
