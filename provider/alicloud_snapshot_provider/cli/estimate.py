"""`alicloud-snapshot estimate`: estimates the next snapshot of a disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..ecs.models import DiskInfo
from ..errors import Rejected
from ..nouns import rules
from ..snapshots.attributes import Attributes
from ..snapshots.estimate import Price, estimate
from ..snapshots.plan import plan_facts, plan_warnings
from ..snapshots.preflight import run_preflight
from ..snapshots.situation import Situation
from ..snapshots.spec import SnapshotSpec
from .context import Context, check_argument
from .exit_codes import Exit


async def estimate_disk(context: Context, disk_id: str) -> Exit:
    """Show the estimate. Raises Rejected if ECS would refuse the snapshot."""
    check_argument("DISK", rules.disk_id, disk_id)
    region, disk = await context.find("disk", disk_id, lambda each: each.disks.get(disk_id))
    spec = SnapshotSpec(disk_id=disk_id, attributes=Attributes(series=""), replace_inputs={})
    situation, reasons = await run_preflight(region.surveyor, spec)
    if context.screen.for_programs:
        context.screen.json(_record(situation, disk, context.price, reasons))
    if reasons:
        raise Rejected(f"ECS would refuse a snapshot: {'; '.join(reasons)}")
    if not context.screen.for_programs:
        for fact in plan_facts(situation, disk, context.price):
            context.screen.say(fact)
        for warning in plan_warnings(situation, disk, None):
            context.screen.warn(f"warning: {warning}")
    return Exit.FINE


def _record(situation: Situation, disk: DiskInfo, price: Price, reasons: Sequence[str]) -> dict[str, Any]:
    facts = estimate(situation, disk, price)
    return {
        "disk_id": disk.disk_id,
        "region": situation.region,
        "instance_id": disk.instance_id,
        "full": facts.full,
        "seconds": facts.seconds,
        "gib_at_most": facts.gib,
        price.key("a_month_at_most"): round(facts.monthly_cost, 2),
        "previous_snapshot_id": facts.previous.snapshot_id if facts.previous else "",
        "previous_age_seconds": facts.previous_age,
        "previous_seconds": facts.previous_seconds,
        "warnings": plan_warnings(situation, disk, None),
        "refused": list(reasons),
    }
