"""Carries out a restore drill: it makes disks, checks them, and removes them whatever happens.

A temporary disk has the drill's tag from its creation on. So a run first removes the disks of a dead run, and in the
end its own. A snapshot is recorded as proven only if every check passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..ecs.cloud_assistant import CloudAssistant
from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from ..ecs.wire_format import written_moment
from ..errors import DrillFailed, NotFound, PermissionDenied, SnapshotError
from ..freezes.commands import CommandOutcomes, CommandRunner, CommandTemplate, tail, why_failed
from ..freezes.spec import Commands
from ..ledger.proof import BY_DISK, Proof, proof_tags
from ..region import Region
from ..waiting.shield import uncancellable
from .guest import check_script
from .spec import Check, Drill
from .temporary_disks import TemporaryDisks


@dataclass(frozen=True, slots=True)
class Proven:
    """What a drill proved: when and by what, the checks that passed, and the snapshots that record it."""

    proof: Proof
    checks: Sequence[str]
    recorded: Sequence[str]


class DrillRun:
    """One run of one drill in one region."""

    def __init__(self, region: Region, drill: Drill) -> None:
        self._region = region
        self._drill = drill
        self._disks = TemporaryDisks(region, drill)
        self._runner = CommandRunner(CloudAssistant(region.client), region.clock)

    async def run(self) -> Proven:
        """Return what is proven, once no temporary disk is left.

        Raises DrillFailed if a check fails, NotFound, or the error of the call that failed. It also removes the
        temporary disks then. If ECS refuses that, `Drill.warn` hears of it.
        """
        await self.clear()
        try:
            snapshots = await self._snapshots()
            passed = await self._restore_and_check(snapshots)
        except BaseException:
            await uncancellable(self._clear_after_failure())
            raise
        self._drill.step("deleting the temporary disks")
        await uncancellable(self._disks.remove())
        proof = Proof(written_moment(self._region.client.cloud_now()), self._drill.instance_id or BY_DISK)
        return Proven(proof, passed, [each.snapshot_id for each in snapshots if await self._record(each, proof)])

    async def clear(self) -> None:
        """Remove the disks that a dead run of this drill left."""
        for disk_id in await uncancellable(self._disks.remove()):
            self._drill.tell(f"removed temporary disk {disk_id}, which a dead run had left behind")

    async def _clear_after_failure(self) -> None:
        try:
            await self._disks.remove()
        except SnapshotError as error:
            self._drill.warn(
                "temporary disks of the drill may stay, and are billed, until its next run removes them: "
                f"{error.problem}"
            )

    async def _snapshots(self) -> list[SnapshotInfo]:
        found = await asyncio.gather(*map(self._region.snapshots.get, self._drill.snapshot_ids))
        for snapshot_id, snapshot in zip(self._drill.snapshot_ids, found, strict=True):
            if snapshot is None:
                raise NotFound(
                    f"snapshot {snapshot_id} is not in region {self._region.name}, so nothing was restored",
                    remedy="Correct the snapshot, or set region to its own.",
                )
        return [each for each in found if each]

    async def _restore_and_check(self, snapshots: Sequence[SnapshotInfo]) -> list[str]:
        zone_id = await zone_of(self._region, self._drill, snapshots)
        if not zone_id:
            raise NotFound(
                f"no zone is known for the temporary disks of {self._drill.named}",
                remedy="Give instance_id, or zone_id if the disks are only made and not read.",
            )
        self._drill.step(f"making a temporary disk of {self._drill.named}")
        disks = await self._make(snapshots, zone_id)
        if not self._drill.instance_id:
            return []
        self._drill.step(f"attaching them to {self._drill.instance_id}")
        # One after the other: an instance attaches only some disks at a time.
        attached = [await self._disks.attach(disk, self._drill.instance_id) for disk in disks]
        return [await self._check(check, attached) for check in self._drill.checks]

    async def _make(self, snapshots: Sequence[SnapshotInfo], zone_id: str) -> list[DiskInfo]:
        """Return a disk of each snapshot. It waits for all of them; then it raises the first failure."""
        making = [self._disks.make(each.snapshot_id, zone_id) for each in snapshots]
        outcomes = await asyncio.gather(*making, return_exceptions=True)
        failure = next((each for each in outcomes if isinstance(each, BaseException)), None)
        if failure:
            raise failure
        return [each for each in outcomes if isinstance(each, DiskInfo)]

    async def _check(self, check: Check, disks: Sequence[DiskInfo]) -> str:
        """Return the name of the check. Raises DrillFailed if it fails."""
        self._drill.step(f"checking: {check.name}")
        outcomes = CommandOutcomes()
        serials = [disk.serial_number or disk.disk_id.removeprefix("d-") for disk in disks]
        template = CommandTemplate(
            name="alicloud-snapshot-drill",
            client_token=f"pas-{self._drill.key[:8]}-{self._disks.run_id}-{check.name}"[:60],
            tags=self._drill.tags,
            script=lambda commands: commands.command,
            timeout=lambda commands: commands.timeout,
        )
        commands = Commands(command=check_script(check, serials), thaw="", timeout=check.timeout)
        instance_id = self._drill.instance_id
        try:
            await self._runner.run(template, {instance_id: commands}, outcomes)
        finally:
            if outcomes.unfinished:
                await uncancellable(self._runner.stop(outcomes))
        reason = _reason(check, outcomes, instance_id)
        if reason:
            raise DrillFailed(
                f"the restore drill of {self._drill.named} failed: check {check.name} on {instance_id} {reason}",
                remedy="Do not rely on this snapshot: look into it, or take another one.",
            )
        return check.name

    async def _record(self, snapshot: SnapshotInfo, proof: Proof) -> bool:
        """Record the proof on a snapshot, and tell whether that worked. If not, the snapshot is proven anyway."""
        now = await self._region.snapshots.get(snapshot.snapshot_id)
        tags = proof_tags(now or snapshot, proof)
        if not tags:
            self._drill.warn(f"{snapshot.snapshot_id} has 20 tags, so the proof is not recorded on it")
            return False
        try:
            await self._region.client.tag("snapshot", [snapshot.snapshot_id], tags)
        except (NotFound, PermissionDenied) as error:
            self._drill.warn(f"that {snapshot.snapshot_id} is proven is not recorded on it: {error.problem}")
            return False
        return True


async def zone_of(region: Region, drill: Drill, snapshots: Sequence[SnapshotInfo]) -> str:
    """Return the zone for the temporary disks, "" if none is known. Raises NotFound if the helper is missing."""
    if drill.instance_id:
        return (await helper_of(region, drill)).zone_id
    if drill.zone_id:
        return drill.zone_id
    disk = await region.disks.get(snapshots[0].source_disk_id) if snapshots[0].source_disk_id else None
    return disk.zone_id if disk else ""


async def helper_of(region: Region, drill: Drill) -> InstanceInfo:
    """Return the helper instance. Raises NotFound if it is missing."""
    instance = await region.instances.get(drill.instance_id)
    if instance is None:
        raise NotFound(
            f"instance {drill.instance_id} is not in region {region.name}, so nothing was restored",
            remedy="Name a running instance of the snapshots' region.",
        )
    return instance


def _reason(check: Check, outcomes: CommandOutcomes, instance_id: str) -> str:
    """Return why a check failed, in words that follow its name; "" if it passed."""
    result = outcomes.results.get(instance_id)
    if result is None:
        return f"did not run: {outcomes.refusals[instance_id].problem}"
    if result.exit_code is not None:
        return (
            "" if result.exit_code == check.exit_code else f"exited with code {result.exit_code}{tail(result.output)}"
        )
    return why_failed(result)
