"""Images: one that is made from a snapshot of a system disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bench import NAME, Answer, Bench
from .life import life
from .outcome import NotProbed, Seen


@dataclass(frozen=True, slots=True)
class Pictured:
    """A snapshot under an image: where ECS listed the image, and what it answered to a forced deletion."""

    listed: bool
    listed_by_status: bool
    deletion: Answer


async def pictured(bench: Bench) -> Pictured:
    """Make an image from a snapshot. Raises NotProbed if the disk is no system disk, or ECS makes no image from it."""
    if bench.subject.disk.disk_type != "system":
        raise NotProbed("the disk is no system disk: verify one for it")
    watched = await bench.shared(life)
    asked = {"SnapshotId": watched.snapshot_id, "ImageName": f"{NAME}-{bench.run_id}", "Tag": bench.tags}
    made = await bench.needed("CreateImage", **asked, ClientToken=bench.token())
    image_id = str(made.body["ImageId"])
    listed = await _is_listed(bench, image_id)
    by_status = await _is_listed(bench, image_id, Status="Creating,Waiting")
    return Pictured(listed, by_status, await bench.ask("DeleteSnapshot", SnapshotId=watched.snapshot_id, Force=True))


async def _is_listed(bench: Bench, image_id: str, **more: Any) -> bool:
    answer = await bench.ask("DescribeImages", ImageId=image_id, **more)
    return any(each["ImageId"] == image_id for each in answer.records("Images", "Image"))


async def never_even_with_force(bench: Bench) -> Seen:
    """ECS does not delete a snapshot under an image, even with Force."""
    answer = (await bench.shared(pictured)).deletion
    return Seen(answer.code == "SnapshotCreatedImage", f"with Force it {answer.text}")


async def available_ones_alone(bench: Bench) -> Seen:
    """DescribeImages lists an image that ECS is still making only if its status is asked for."""
    seen = await bench.shared(pictured)
    if not seen.listed_by_status:
        raise NotProbed("the image was there before it could be asked")
    return Seen(not seen.listed, "without a status it was listed" if seen.listed else "without a status it was not")
