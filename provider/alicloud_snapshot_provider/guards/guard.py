"""Takes the snapshots of a guard: of every disk that a change touches, and all are safe before the change starts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from ..ecs.models import DiskInfo, SnapshotInfo
from ..errors import Busy, NotFound, Permanent, Rejected, SnapshotError
from ..freezes.preflight import run_freeze_preflight
from ..freezes.spec import Freeze
from ..ledger.intent import without_copied_intents
from ..ledger.keep import Keep
from ..ledger.ownership import OF_GUARD, ownership_of
from ..ledger.retention_facts import retention_facts
from ..ledger.run import Rules
from ..region import Region
from ..snapshots.attributes import Attributes
from ..snapshots.estimate import DEFAULT_PRICE, Price
from ..snapshots.plan import automatic_facts, outside_window, plan_facts
from ..snapshots.preflight import PASSING_STATES, has_no_snapshots, run_preflight
from ..snapshots.spec import Progress, SnapshotSpec, WaitUntil
from ..snapshots.window import Window
from ..waiting.retry import retry_while_busy
from .drill import GuardDrill, guard_drill_violations, prove
from .others import counted_text, young_of_others

Tell = Callable[[str], None]
OutsideWindow = Literal["warn", "fail"]
GuardReuse = Literal["guard", "any"]

SETTLING_PATIENCE = 300.0
"""Seconds to wait for a disk that is attaching or detaching. ECS takes about a minute for either."""
ADOPT_WITHIN = 3_600.0
"""Seconds for which a finished snapshot of an interrupted run still counts as "right before the change"."""


@dataclass(frozen=True, slots=True)
class GuardRules:
    """The settings of a guard. `min_age` and `timeout` are in seconds.

    `reuse` says whose snapshot counts within `min_age`: only one of the guard, or any. What others took was not cut
    under a `freeze`, so it does not count beside one.
    """

    keep_last: int = 3
    keep: tuple[Keep, ...] = ()
    retention_days: int | None = None
    min_age: float | None = None
    reuse: GuardReuse = "guard"
    wait_until: WaitUntil = "accomplished"
    timeout: float | None = None
    freeze: Freeze | None = None
    drill: GuardDrill | None = None
    window: Window | None = None
    outside_window: OutsideWindow = "warn"
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def retention(self) -> Rules:
        """The rules that say which snapshots stay."""
        return Rules(keep_last=self.keep_last, keep=self.keep)


@dataclass(frozen=True, slots=True)
class GuardTarget:
    """What a guard protects: disks, or all disks of an instance. `reason` is the change as text, for messages."""

    reason: str
    series_of: Callable[[str], str]
    disk_ids: Sequence[str] = ()
    instance_id: str = ""


class Guard:
    """Guards changes in one region. `price` is that of a GiB, for the preview."""

    def __init__(self, region: Region, rules: GuardRules, price: Price = DEFAULT_PRICE) -> None:
        self._region = region
        self._rules = rules
        self._price = price

    async def protect(self, target: GuardTarget, *, progress: Progress, tell: Tell) -> list[SnapshotInfo]:
        """Return one snapshot of each disk when all are ready.

        Raises the first error; the change must not start then. Snapshots that the other disks already have stay.
        """
        disks = await self._disks(target, tell)
        counted = await self._counted(disks, target, tell)
        rest = [disk for disk in disks if disk.disk_id not in counted]
        batches = [rest] if self._rules.freeze and rest else [[disk] for disk in rest]
        taken = await asyncio.gather(*(self._take(target, each, progress, tell) for each in batches))
        found = [*counted.values(), *(info for each in taken for info in each)]
        drill = self._rules.drill
        if drill is not None and found:
            series = target.series_of(found[0].source_disk_id)
            await prove(self._region, drill, found, series, target.reason, tell)
        for info in found:
            await self._prune(target.series_of(info.source_disk_id), tell)
        return found

    async def preview(self, target: GuardTarget, *, tell: Tell) -> None:
        """Tell what `protect` would do, and raise the error that it would meet. Read-only."""
        drill_reasons = await guard_drill_violations(self._region, self._rules.drill) if self._rules.drill else []
        disks = await self._disks(target, tell)
        counted = await self._counted(disks, target, tell)
        for disk in (each for each in disks if each.disk_id not in counted):
            spec = self._spec(target, disk, lambda _info: None, tell)
            situation, reasons = await run_preflight(self._region.surveyor, spec)
            look = await run_freeze_preflight(self._region, spec.freeze, [situation])
            reasons += [*look.reasons, *drill_reasons]
            if reasons:
                raise Permanent(
                    f"the snapshot before {target.reason} cannot be taken: {'; '.join(reasons)}",
                    remedy="Clear this up first: the change will not begin without its snapshot.",
                )
            kept = await self._preview_retention(target.series_of(disk.disk_id))
            plan = [*plan_facts(situation, disk, self._price), *automatic_facts(situation, self._rules.min_age)]
            facts = "\n  ".join([*plan, *look.facts, *kept])
            tell(f"before {target.reason}: takes a snapshot:\n  {facts}")
            if self._rules.drill:
                tell(f"before {target.reason}: {self._rules.drill.named}; the change waits for that, or fails with it")
            refused = self._rules.outside_window == "fail"
            for warning in [*look.warnings, *outside_window(situation.now, self._rules.window, refused=refused)]:
                tell(warning)

    async def _disks(self, target: GuardTarget, tell: Tell) -> list[DiskInfo]:
        if target.instance_id:
            found = await self._region.client.disks_of_instance(target.instance_id)
            if not found:
                raise self._missing(f"instance {target.instance_id} has no disks", target)
        else:
            found = [await self._disk(disk_id, target) for disk_id in target.disk_ids]
        return [disk for disk in found if self._needs_snapshot(disk, tell)]

    async def _counted(self, disks: Sequence[DiskInfo], target: GuardTarget, tell: Tell) -> dict[str, SnapshotInfo]:
        """Return the snapshots of others that count, by disk, and tell of them."""
        min_age = self._rules.min_age
        if self._rules.reuse != "any" or min_age is None or self._rules.freeze:
            return {}
        found = await asyncio.gather(*(young_of_others(self._region, disk.disk_id, min_age) for disk in disks))
        counted = {each.source_disk_id: each for each in found if each}
        for info in counted.values():
            tell(f"before {target.reason}: {counted_text(info, self._region.client.cloud_now())}")
        return counted

    async def _disk(self, disk_id: str, target: GuardTarget) -> DiskInfo:
        disk = await self._region.disks.get(disk_id)
        if disk is None:
            raise self._missing(f"there is no disk {disk_id}", target)
        return disk

    def _missing(self, problem: str, target: GuardTarget) -> NotFound:
        return NotFound(
            f"{problem} in region {self._region.name}, so no snapshot was taken before {target.reason}",
            remedy="Run `pulumi refresh` if it was released outside Pulumi. Else set the guard's region, or remove the "
            "guard from this resource.",
        )

    def _needs_snapshot(self, disk: DiskInfo, tell: Tell) -> bool:
        if has_no_snapshots(disk):
            tell(f"{disk.disk_id} is NOT protected: category {disk.category} has no snapshots")
            return False
        if disk.status == "Available" and not disk.attached_time:
            tell(f"{disk.disk_id} needs no snapshot: it has never been attached, so nothing was ever written to it")
            return False
        return True

    async def _take(
        self, target: GuardTarget, disks: Sequence[DiskInfo], progress: Progress, tell: Tell
    ) -> list[SnapshotInfo]:
        """Take the snapshots of the disks; several disks share one freeze."""
        specs = [self._spec(target, disk, progress, tell) for disk in disks]
        take = partial(self._take_settled, target, specs)
        taken = await retry_while_busy(self._region.clock, take, patience=SETTLING_PATIENCE)
        for info, disk in zip(taken, disks, strict=True):
            tell(f"before {target.reason}: {info.snapshot_id} keeps {disk.disk_id} as of {info.creation_time}")
        return taken

    async def _take_settled(self, target: GuardTarget, specs: Sequence[SnapshotSpec]) -> list[SnapshotInfo]:
        """Take the snapshots. Raises Busy while a disk is attaching or detaching.

        The same run may detach the disk, and that may begin right after the check. So ECS's refusal counts, too.
        """
        for spec in specs:
            disk = await self._disk(spec.disk_id, target)
            if disk.status in PASSING_STATES:
                raise _busy(disk.disk_id, disk.status, target)
        try:
            return await self._region.taker.take_together(specs)
        except Rejected as refusal:
            if refusal.code != "IncorrectDiskStatus":
                raise
            raise _busy(specs[0].disk_id, "changing its status", target) from refusal

    async def _prune(self, series: str, tell: Tell) -> None:
        """Prune the series. An error does not stop the change: its snapshot is safe by now."""
        try:
            await self._region.retirement.prune(await self._taken(series), self._rules.retention, tell)
        except SnapshotError as error:
            tell(f"older snapshots stay until the next guarded change: {error.problem}")

    async def _taken(self, series: str) -> list[SnapshotInfo]:
        """Return the snapshots of a series that guards took."""
        members = await self._region.ledger.members(series)
        return without_copied_intents([each for each in members if ownership_of(each) == OF_GUARD])

    async def _preview_retention(self, series: str) -> list[str]:
        """Return what `keep` will do to a series, one line each."""
        if not self._rules.keep:
            return []
        return retention_facts(await self._taken(series), self._rules.retention, self._region.clock.now())

    def _spec(self, target: GuardTarget, disk: DiskInfo, progress: Progress, tell: Tell) -> SnapshotSpec:
        series = target.series_of(disk.disk_id)
        rules = self._rules
        return SnapshotSpec(
            disk_id=disk.disk_id,
            attributes=Attributes(
                series=series,
                snapshot_name=f"before-{disk.disk_id}"[:128],
                description=f"before {target.reason}"[:256],
                retention_days=rules.retention_days,
                tags=rules.tags,
            ),
            replace_inputs={"disk_id": disk.disk_id},
            ownership=OF_GUARD,
            wait_until=rules.wait_until,
            min_age=rules.min_age,
            reuse="any",
            adopt_within=ADOPT_WITHIN,
            timeout=rules.timeout,
            freeze=rules.freeze,
            required_window=rules.window if rules.outside_window == "fail" else None,
            progress=progress,
            warn=tell,
        )


def _busy(disk_id: str, status: str, target: GuardTarget) -> Busy:
    return Busy(
        f"disk {disk_id} is {status}, so no snapshot was taken before {target.reason}",
        remedy="Wait until the disk is In_use or Available, then run it again.",
    )
