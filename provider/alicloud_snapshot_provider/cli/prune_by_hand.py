"""`alicloud-snapshot prune --by-hand`: removes older snapshots that somebody made by hand, and says why."""

from __future__ import annotations

from collections.abc import Sequence

from ..ecs.models import SnapshotInfo
from ..errors import InvalidInput
from ..ledger.retention import Verdict
from ..ledger.run import Rules
from ..nouns import rules as property_rules
from ..overview.made_by_hand import HandPlan, plan_made_by_hand
from ..overview.storage import full_gib
from .context import Context, check_argument
from .exit_codes import Exit
from .pruning import JUDGEMENT, Judged, Order, Proposal
from .screen import Column

NOBODY_KNOWS = (
    "No tag says who needs these snapshots. The state of another tool or stack may hold one: as an "
    "alicloud.ecs.EcsSnapshot, of Terraform, or by an import. Look at each one before you remove it."
)
_COLUMNS = (Column("SNAPSHOT"), Column("DISK"), Column("NAME", fold=True), *JUDGEMENT)


async def prune_made_by_hand(context: Context, order: Order, disk_ids: Sequence[str]) -> Exit:
    """Show which snapshots made by hand stay and go, ask, and remove. Raises InvalidInput without rules."""
    kept_by = _rules(order, disk_ids)
    held = context.target.stack.named if context.target.stack else frozenset[str]()
    plans = await context.in_every_region(lambda region: plan_made_by_hand(region, kept_by, held, disk_ids))
    proposal = Proposal(
        plans,
        [_judged(plan, verdict) for plan in plans for verdict in plan.verdicts],
        _COLUMNS,
        nothing="no snapshots made by hand",
        kind=" made by hand",
        warning=NOBODY_KNOWS,
    )
    return await proposal.settle(context, order)


def _rules(order: Order, disk_ids: Sequence[str]) -> Rules:
    """Return the rules. The options must give them, because no stack declares any for these snapshots."""
    if order.series is not None:
        raise InvalidInput(
            "--by-hand", "snapshots made by hand have no series", remedy="Give either --by-hand or --series."
        )
    for disk_id in disk_ids:
        check_argument("--disk", property_rules.disk_id, disk_id)
    order.check_rules()
    if order.rules is None:
        raise InvalidInput(
            "--keep-last",
            "nothing says how many snapshots made by hand stay",
            remedy="Give --keep-last or another --keep option. The newest snapshot of each disk always stays.",
        )
    return order.rules


def _judged(plan: HandPlan, verdict: Verdict[SnapshotInfo]) -> Judged:
    snapshot = verdict.member
    return Judged(
        verdict,
        snapshot.cut_at,
        full_gib(snapshot),
        before=(snapshot.snapshot_id, snapshot.source_disk_id, snapshot.snapshot_name or "-"),
        facts={
            "id": snapshot.snapshot_id,
            "name": snapshot.snapshot_name,
            "disk_id": snapshot.source_disk_id,
            "region": plan.region.name,
        },
    )
