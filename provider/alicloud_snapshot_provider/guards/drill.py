"""Runs a restore drill for a guard: the change starts only when its snapshots are proven."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..drills.preflight import drill_violations, survey_drill
from ..drills.run import DrillRun
from ..drills.spec import DEFAULT_CATEGORY, Check, Drill
from ..ecs.models import SnapshotInfo
from ..ledger.proof import BY_DISK, proof_of
from ..region import Region

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class GuardDrill:
    """The drill settings of a guard: see `Drill`. Without a helper instance the disks are made, but not checked."""

    instance_id: str = ""
    zone_id: str = ""
    category: str = DEFAULT_CATEGORY
    checks: tuple[Check, ...] = ()

    def of(self, snapshot_ids: Sequence[str], series: str, tell: Tell) -> Drill:
        """Return the drill of these snapshots."""
        return Drill(
            snapshot_ids=tuple(sorted(snapshot_ids)),
            series=series,
            instance_id=self.instance_id,
            zone_id=self.zone_id,
            category=self.category,
            checks=self.checks if self.instance_id else (),
            tell=tell,
            warn=tell,
        )

    @property
    def named(self) -> str:
        """What the drill does, as text."""
        if not self.instance_id:
            return "makes a temporary disk of it and deletes that"
        checks = ", ".join(check.name for check in self.checks) or "none"
        return f"restores it to a temporary disk at {self.instance_id}, checks there ({checks}) and deletes that"


async def prove(
    region: Region, settings: GuardDrill, taken: Sequence[SnapshotInfo], series: str, reason: str, tell: Tell
) -> None:
    """Restore the snapshots that are not proven yet. Raises DrillFailed, or the error of the call that failed."""
    by = settings.instance_id or BY_DISK
    found = [await region.snapshots.get(each.snapshot_id) or each for each in taken]
    proofs = [proof_of(each) for each in found]
    unproven = [each.snapshot_id for each, proof in zip(found, proofs, strict=True) if not proof or proof.by != by]
    if unproven:
        drill = settings.of(unproven, series, tell)
        proven = await DrillRun(region, drill).run()
        tell(f"before {reason}: {drill.named} was restored {proven.proof}")


async def guard_drill_violations(region: Region, settings: GuardDrill) -> list[str]:
    """Return why the drill cannot run. The snapshots do not exist yet, so only the helper instance is checked."""
    situation = await survey_drill(region, settings.of((), "preview", lambda _note: None))
    return [f"drill.{name}: {reason}" for name, reason in drill_violations(situation).items()]
