"""Reverses single behaviours, so that tests can run a program against an ECS that does not follow the table.

`rules: {contradicts: [id, …]}` of a seed names rows of `behaviours.yaml`. Each row is reversed from outside of its
action: by a change of the call, of the answer, or of both. All other behaviours stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ecs_emulator import refusals
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import snapshot_groups
from ecs_emulator.records.codec import RecordError
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import EcsError
from ecs_emulator.world import World

Response = Mapping[str, Any]
Perform = Callable[[Parameters], Response]


@dataclass(frozen=True, slots=True)
class Turned:
    """One call of a reversed action. `perform` answers it as ECS does."""

    world: World
    now: float
    parameters: Parameters
    perform: Perform

    def answer(self, **changed: Any) -> Response:
        """Answer as ECS does, with changed parameters. None removes a parameter."""
        values = {name: value for name, value in {**self.parameters.values, **changed}.items() if value is not None}
        return self.perform(Parameters(values))

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot that the call names."""
        return self.world.snapshots.get(self.parameters.text("SnapshotId"))


Turn = Callable[[Turned], Response]
_OTHER = EcsError("OperationDenied", 403, "The operation is denied.")
_FAR = 120.0
"""ECS lists the snapshot after this many seconds, and not within a minute."""
_SOME = 5


def answered(action: str, parameters: Parameters, world: World, now: float, perform: Perform) -> Response:
    """Answer a call, reversed as the world's rules say."""
    for row in world.settings.rules.contradicts:
        turn = CONTRADICTIONS[row].get(action)
        if turn is not None:
            perform = partial(_turned, turn, world, now, perform)
    return perform(parameters)


def check_contradicted(rows: Collection[str]) -> None:
    """Raise RecordError for a row that cannot be reversed."""
    for row in rows:
        if row not in CONTRADICTIONS:
            known = ", ".join(sorted(CONTRADICTIONS))
            raise RecordError("rules.contradicts", f"`{row}` cannot be reversed", f"Use one of: {known}")


def _turned(turn: Turn, world: World, now: float, perform: Perform, parameters: Parameters) -> Response:
    return turn(Turned(world, now, parameters, perform))


def _refused_otherwise(*codes: str) -> Turn:
    """Replace one of these codes of a refusal by another code."""

    def turn(call: Turned) -> Response:
        try:
            return call.answer()
        except EcsError as error:
            raise _OTHER if error.code in codes else error from None

    return turn


def _accepted(code: str, response: Response | None = None) -> Turn:
    """Accept a call that ECS refuses with this code, without any effect."""

    def turn(call: Turned) -> Response:
        try:
            return call.answer()
        except EcsError as error:
            if error.code != code:
                raise
            return response or {}

    return turn


def _shown(change: Callable[[dict[str, Any]], dict[str, Any]], *nesting: str) -> Turn:
    """Change each record in the answer of a Describe action."""

    def turn(call: Turned) -> Response:
        response = call.answer()
        wrapper, listed = nesting
        records = [change(dict(record)) for record in response[wrapper][listed]]
        return {**response, wrapper: {**response[wrapper], listed: records}}

    return turn


def _snapshots(change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Turn]:
    return {"DescribeSnapshots": _shown(change, "Snapshots", "Snapshot")}


def _refused_while(condition: Callable[[Turned], bool]) -> Turn:
    """Refuse what ECS accepts."""

    def turn(call: Turned) -> Response:
        if condition(call):
            raise _OTHER
        return call.answer()

    return turn


def _is_progressing(call: Turned) -> bool:
    return call.snapshot is not None and call.snapshot.is_progressing


def _created_twice(call: Turned) -> Response:
    """Make another snapshot for a used token with the same parameters."""
    known = call.world.replies.get(f"CreateSnapshot:{call.parameters.text('ClientToken')}")
    response = call.answer()
    if known is None or not _is_there(call.world, response):
        return response
    return call.answer(ClientToken=None)


def _created_after_deletion(call: Turned) -> Response:
    """Make another snapshot for the token of a deleted one."""
    response = call.answer()
    return response if _is_there(call.world, response) else call.answer(ClientToken=None)


def _is_there(world: World, response: Response) -> bool:
    return world.snapshots.get(str(response["SnapshotId"])) is not None


def _listed_late(call: Turned) -> Response:
    response = call.answer()
    created = call.world.snapshots.get(str(response["SnapshotId"]))
    if created is not None and created.is_progressing and created.start_time == call.now:
        call.world.put(replace(created, listed_from=call.now + _FAR))
    return response


def _unknown_ids_are_an_error(call: Turned) -> Response:
    response = call.answer()
    if "SnapshotIds" in call.parameters and not response["Snapshots"]["Snapshot"]:
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    return response


def _existence_before_token(call: Turned) -> Response:
    if call.parameters.text("DiskId") not in call.world.disks:
        raise refusals.DISK_NOT_FOUND.error()
    return call.answer()


def _fewer_at_once(call: Turned) -> Response:
    disk = call.world.disks.get(call.parameters.text("DiskId"))
    if disk is not None and len(call.world.snapshots.by("progressing", disk.id)) >= _SOME:
        raise EcsError("QuotaExceed.ConcurrentSnapshotQuota", 403, "Too many at once.")
    return call.answer()


def _two_at_once(call: Turned) -> Response:
    """Let an older category take a second snapshot at the same time. The first one counts as ended."""
    disk = call.world.disks.get(call.parameters.text("DiskId"))
    under_way = call.world.snapshots.by("progressing", disk.id) if disk is not None else []
    if len(under_way) != 1:
        return call.answer()
    first = under_way[0]
    call.world.put(replace(first, status="accomplished"))
    response = call.answer()
    call.world.put(first)
    return response


def _deletion_changes_nothing(call: Turned) -> Response:
    return {} if _is_progressing(call) and "Force" not in call.parameters else call.answer()


def _member_under_disk_stays(call: Turned) -> Response:
    """Keep a group if disks were made from its members."""
    members = call.world.snapshots.by("group", call.parameters.text("SnapshotGroupId"))
    if any(call.world.disks.by("snapshot", member.id) for member in members):
        raise _OTHER
    return call.answer()


def _group_goes_with_its_member(call: Turned) -> Response:
    member = call.snapshot
    response = call.answer()
    group = call.world.snapshot_groups.get(member.group_id) if member is not None and member.group_id else None
    if group is not None and not call.world.snapshots.by("group", group.id):
        snapshot_groups.dissolve(call.world, group, call.now)
    return response


def _progress_ends_early(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "Status": "accomplished"}


def _stays_progressing(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "Status": "accomplished"} if record["Status"] == "failed" else record


def _all_images(call: Turned) -> Response:
    return call.answer(Status=call.parameters.text("Status") or "Creating,Available")


def _not_found(action: str, code: str) -> tuple[str, dict[str, Turn]]:
    return f"not-found-{action}", {action: _refused_otherwise(code)}


def _changed(
    name: str, value: object, when: Callable[[dict[str, Any]], bool] = lambda _record: True
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda record: {**record, name: value} if when(record) else record


_CODES: Sequence[tuple[str, str]] = (
    ("CreateSnapshot", "InvalidDiskId.NotFound"),
    ("DeleteSnapshot", "InvalidSnapshotId.NotFound"),
    ("ModifySnapshotAttribute", "InvalidSnapshotId.NotFound"),
    ("TagResources", "InvalidResourceId.NotFound"),
    ("ModifySnapshotCategory", "InvalidSnapshotId.NotFound"),
    ("UnlockSnapshot", "InvalidSnapshotId.NotFound"),
    ("ResetDisk", "InvalidDiskId.NotFound"),
    ("CreateDisk", "InvalidSnapshotId.NotFound"),
    ("AttachDisk", "InvalidDiskId.NotFound"),
    ("DetachDisk", "InvalidDiskId.NotFound"),
    ("DeleteDisk", "InvalidDiskId.NotFound"),
    ("StopInstance", "InvalidInstanceId.NotFound"),
    ("DeleteSnapshotGroup", "InvalidSnapshotGroup.NotFound"),
    ("DeleteImage", "InvalidImageId.NotFound"),
)
CONTRADICTIONS: Mapping[str, Mapping[str, Turn]] = {
    **dict(_not_found(action, code) for action, code in _CODES),
    "tags-with-creation": _snapshots(lambda record: {**record, "Tags": {"Tag": []}}),
    "token-same": {"CreateSnapshot": _created_twice},
    "token-other": {"CreateSnapshot": _refused_otherwise("IdempotentParameterMismatch")},
    "token-deleted": {"CreateSnapshot": _created_after_deletion},
    "listing-lag": {"CreateSnapshot": _listed_late},
    "ids-unknown": {"DescribeSnapshots": _unknown_ids_are_an_error},
    "modified-at-end": _snapshots(lambda record: {**record, "LastModifiedTime": record["CreationTime"]}),
    "cut": _snapshots(_changed("CreationTime", "", lambda record: record["Status"] == "progressing")),
    "available-early": _snapshots(_changed("Available", False, lambda record: record["Status"] == "progressing")),
    "available-late": _snapshots(_changed("Available", True)),
    "available-makes-disks": {
        "CreateDisk": _refused_while(_is_progressing),
    },
    "instant-access-essd": _snapshots(_changed("InstantAccess", False)),
    "instant-access-others": _snapshots(_changed("InstantAccess", True)),
    "at-once-essd": {"CreateSnapshot": _fewer_at_once},
    "at-once-others": {"CreateSnapshot": _two_at_once},
    "at-once-codes": {
        "CreateSnapshot": _refused_otherwise(
            "QuotaExceed.ConcurrentSnapshotQuota", "IncorrectDiskStatus.CreatingSnapshot"
        )
    },
    "never-attached": {"CreateSnapshot": _refused_otherwise("IncorrectDiskStatus.NeverAttached")},
    "disk-in-transition": {"CreateSnapshot": _refused_otherwise("IncorrectDiskStatus")},
    "refusal-order": {"CreateSnapshot": _existence_before_token},
    "reset-other-disk": {"ResetDisk": _refused_otherwise("InvalidParameter.Mismatch")},
    "renamed-early": {
        "ModifySnapshotAttribute": _refused_while(
            lambda call: _is_progressing(call) and "SnapshotName" in call.parameters
        )
    },
    "retention-late": {"ModifySnapshotAttribute": _accepted("InvalidSnapshotId.NotReady")},
    "kept-for-ever": {
        "ModifySnapshotAttribute": _accepted("InvalidOperation.DecreaseRetentionDaysUnsupported"),
    },
    "deletion-cancels": {"DeleteSnapshot": _deletion_changes_nothing},
    "under-disk": {"DeleteSnapshot": lambda call: call.answer(Force=True)},
    "usage": _snapshots(_changed("Usage", "none")),
    "under-image": {"DeleteSnapshot": _accepted("SnapshotCreatedImage")},
    "images-available": {"DescribeImages": _all_images},
    "wildcards": {
        "DescribeSnapshots": lambda call: call.answer(
            **({"SnapshotName": "no-such-name"} if "*" in call.parameters.text("SnapshotName") else {})
        )
    },
    "auto-snapshots-stay": {"DescribeDisks": _shown(_changed("DeleteAutoSnapshot", True), "Disks", "Disk")},
    "group-progressing": {
        "DescribeSnapshotGroups": _shown(_progress_ends_early, "SnapshotGroups", "SnapshotGroup"),
    },
    "group-tags": {"JoinResourceGroup": _accepted("InvalidResourceType.NotFound")},
    "group-under-disk": {"DeleteSnapshotGroup": _member_under_disk_stays},
    "group-member-deleted": {"DeleteSnapshot": _group_goes_with_its_member},
    "copy-chain": _snapshots(_changed("SourceDiskId", "d-copy", lambda record: bool(record["SourceSnapshotId"]))),
    "copy-keeps-original": {"DeleteSnapshot": _accepted("InvalidOperation.RelatedSnapshotNotFinished")},
    "copy-once": {"CopySnapshot": _accepted("InvalidOperation.UnfinishedCrossRegionCopy", {"SnapshotId": "s-copy"})},
    "instance-stopped": _snapshots(_stays_progressing),
}
"""How each row is reversed, by action."""
