"""Deletes a snapshot and waits until it is gone. If images or disks use it, the error names them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..clock import Clock
from ..ecs.client import EcsClient
from ..ecs.codes import Answer, error_of
from ..ecs.models import LockInfo, SnapshotInfo
from ..errors import InUse, Locked, PermissionDenied, Unavailable, merged_in_use
from ..ledger.ownership import belongs_to_another
from ..waiting.batch import BatchedLookup
from ..waiting.retry import retry_while_busy

BUSY_PATIENCE = 120.0
RELEASE_PATIENCE = 60.0
"""ECS may count a snapshot as used for so many seconds after its last image or disk is gone."""
GONE_PATIENCE = 60.0
POLL_INTERVAL = 2.0


@dataclass(frozen=True, slots=True)
class Users:
    """The ids of the images and disks that were made from a snapshot."""

    images: Sequence[str]
    disks: Sequence[str]

    def __str__(self) -> str:
        named = [f"image {image}" for image in self.images] + [f"disk {disk}" for disk in self.disks]
        return ", ".join(named) or "an image or disk"


class SnapshotRemover:
    """Deletes snapshots in one region."""

    def __init__(self, client: EcsClient, clock: Clock, lookup: BatchedLookup[SnapshotInfo]) -> None:
        self._client = client
        self._clock = clock
        self._lookup = lookup

    async def require_removable(self, records: Sequence[SnapshotInfo], *, force: bool = False) -> None:
        """Raise InUse, which names every user, if one of the snapshots cannot be deleted.

        If ECS says that a snapshot is in use and there is no user, the use has just ended, so it waits.
        """
        end = self._clock.now() + RELEASE_PATIENCE
        while True:
            found = await asyncio.gather(*(self._lookup.get(each.snapshot_id) for each in records))
            existing = [each for each in found if each is not None]
            refusals = await asyncio.gather(*(self._use(each, force) for each in existing))
            held = [*(each for each in refusals if each), *await self.locks(existing)]
            if not held:
                return
            certain = [each for each in held if each.images or each.disks or isinstance(each, Locked)]
            if certain:
                raise merged_in_use(certain)
            if self._clock.now() >= end:
                return  # the deletion shows what ECS says
            await self._clock.sleep(POLL_INTERVAL)

    def deletable_part(self, record: SnapshotInfo, lineages: Collection[str]) -> SnapshotInfo | None:
        """Return the snapshot, or None if it belongs to another entry than these."""
        return None if belongs_to_another(record, lineages) else record

    async def _use(self, snapshot: SnapshotInfo, force: bool) -> InUse | None:
        by_image = "image" in snapshot.usage
        if not by_image and (force or "disk" not in snapshot.usage):
            return None
        code = "SnapshotCreatedImage" if by_image else "SnapshotCreatedDisk"
        refusal = error_of(Answer("DeleteSnapshot", snapshot.snapshot_id, code, "it is in use", request_id=""))
        assert isinstance(refusal, InUse)  # noqa: S101  (for the type checker)
        return await self._with_names(snapshot.snapshot_id, refusal)

    async def locks(self, snapshots: Sequence[SnapshotInfo]) -> list[InUse]:
        """Return an error for each lock that has not expired. Without the permission to list locks, there is none."""
        ids = [each.snapshot_id for each in snapshots]
        try:
            locks = await self._client.locks_of(ids)
        except PermissionDenied:
            return []
        return [_locked(each) for each in locks if each.holds or each.can_be_undone]

    async def remove(self, record: SnapshotInfo, *, force: bool = False) -> None:
        """Delete the snapshot. If it does not exist, it counts as deleted.

        Raises InUse, which names the images and disks, Locked, which names the end of the lock, or Unavailable if ECS
        still lists it.
        """
        snapshot_id, end = record.snapshot_id, self._clock.now() + RELEASE_PATIENCE
        while True:
            try:
                await self._delete(snapshot_id, force)
                return await self._wait_until_gone(snapshot_id)
            except Locked as refusal:
                raise await self._with_end(snapshot_id, refusal) from refusal
            except InUse as refusal:
                named = await self._with_names(snapshot_id, refusal)
                if named.images or named.disks or self._clock.now() >= end:
                    raise named from refusal
                await self._clock.sleep(POLL_INTERVAL)

    async def _delete(self, snapshot_id: str, force: bool) -> None:
        await retry_while_busy(
            self._clock,
            lambda: self._client.delete_snapshot(snapshot_id, force=force),
            patience=BUSY_PATIENCE,
        )

    async def _wait_until_gone(self, snapshot_id: str) -> None:
        end = self._clock.now() + GONE_PATIENCE
        while await self._lookup.get(snapshot_id) is not None:
            if self._clock.now() >= end:
                raise Unavailable(
                    f"snapshot {snapshot_id} was deleted, but ECS still lists it after {GONE_PATIENCE:.0f} s",
                    remedy="Run it again.",
                )
            await self._clock.sleep(POLL_INTERVAL)

    async def _with_end(self, snapshot_id: str, refusal: Locked) -> Locked:
        lock = await self._client.lock_of(snapshot_id)
        return refusal if lock is None else _locked(lock, refusal)

    async def _with_names(self, snapshot_id: str, refusal: InUse) -> InUse:
        users = await users_of(self._client, snapshot_id)
        return InUse(
            f"snapshot {snapshot_id} is in use by {users} and cannot be deleted",
            remedy=refusal.remedy,
            code=refusal.code,
            request_id=refusal.request_id,
            images=users.images,
            disks=users.disks,
        )


def _locked(lock: LockInfo, refusal: Locked | None = None) -> Locked:
    """Return an error with the end of the lock. `refusal` is the answer of ECS, None before any call."""
    wait = refusal.remedy if refusal else "Wait until the lock has expired."
    return Locked(
        f"snapshot {lock.snapshot_id} is locked until {lock.lock_expired_time} and cannot be deleted",
        remedy="Destroy its SnapshotLock first." if lock.can_be_undone else wait,
        code=refusal.code if refusal else "InvalidOperation.SnapshotIsLocked",
        request_id=refusal.request_id if refusal else "",
    )


async def users_of(client: EcsClient, snapshot_id: str) -> Users:
    """Find the images and disks that were made from a snapshot."""
    images = [image.image_id for image in await client.images_of_snapshot(snapshot_id)]
    disks = [disk.disk_id for disk in await client.disks_of_snapshot(snapshot_id)]
    return Users(images, disks)
