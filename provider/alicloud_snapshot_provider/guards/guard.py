"""Snapshots of everything that a change is about to touch, all of them safe before the change begins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from ..ecs.models import DiskInfo, SnapshotInfo
from ..errors import Busy, NotFound, Permanent, Rejected, SnapshotError
from ..freezes.preflight import look_at_freeze
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
from .proving import GuardDrill, preview_drill, prove

Tell = Callable[[str], None]
OutsideWindow = Literal["warn", "fail"]

SETTLING_PATIENCE = 300.0
"""Seconds for which a disk may be attaching or detaching: ECS takes about a minute for either."""
ADOPT_WITHIN = 3_600.0
"""Seconds for which a finished snapshot of an interrupted run still stands for "right before the change"."""


@dataclass(frozen=True, slots=True)
class GuardRules:
    """How a guard takes and keeps its snapshots. `min_age` and `timeout` are in seconds."""

    keep_last: int = 3
    keep: tuple[Keep, ...] = ()
    retention_days: int | None = None
    min_age: float | None = None
    wait_until: WaitUntil = "accomplished"
    timeout: float | None = None
    freeze: Freeze | None = None
    drill: GuardDrill | None = None
    window: Window | None = None
    outside_window: OutsideWindow = "warn"
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def retention(self) -> Rules:
        """What of its snapshots stays."""
        return Rules(keep_last=self.keep_last, keep=self.keep)


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is about to change: its disks, or the instance whose disks they are. `reason` is shown to the user."""

    reason: str
    series_of: Callable[[str], str]
    disk_ids: Sequence[str] = ()
    instance_id: str = ""


class Guard:
    """Guards changes in one region, where a GiB costs `price`."""

    def __init__(self, region: Region, rules: GuardRules, price: Price = DEFAULT_PRICE) -> None:
        self._region = region
        self._rules = rules
        self._price = price

    async def protect(self, guarded: Guarded, *, progress: Progress, tell: Tell) -> list[SnapshotInfo]:
        """Return the snapshots, one of each disk, once all are ready.

        Raises the first failure, when the change must not begin; what the other disks already have stays.
        """
        disks = await self._disks(guarded, tell)
        together = [disks] if self._rules.freeze and disks else [[disk] for disk in disks]
        taken = await asyncio.gather(*(self._take(guarded, each, progress, tell) for each in together))
        found = [info for each in taken for info in each]
        drill = self._rules.drill
        if drill is not None and found:
            series = guarded.series_of(found[0].source_disk_id)
            await prove(self._region, drill, found, series, guarded.reason, tell)
        for info in found:
            await self._prune(guarded.series_of(info.source_disk_id), tell)
        return found

    async def preview(self, guarded: Guarded, *, tell: Tell) -> None:
        """Say what `protect` would do, and raise what would keep it from working. Read-only."""
        unfit = await preview_drill(self._region, self._rules.drill) if self._rules.drill else []
        for disk in await self._disks(guarded, tell):
            spec = self._spec(guarded, disk, lambda _info: None, tell)
            situation, reasons = await run_preflight(self._region.surveyor, spec)
            look = await look_at_freeze(self._region, spec.freeze, [situation])
            reasons += [*look.reasons, *unfit]
            if reasons:
                raise Permanent(
                    f"the snapshot before {guarded.reason} cannot be taken: {'; '.join(reasons)}",
                    remedy="Clear this up first: the change will not begin without its snapshot.",
                )
            kept = await self._preview_retention(guarded.series_of(disk.disk_id))
            plan = [*plan_facts(situation, disk, self._price), *automatic_facts(situation, self._rules.min_age)]
            facts = "\n  ".join([*plan, *look.facts, *kept])
            tell(f"before {guarded.reason}: takes a snapshot:\n  {facts}")
            if self._rules.drill:
                tell(f"before {guarded.reason}: {self._rules.drill.named}; the change waits for that, or fails with it")
            refused = self._rules.outside_window == "fail"
            for warning in [*look.warnings, *outside_window(situation.now, self._rules.window, refused=refused)]:
                tell(warning)

    async def _disks(self, guarded: Guarded, tell: Tell) -> list[DiskInfo]:
        if guarded.instance_id:
            found = await self._region.client.disks_of_instance(guarded.instance_id)
            if not found:
                raise self._missing(f"instance {guarded.instance_id} has no disks", guarded)
        else:
            found = [await self._disk(disk_id, guarded) for disk_id in guarded.disk_ids]
        return [disk for disk in found if self._worth_a_snapshot(disk, tell)]

    async def _disk(self, disk_id: str, guarded: Guarded) -> DiskInfo:
        disk = await self._region.disks.get(disk_id)
        if disk is None:
            raise self._missing(f"there is no disk {disk_id}", guarded)
        return disk

    def _missing(self, problem: str, guarded: Guarded) -> NotFound:
        return NotFound(
            f"{problem} in region {self._region.name}, so no snapshot was taken before {guarded.reason}",
            remedy="Run `pulumi refresh` if it was released outside Pulumi. Else set the guard's region, or remove the "
            "guard from this resource.",
        )

    def _worth_a_snapshot(self, disk: DiskInfo, tell: Tell) -> bool:
        if has_no_snapshots(disk):
            tell(f"{disk.disk_id} is NOT protected: category {disk.category} has no snapshots")
            return False
        if disk.status == "Available" and not disk.attached_time:
            tell(f"{disk.disk_id} needs no snapshot: it has never been attached, so nothing was ever written to it")
            return False
        return True

    async def _take(
        self, guarded: Guarded, disks: Sequence[DiskInfo], progress: Progress, tell: Tell
    ) -> list[SnapshotInfo]:
        """Take the snapshots of the disks, of several under one freeze."""
        specs = [self._spec(guarded, disk, progress, tell) for disk in disks]
        take = partial(self._take_settled, guarded, specs)
        taken = await retry_while_busy(self._region.clock, take, patience=SETTLING_PATIENCE)
        for info, disk in zip(taken, disks, strict=True):
            tell(f"before {guarded.reason}: {info.snapshot_id} keeps {disk.disk_id} as of {info.creation_time}")
        return taken

    async def _take_settled(self, guarded: Guarded, specs: Sequence[SnapshotSpec]) -> list[SnapshotInfo]:
        """Take the snapshots. Raises Busy while a disk is in a passing state.

        Its detachment may belong to the same run, and may begin right after a look at the disk.
        """
        for spec in specs:
            disk = await self._disk(spec.disk_id, guarded)
            if disk.status in PASSING_STATES:
                raise _passing(disk.disk_id, disk.status, guarded)
        try:
            return await self._region.taker.take_together(specs)
        except Rejected as refusal:
            if refusal.code != "IncorrectDiskStatus":
                raise
            raise _passing(specs[0].disk_id, "changing its status", guarded) from refusal

    async def _prune(self, series: str, tell: Tell) -> None:
        """Prune the history. What fails here keeps no change from beginning: its snapshot is safe by now."""
        try:
            await self._region.retirement.prune(await self._taken(series), self._rules.retention, tell)
        except SnapshotError as error:
            tell(f"older snapshots stay until the next guarded change: {error.problem}")

    async def _taken(self, series: str) -> list[SnapshotInfo]:
        """Return what guards took in a series."""
        members = await self._region.ledger.members(series)
        return without_copied_intents([each for each in members if ownership_of(each) == OF_GUARD])

    async def _preview_retention(self, series: str) -> list[str]:
        """Return what `keep` is going to do to a history, a line each."""
        if not self._rules.keep:
            return []
        return retention_facts(await self._taken(series), self._rules.retention, self._region.clock.now())

    def _spec(self, guarded: Guarded, disk: DiskInfo, progress: Progress, tell: Tell) -> SnapshotSpec:
        series = guarded.series_of(disk.disk_id)
        rules = self._rules
        return SnapshotSpec(
            disk_id=disk.disk_id,
            attributes=Attributes(
                series=series,
                snapshot_name=f"before-{disk.disk_id}"[:128],
                description=f"before {guarded.reason}"[:256],
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


def _passing(disk_id: str, status: str, guarded: Guarded) -> Busy:
    return Busy(
        f"disk {disk_id} is {status}, so no snapshot was taken before {guarded.reason}",
        remedy="Wait until the disk is In_use or Available, then run it again.",
    )
