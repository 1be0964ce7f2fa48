"""DescribeImages, ModifyImageAttribute, DeleteImage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ecs_emulator import refusals
from ecs_emulator.actions.fields import has_tags, is_same, tags_field, time_field
from ecs_emulator.actions.formats import description_format, name_format
from ecs_emulator.actions.paging import page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.records.image import Image, ImageDisk
from ecs_emulator.refusals import Refusal

NAME_MALFORMED = Refusal("InvalidImageName.Malformed", 400, "The specified Image name is wrongly formed.")
NAME_DUPLICATED = Refusal("InvalidImageName.Duplicated", 400, "The specified Image name has already existed.")
USED_BY_INSTANCE = Refusal("ImageUsingByInstance", 403, "The specified image has been used by instance(s).")

IMAGE_NAME = name_format("ImageName", NAME_MALFORMED)
IMAGE_DESCRIPTION = description_format(refusals.DESCRIPTION_MALFORMED_400)


@action("DescribeImages")
def describe_images(call: Call) -> Response:
    """List images of a region, filtered. Without a status it lists only available ones."""
    call.end_of_checks()
    found = [image for image in _candidates(call) if _passes(call, image)]
    return {
        "RegionId": call.region_id,
        **page_response(call.parameters, found, lambda page: _list_field(call, page)),
    }


@action("ModifyImageAttribute", IMAGE_NAME, IMAGE_DESCRIPTION, mutating=True)
def modify_image_attribute(call: Call) -> Response:
    """Change the name and description of an own image."""
    parameters = call.parameters
    image = _own_image(call)
    if not set(parameters.values) - {"ImageId", "RegionId", "DryRun"}:
        raise refusals.NOTHING_TO_MODIFY.error()
    name = parameters.text("ImageName") or image.name
    if name != image.name:
        check_name_is_free(call, name)
    call.end_of_checks()
    call.world.put(
        replace(
            image,
            name=name,
            description=parameters.values.get("Description", image.description),
            family=parameters.values.get("ImageFamily", image.family),
        )
    )
    return {}


@action("DeleteImage", mutating=True)
def delete_image(call: Call) -> Response:
    """Delete an own image, so that its snapshots can be deleted. With Force also if instances use it."""
    rules = call.world.settings.rules
    if rules.ignore_missing_on_delete and call.parameters.text("ImageId") not in call.world.images:
        return {}
    image = _own_image(call)
    if call.world.instances.by("image", image.id) and not call.parameters.flag("Force"):
        raise USED_BY_INSTANCE.error()
    call.end_of_checks()
    call.world.remove(image)
    call.world.emit("image.deleted", image.id, call.now)
    return {}


def check_name_is_free(call: Call, name: str) -> None:
    """Raise EcsError if another own image of the region has the name."""
    if any(image.region_id == call.region_id for image in call.world.images.by("name", name)):
        raise NAME_DUPLICATED.error()


def _own_image(call: Call) -> Image:
    image = call.world.images.get(call.parameters.text("ImageId"))
    if image is None or image.owner != "self":
        raise refusals.IMAGE_NOT_FOUND.error()
    return image


def _candidates(call: Call) -> Iterable[Image]:
    table, parameters = call.world.images, call.parameters
    if parameters.text("ImageId"):
        ids = parameters.text("ImageId").split(",")
        return [image for image_id in dict.fromkeys(ids) if (image := table.get(image_id))]
    if parameters.text("SnapshotId"):
        return table.by("snapshot", parameters.text("SnapshotId"))
    return table


def _passes(call: Call, image: Image) -> bool:
    parameters = call.parameters
    return (
        _is_in(image, call.region_id)
        and image.status in (parameters.text("Status") or "Available").split(",")
        and parameters.text("SnapshotId") in {"", *image.snapshot_ids}
        and is_same(parameters, _texts(call, image))
        and has_tags(image.tags, parameters)
    )


def _is_in(image: Image, region_id: str) -> bool:
    return image.owner == "system" or image.region_id == region_id


def _texts(call: Call, image: Image) -> dict[str, str]:
    return {
        "ImageName": image.name,
        "ImageFamily": image.family,
        "ImageOwnerAlias": image.owner,
        "Architecture": image.architecture,
        "OSType": image.os_type,
        "ResourceGroupId": image.resource_group_id,
        "Usage": _usage(call, image),
    }


def _usage(call: Call, image: Image) -> str:
    return "instance" if call.world.instances.by("image", image.id) else "none"


def _list_field(call: Call, page: Sequence[Image]) -> dict[str, object]:
    return {"Images": {"Image": [_render(call, image) for image in page]}}


def _render(call: Call, image: Image) -> dict[str, object]:
    progress = "100%" if image.status == "Available" else "0%"
    mappings = [_render_mapping(disk, progress) for disk in image.disks]
    return {
        "ImageId": image.id,
        "ImageName": image.name,
        "Description": image.description,
        "ImageFamily": image.family,
        "ImageVersion": image.version,
        "Status": image.status,
        "Progress": progress,
        "CreationTime": time_field(image.creation_time),
        "Size": image.size,
        "ImageOwnerAlias": image.owner,
        "ImageOwnerId": call.world.settings.rules.account_id,
        "Architecture": image.architecture,
        "BootMode": image.boot_mode,
        "Platform": image.platform,
        "OSType": image.os_type,
        "OSName": image.os_name,
        "OSNameEn": image.os_name,
        "Usage": _usage(call, image),
        "IsCopied": False,
        "IsPublic": image.owner == "system",
        "IsSelfShared": "",
        "IsSubscribed": False,
        "IsSupportCloudinit": True,
        "IsSupportIoOptimized": True,
        "ProductCode": "",
        "ResourceGroupId": image.resource_group_id,
        "DiskDeviceMappings": {"DiskDeviceMapping": mappings},
        "Tags": tags_field(image.tags),
    }


def _render_mapping(disk: ImageDisk, progress: str) -> dict[str, object]:
    return {
        "Type": disk.type,
        "Device": disk.device,
        "Size": str(disk.size),
        "SnapshotId": disk.snapshot_id,
        "Progress": progress,
        "Format": "",
        "ImportOSSBucket": "",
        "ImportOSSObject": "",
    }
