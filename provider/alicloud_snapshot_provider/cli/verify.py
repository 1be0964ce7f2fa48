"""`alicloud-snapshot verify`: checks that the real ECS behaves like the emulator."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from ..errors import InvalidInput
from ..nouns import rules
from ..snapshots.by_hand import spec_by_hand
from ..snapshots.estimate import estimate
from ..snapshots.preflight import run_preflight
from ..verification.bench import Subject
from ..verification.outcome import Finding, Verdict
from ..verification.plan import plan_facts
from ..verification.run import Report, Verification
from .context import Context, check_argument
from .exit_codes import Exit
from .screen import Column


@dataclass(frozen=True, slots=True)
class Trust:
    """What the user allows: the disk, and what may be done beyond it. If `sure`, the command asks no question."""

    disk_id: str
    copies_to: str | None = None
    stop_instance: bool = False
    sure: bool = False


async def verify_ecs(context: Context, trust: Trust) -> Exit:
    """Say what will be made, ask, and probe. Raises InvalidInput if the disk can have no snapshot."""
    subject = await _subject(context, trust)
    for line in await _plan(context, subject):
        context.screen.say(line)
    if not trust.sure and not context.screen.agrees(f"Verify ECS in {subject.region.name}?"):
        context.screen.say("nothing was made")
        return Exit.FINE
    report = await Verification(subject, context.screen.warn).run()
    _show(context, subject, report)
    return Exit.FAILED if report.having(Verdict.CONTRADICTED) or report.left else Exit.FINE


async def _subject(context: Context, trust: Trust) -> Subject:
    check_argument("--disk", rules.disk_id, trust.disk_id)
    home, *others = context.regions
    if trust.copies_to == home.name:
        raise InvalidInput("--copy-to", "--copy-to names the region of the disk", remedy="Name another one.")
    disk = await home.disks.get(trust.disk_id)
    if disk is None:
        raise InvalidInput(
            "--disk", f"there is no disk {trust.disk_id} in {home.name}", remedy="Correct --disk or --region."
        )
    instance = await home.instances.get(disk.instance_id) if disk.instance_id else None
    return Subject(home, disk, instance, others[0] if others else None, stops_instance=trust.stop_instance)


async def _plan(context: Context, subject: Subject) -> list[str]:
    situation, reasons = await run_preflight(subject.region.surveyor, spec_by_hand(subject.disk, None))
    if reasons:
        raise InvalidInput("--disk", f"nothing was made: {'; '.join(reasons)}")
    return plan_facts(subject, estimate(situation, subject.disk, context.price), context.price)


def _show(context: Context, subject: Subject, report: Report) -> None:
    if context.screen.for_programs:
        context.screen.json(_record(subject, report))
        return
    columns = [Column("ROW"), Column("VERDICT"), Column("SOURCE"), Column("SEEN", fold=True)]
    context.screen.table(columns, [[each.row, each.verdict.value, each.source, each.seen] for each in report.findings])
    counts = [f"{len(report.having(verdict))} {verdict.value}" for verdict in Verdict]
    context.screen.say(f"\n{', '.join(counts)}")


def _record(subject: Subject, report: Report) -> dict[str, Any]:
    """Return the report for an issue. Nothing in it identifies the account."""
    return {
        "version": version("pulumi-alicloud-snapshot"),
        "endpoint": "ECS" if not subject.region.client.settings.endpoint else "configured",
        "region": subject.region.name,
        "disk": {
            "category": subject.disk.category,
            "type": subject.disk.disk_type,
            "size_gib": subject.disk.size,
            "attached": bool(subject.disk.instance_id),
        },
        "seconds": {name: after if after is None else round(after) for name, after in report.seconds.items()},
        "rows": [_row(each) for each in report.findings],
        "left": len(report.left),
    }


def _row(finding: Finding) -> dict[str, str]:
    return {
        "row": finding.row,
        "behaviour": finding.behaviour,
        "source": finding.source,
        "verdict": finding.verdict.value,
        "seen": finding.seen,
    }
