"""Lists of a whole region that only an overview needs: images, locks and snapshot chains."""

from __future__ import annotations

import sys

from .client import PAGE_SIZE, EcsClient
from .models import ChainInfo, ImageInfo, LockInfo, chain_info, image_info, lock_info

ALL = sys.maxsize
"""No limit to how many records are listed."""


async def images_of_region(client: EcsClient) -> list[ImageInfo]:
    """Return the account's own images of the region, in whatever state."""
    from alibabacloud_ecs20140526 import models  # noqa: PLC0415  (0.8 s: only when a call is made)

    request = models.DescribeImagesRequest(
        region_id=client.region,
        image_owner_alias="self",
        status="Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated",
        page_size=PAGE_SIZE,
        page_number=1,
    )
    found = await client.numbered_pages("DescribeImages", request, ("images", "image"), image_info, ALL)
    return [image for image in found or () if image.image_id]


async def locks_of_region(client: EcsClient) -> list[LockInfo]:
    """Return the locks of the region's snapshots, expired ones too."""
    from alibabacloud_ecs20140526 import models  # noqa: PLC0415

    request = models.DescribeLockedSnapshotsRequest(region_id=client.region, max_results=PAGE_SIZE)
    nesting = ("locked_snapshots_info",)
    subject = f"region {client.region}"
    return await client.all_pages("DescribeLockedSnapshots", subject, request, nesting, lock_info)


async def chains_of_region(client: EcsClient) -> list[ChainInfo]:
    """Return the region's snapshot chains: one for each disk that has snapshots, with what it stores."""
    from alibabacloud_ecs20140526 import models  # noqa: PLC0415

    request = models.DescribeSnapshotLinksRequest(region_id=client.region, page_size=PAGE_SIZE, page_number=1)
    nesting = ("snapshot_links", "snapshot_link")
    return await client.numbered_pages("DescribeSnapshotLinks", request, nesting, chain_info, ALL) or []
