"""Describes a copy of a snapshot in another region, and begins it when the original is accomplished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..ecs.client import EcsClient
from ..ecs.models import CopyRequest
from ..errors import NotFound, WaitTimeout
from ..region import Region
from ..snapshots.spec import RecordSpec
from ..waiting.deadline import with_timeout


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySpec(RecordSpec):
    """A copy of the snapshot `original_id` of the region `source`.

    The default time-outs are long: a first copy moves every used block between the regions.
    """

    base_timeout: ClassVar[float] = 4 * 3_600.0
    seconds_per_gib: ClassVar[float] = 30.0

    source: Region
    original_id: str
    encrypted: bool = False
    kms_key_id: str | None = None

    @property
    def request(self) -> str:
        return f"CopySnapshot of {self.original_id}"

    @property
    def origin(self) -> str:
        return f"copied from {self.original_id} in {self.source.name}"

    async def begin(self, client: EcsClient, client_token: str, tags: Mapping[str, str]) -> str:
        await self._accomplished_original()
        attributes = self.attributes
        request = CopyRequest(
            snapshot_id=self.original_id,
            destination_region_id=client.region,
            client_token=client_token,
            snapshot_name=attributes.snapshot_name,
            description=attributes.description,
            retention_days=attributes.retention_days,
            resource_group_id=attributes.resource_group_id,
            encrypted=self.encrypted,
            kms_key_id=self.kms_key_id,
            tags=tags,
        )
        return await self.source.client.copy_snapshot(request)

    async def _accomplished_original(self) -> None:
        """Return when the original is accomplished. Raises NotFound, SnapshotFailed or WaitTimeout."""
        info = await self.source.snapshots.get(self.original_id)
        if info is None:
            raise NotFound(
                f"snapshot {self.original_id}, which is to be copied, is not in region {self.source.name}",
                remedy="Correct source_snapshot_id, or set source_region to the snapshot's own.",
            )
        limit = self.limit(info)
        waiting = self.source.watcher.wait(self.original_id, ready=lambda seen: seen.accomplished, known=info)
        try:
            await with_timeout(self.source.clock, limit, waiting)
        except TimeoutError:
            raise WaitTimeout(
                f"snapshot {self.original_id}, which is to be copied, is not accomplished after {limit:.0f} s",
                snapshot_id=self.original_id,
                remedy="Run `pulumi up` again: the copy begins once the snapshot is accomplished.",
            ) from None
