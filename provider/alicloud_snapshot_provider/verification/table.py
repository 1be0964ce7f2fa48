"""The rows that a verification reports, each with its probe, or with the reason why it has none.

They are every inferred row of the emulator's table, and the documented ones that the provider relies on. The provider
knows nothing of the emulator, so it does not read `behaviours.yaml`. A test holds the ids and texts of both equal.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from . import copies, disks, groups, images, instances, life, refusals, snapshots, tokens
from .bench import Bench
from .outcome import Seen

Source = Literal["documented", "inferred"]
ProbeOfRow = Callable[[Bench], Awaitable[Seen]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row. `how` is its probe, or the reason why it has none."""

    id: str
    behaviour: str
    source: Source
    how: ProbeOfRow | str


_NO_FAILURE = "nobody can make ECS fail a snapshot"
_LOCKED = "a lock that holds cannot be taken off, so it would outlive the verification"
_NO_RESET = "it resets or replaces a disk, which a verification never does"
_NOT_INSIDE = "it runs a command inside an instance, which a verification never does"
_OF_THE_EMULATOR = "it is a choice of the emulator, not of ECS"
_OF_POLICIES = "it makes no automatic snapshot policy"
_FIGURE = "it is a figure: see the seconds that were measured"

_NOT_FOUND = tuple(Row(each.row, each.behaviour, "documented", refusals.not_found(each)) for each in refusals.UNKNOWN)
ROWS: tuple[Row, ...] = (
    Row(
        "tags-with-creation",
        "The tags of CreateSnapshot are on the snapshot from its first listing on",
        "inferred",
        life.tags_come_with_the_creation,
    ),
    Row(
        "token-same",
        "The same ClientToken with the same parameters gives the same answer",
        "documented",
        tokens.same_token_same_answer,
    ),
    Row(
        "token-other",
        "The same ClientToken with other parameters is refused",
        "documented",
        tokens.other_parameters_are_refused,
    ),
    Row(
        "token-deleted",
        "The ClientToken of a snapshot that is deleted still answers with its id",
        "inferred",
        tokens.token_of_a_deleted_one,
    ),
    Row(
        "listing-lag",
        "A snapshot is listed within a minute, but perhaps not right after its creation",
        "inferred",
        life.listed_within_a_minute,
    ),
    Row(
        "ids-unknown",
        "Describe calls with unknown ids find nothing",
        "documented",
        refusals.unknown_ids_find_nothing,
    ),
    *_NOT_FOUND,
    Row(
        "modified-at-end",
        "A snapshot counts as modified when it is accomplished",
        "inferred",
        life.modified_when_accomplished,
    ),
    Row(
        "cut",
        "The point in time is cut shortly after the call; CreationTime is empty until then",
        "documented",
        life.cut_shortly_after_the_call,
    ),
    Row(
        "available-early",
        "Snapshots of the ESSD series are available within seconds, long before they are accomplished",
        "documented",
        life.available_within_seconds,
    ),
    Row(
        "available-late",
        "Snapshots of older categories are available only when accomplished",
        "inferred",
        life.available_when_accomplished,
    ),
    Row(
        "available-makes-disks",
        "An available snapshot can make disks before it is accomplished",
        "documented",
        life.disk_of_an_available_one,
    ),
    Row(
        "instant-access-essd",
        "InstantAccess is true for the ESSD series, whatever CreateSnapshot asks for",
        "documented",
        life.instant_access_of_essd,
    ),
    Row(
        "instant-access-others",
        "InstantAccess is false for older categories",
        "documented",
        life.instant_access_of_others,
    ),
    Row(
        "at-once-essd",
        "Disks of the ESSD series take 10 snapshots at once",
        "documented",
        snapshots.ten_at_once,
    ),
    Row("at-once-others", "Disks of older categories take 1 snapshot at once", "documented", snapshots.one_at_once),
    Row(
        "at-once-codes",
        "Over the limit, ESSD answers QuotaExceed.ConcurrentSnapshotQuota and older ones "
        "IncorrectDiskStatus.CreatingSnapshot",
        "inferred",
        snapshots.too_many_at_once,
    ),
    Row("never-attached", "A disk that was never attached has no snapshots", "documented", disks.never_attached),
    Row(
        "disk-in-transition",
        "Disks in transition refuse snapshots with IncorrectDiskStatus",
        "documented",
        disks.in_transition,
    ),
    Row(
        "never-ran",
        "A disk of an instance that never ran has no snapshots",
        "documented",
        "it makes no instance",
    ),
    Row(
        "local-disk",
        "Local and ephemeral disks have no snapshots",
        "documented",
        "no such disk can be made on its own",
    ),
    Row(
        "multi-attach",
        "Disks attached to several instances have no snapshots",
        "documented",
        "it attaches no disk to an instance",
    ),
    Row(
        "instance-in-transition",
        "Instances in transition refuse snapshots with IncorrectInstanceStatus, status 400",
        "documented",
        "the disk's instance is in transition only while somebody stops or starts it",
    ),
    Row(
        "instance-locked",
        "Instances locked for security refuse snapshots",
        "documented",
        "only Alibaba Cloud locks an instance",
    ),
    Row(
        "quota",
        "A disk keeps at most 256 manual snapshots",
        "documented",
        "it would take 256 snapshots",
    ),
    Row(
        "refusal-order",
        "Refusals come in the order gateway, missing, format, token, existence, locks, support, states, concurrency, "
        "quota",
        "inferred",
        refusals.refusals_in_order,
    ),
    Row(
        "reset-other-disk",
        "A disk is not reset to a snapshot of another disk",
        "documented",
        disks.another_disks_snapshot,
    ),
    Row(
        "renamed-early",
        "Name and description change while a snapshot is progressing",
        "documented",
        snapshots.renamed_while_progressing,
    ),
    Row(
        "retention-late",
        "The retention changes only once a snapshot is accomplished",
        "documented",
        snapshots.retention_waits,
    ),
    Row(
        "kept-for-ever",
        "A snapshot that is kept for ever cannot get a retention",
        "documented",
        snapshots.kept_for_ever,
    ),
    Row(
        "deletion-cancels",
        "Deleting a progressing snapshot cancels its creation",
        "documented",
        snapshots.deletion_cancels,
    ),
    Row(
        "under-disk",
        "A snapshot that a disk was made from is deleted only with Force",
        "documented",
        disks.only_with_force,
    ),
    Row(
        "usage", "Usage follows the images and disks that were made from a snapshot", "documented", disks.usage_follows
    ),
    Row(
        "under-image",
        "A snapshot that an image uses is not deleted, even with Force",
        "documented",
        images.never_even_with_force,
    ),
    Row(
        "images-available",
        "Without a status, DescribeImages shows available images",
        "documented",
        images.available_ones_alone,
    ),
    Row("wildcards", "Names are found with wildcards", "inferred", snapshots.names_with_wildcards),
    Row(
        "auto-snapshots-stay",
        "A new disk keeps its automatic snapshots, DeleteAutoSnapshot false, until ModifyDiskAttribute says otherwise",
        "inferred",
        disks.keeps_automatic_snapshots,
    ),
    Row(
        "group-progressing",
        "A group is progressing while a member is",
        "inferred",
        groups.progressing_with_its_members,
    ),
    Row(
        "group-tags",
        "Groups take tags but join no resource group",
        "inferred",
        groups.takes_tags_alone,
    ),
    Row(
        "group-under-disk",
        "A group is deleted even if disks were made from its members",
        "inferred",
        groups.deleted_with_a_disk,
    ),
    Row(
        "group-member-deleted",
        "If a single member is deleted, its group stays",
        "inferred",
        groups.outlives_its_member,
    ),
    Row(
        "copy-chain",
        "Copies have their own chain, and keep the SourceDiskId",
        "inferred",
        copies.chain_of_its_own,
    ),
    Row(
        "copy-keeps-original",
        "A snapshot is not deleted while a copy of it is unfinished",
        "inferred",
        copies.original_stays,
    ),
    Row("copy-once", "A snapshot is copied to a region once at a time", "documented", copies.one_copy_at_a_time),
    Row(
        "instance-stopped",
        "If the instance's state changes, snapshots in progress fail",
        "inferred",
        instances.stopped_meanwhile,
    ),
    Row("group-failed", "When all members have ended, a group has failed if one of them has", "inferred", _NO_FAILURE),
    Row(
        "group-system-tags",
        "System tags stay and do not count",
        "inferred",
        "only a group of disks of several instances has them",
    ),
    Row("group-limits", "The limits of a group can be changed by a seed", "inferred", _OF_THE_EMULATOR),
    Row("failed-bytes", "Failed snapshots hold no bytes", "inferred", _NO_FAILURE),
    Row(
        "failed-changes",
        "The next snapshot stores the changes of a failed one",
        "inferred",
        _NO_FAILURE,
    ),
    Row(
        "deleted-blocks",
        "The next snapshot needs all blocks of a deleted one, up to the disk's used size at its cut",
        "inferred",
        "ECS shows no size of what a single snapshot stores",
    ),
    Row(
        "lock-late",
        "After the cool-off period other changes of a lock are refused with InvalidOperation.CoolOffPeriodExpired",
        "inferred",
        _LOCKED,
    ),
    Row("lock-failed", "A failed snapshot loses its lock", "inferred", _NO_FAILURE),
    Row("lock-retention", "A locked snapshot is not released before the lock has expired", "inferred", _LOCKED),
    Row("lock-automatic", "A locked automatic snapshot outlives its disk", "inferred", _LOCKED),
    Row("reset-time", "A disk is ReIniting for half a minute while it is reset", "inferred", _NO_RESET),
    Row("reset-start", "An instance does not start while one of its disks is being reset", "inferred", _NO_RESET),
    Row(
        "replacement-time",
        "A new system disk takes half a minute, and the instance does not start before",
        "inferred",
        _NO_RESET,
    ),
    Row("archive-time", "The duration of archiving", "inferred", "only a snapshot of 14 days is archived"),
    Row(
        "archive-deleted",
        "If a snapshot is deleted meanwhile, its task fails",
        "inferred",
        "only a snapshot of 14 days is archived",
    ),
    Row("command-lost", "A command whose instance is lost ends in an error", "inferred", _NOT_INSIDE),
    Row("command-output", "The first 24 KB of an output are kept", "inferred", _NOT_INSIDE),
    Row(
        "command-kinds",
        "A repeated, scheduled or parametrised command is refused",
        "inferred",
        _OF_THE_EMULATOR,
    ),
    Row(
        "delete-unknown",
        "Deleting an unknown snapshot is an error, or succeeds if the seed says so",
        "inferred",
        "see not-found-DeleteSnapshot; the rest is a choice of the emulator, not of ECS",
    ),
    Row("token-lifetime", "A ClientToken is forgotten after 24 hours", "inferred", "it would take a day"),
    Row(
        "copy-time", "The duration of a copy", "inferred", "the copy is deleted before its end, which may be hours away"
    ),
    Row("times", "Other durations of transitions and snapshots", "inferred", _FIGURE),
    Row("unknown-parameter", "An unknown parameter is an error", "inferred", _OF_THE_EMULATOR),
    Row(
        "flow-limits",
        "The limit of calls in a minute; by default there is none",
        "inferred",
        "it would throttle everybody else in the account",
    ),
    Row(
        "policy-name-day",
        "The day in the name of an automatic snapshot is that of UTC+8, as are the hours of its policy",
        "inferred",
        _OF_POLICIES,
    ),
    Row(
        "policy-disk-skipped",
        "A disk is skipped if CreateSnapshot would refuse it for another reason than the manual quota",
        "inferred",
        _OF_POLICIES,
    ),
    Row(
        "policy-copy",
        "A policy's copy begins when its snapshot is accomplished, has its name and counts as automatic",
        "inferred",
        _OF_POLICIES,
    ),
    Row("policy-too-many", "The error of CreateAutoSnapshotPolicy after 100 policies", "inferred", _OF_POLICIES),
    Row(
        "policy-by-instance-tags",
        "Policies that find their disks by the tags of instances are refused",
        "inferred",
        _OF_POLICIES,
    ),
    Row(
        "policy-shown-on-disk",
        "DescribeDisks names the first policy that was applied to a disk",
        "inferred",
        _OF_POLICIES,
    ),
)
"""In the order of the probes. What the provider relies on most comes first."""
