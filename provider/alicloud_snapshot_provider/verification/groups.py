"""Groups: one of the named disk alone. They need a disk of the ESSD series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bench import NAME, Answer, Bench
from .disks import MAKING_PATIENCE
from .life import LISTED_WITHIN, disk_request, life
from .outcome import NotProbed, Seen

_KEY = "alicloud-snapshot-verify-added"


@dataclass(frozen=True, slots=True)
class Group:
    """A group once its member is accomplished: its status before that, and what ECS answered to tags."""

    group_id: str
    member_id: str
    first_status: str
    first_progress: str
    tagged: Answer
    tags: dict[str, str]
    joined: Answer


async def _begun(bench: Bench) -> dict[str, Any]:
    if not bench.subject.essd:
        raise NotProbed("groups need a disk of the ESSD series")
    asked = {"DiskId": [bench.subject.disk.disk_id], "Name": NAME, "Tag": bench.tags, "ClientToken": bench.token()}
    group_id = str((await bench.needed("CreateSnapshotGroup", **asked)).body["SnapshotGroupId"])

    async def listed() -> dict[str, Any] | None:
        found = await _record(bench, group_id)
        return found if found and _members(found) else None

    return await bench.until(listed, LISTED_WITHIN, "the group that it needs was not listed within a minute")


async def _record(bench: Bench, group_id: str) -> dict[str, Any] | None:
    answer = await bench.ask("DescribeSnapshotGroups", SnapshotGroupId=[group_id])
    return next(iter(answer.records("SnapshotGroups", "SnapshotGroup")), None)


def _members(record: dict[str, Any]) -> list[dict[str, Any]]:
    return list((record.get("Snapshots") or {}).get("Snapshot") or [])


async def group(bench: Bench) -> Group:
    """Make a group, ask about it, and wait until it is accomplished."""
    first = await _begun(bench)
    group_id, member_id = str(first["SnapshotGroupId"]), str(_members(first)[0]["SnapshotId"])
    bench.made.ids["SnapshotId", bench.client.region].add(member_id)
    named: dict[str, Any] = {"ResourceType": "snapshotgroup"}
    tagged = await bench.ask("TagResources", **named, ResourceId=[group_id], Tag=[{"Key": _KEY, "Value": "1"}])
    joined = await bench.ask("JoinResourceGroup", **named, ResourceId=group_id, ResourceGroupId="rg-verify")
    patience = 2 * (await bench.shared(life)).end.after + MAKING_PATIENCE

    async def ended() -> dict[str, Any] | None:
        found = await _record(bench, group_id)
        if found is None:
            return first
        return None if found["Status"] == "progressing" else found

    found = await bench.until(ended, patience, "the group that it needs was not accomplished in time")
    listed = (found.get("Tags") or {}).get("Tag") or []
    tags = {each["Key"]: each.get("Value", "") for each in listed}
    status, progress = str(first["Status"]), str(_members(first)[0].get("Progress"))
    return Group(group_id, member_id, status, progress, tagged, tags, joined)


async def progressing_with_its_members(bench: Bench) -> Seen:
    """A group is progressing as long as one of its members is."""
    seen = await bench.shared(group)
    if seen.first_progress == "100%":
        raise NotProbed("the group was accomplished at the first look")
    return Seen(
        seen.first_status == "progressing", f"{seen.first_status} while its member was at {seen.first_progress}"
    )


async def takes_tags_alone(bench: Bench) -> Seen:
    """TagResources accepts a group, JoinResourceGroup does not."""
    seen = await bench.shared(group)
    tagged = not seen.tagged.code and _KEY in seen.tags
    told = f"TagResources {seen.tagged.text}, JoinResourceGroup {seen.joined.text}"
    return Seen(tagged and seen.joined.code == "InvalidResourceType.NotFound", told)


async def deleted_with_a_disk(bench: Bench) -> Seen:
    """ECS deletes a group although a disk was made from a member."""
    seen = await bench.shared(group)
    await bench.needed("CreateDisk", **disk_request(bench, seen.member_id))
    answer = await bench.ask("DeleteSnapshotGroup", SnapshotGroupId=seen.group_id)
    if answer.code:
        return Seen(False, answer.text)
    stays = await bench.record(seen.member_id) is not None
    return Seen(not stays, "the group went, its member stayed" if stays else "the group went with its member")


async def outlives_its_member(bench: Bench) -> Seen:
    """If a member is deleted on its own, the group stays."""
    begun = await _begun(bench)
    group_id, member_id = str(begun["SnapshotGroupId"]), str(_members(begun)[0]["SnapshotId"])
    answer = await bench.ask("DeleteSnapshot", SnapshotId=member_id, Force=True)
    if answer.code:
        return Seen(False, f"DeleteSnapshot of a member {answer.text}")
    await bench.clock.sleep(2.0)
    after = await _record(bench, group_id)
    if after is None:
        return Seen(False, "the group went with its member")
    left = [each["SnapshotId"] for each in _members(after)]
    return Seen(member_id not in left, f"the group stayed, with {len(left)} members")
