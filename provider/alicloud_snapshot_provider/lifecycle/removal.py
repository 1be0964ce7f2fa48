"""Deletes a snapshot and sees it gone; where images or disks hold it, names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import Clock
from ..ecs.client import EcsClient
from ..ecs.models import SnapshotInfo
from ..errors import InUse, Locked, Unavailable
from .batch import BatchedLookup
from .patience import when_free

BUSY_PATIENCE = 120.0
RELEASE_PATIENCE = 60.0
"""Seconds for which a snapshot still counts as used after its last image or disk is gone."""
GONE_PATIENCE = 60.0
LOOK_INTERVAL = 2.0


@dataclass(frozen=True, slots=True)
class Users:
    """What was made from a snapshot, by id."""

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

    async def remove(self, snapshot_id: str, *, force: bool = False) -> None:
        """Delete the snapshot; one that does not exist counts as deleted.

        Raises InUse, naming the images and disks that hold it, Locked, naming the lock's end, and Unavailable where
        ECS goes on listing it.
        """
        end = self._clock.now() + RELEASE_PATIENCE
        while True:
            try:
                await self._delete(snapshot_id, force)
                return await self._see_gone(snapshot_id)
            except Locked as refusal:
                raise await self._with_end(snapshot_id, refusal) from refusal
            except InUse as refusal:
                named = await self._with_names(snapshot_id, refusal)
                if named.images or named.disks or self._clock.now() >= end:
                    raise named from refusal
                await self._clock.sleep(LOOK_INTERVAL)

    async def _delete(self, snapshot_id: str, force: bool) -> None:
        await when_free(
            self._clock,
            lambda: self._client.delete_snapshot(snapshot_id, force=force),
            patience=BUSY_PATIENCE,
        )

    async def _see_gone(self, snapshot_id: str) -> None:
        end = self._clock.now() + GONE_PATIENCE
        while await self._lookup.get(snapshot_id) is not None:
            if self._clock.now() >= end:
                raise Unavailable(
                    f"snapshot {snapshot_id} was deleted, but ECS still lists it after {GONE_PATIENCE:.0f} s",
                    remedy="Run it again.",
                )
            await self._clock.sleep(LOOK_INTERVAL)

    async def _with_end(self, snapshot_id: str, refusal: Locked) -> Locked:
        lock = await self._client.lock_of(snapshot_id)
        if lock is None:
            return refusal
        return Locked(
            f"snapshot {snapshot_id} is locked until {lock.lock_expired_time} and cannot be deleted",
            remedy="Destroy its SnapshotLock first." if lock.can_be_undone else refusal.remedy,
            code=refusal.code,
            request_id=refusal.request_id,
        )

    async def _with_names(self, snapshot_id: str, refusal: InUse) -> InUse:
        users = await named_users(self._client, snapshot_id)
        return InUse(
            f"snapshot {snapshot_id} is in use by {users} and cannot be deleted",
            remedy=refusal.remedy,
            code=refusal.code,
            request_id=refusal.request_id,
            images=users.images,
            disks=users.disks,
        )


async def named_users(client: EcsClient, snapshot_id: str) -> Users:
    """Return the images and disks that were made from a snapshot."""
    images = [image.image_id for image in await client.images_of_snapshot(snapshot_id)]
    disks = [disk.disk_id for disk in await client.disks_of_snapshot(snapshot_id)]
    return Users(images, disks)


def held_by_all(errors: Sequence[InUse]) -> InUse:
    """Return one error that names everything that several name."""
    if len(errors) == 1:
        return errors[0]
    return InUse(
        "; ".join(error.problem for error in errors),
        remedy=errors[0].remedy,
        images=[image for error in errors for image in error.images],
        disks=[disk for error in errors for disk in error.disks],
    )
