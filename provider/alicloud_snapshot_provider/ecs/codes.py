"""One table of ECS error codes: which error of the provider each one is, and what the user can do.

Only `Code` decides, never the HTTP status. The same code comes with different statuses: `IncorrectInstanceStatus` with
400 from CreateSnapshot and with 403 from ResetDisk. Source: the error lists on the pages of the ECS API.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..errors import (
    Busy,
    InUse,
    InvalidInput,
    Locked,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
    Rejected,
    SnapshotError,
    Throttled,
    TokenMismatch,
    Unavailable,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An error answer of ECS: the action, its subject such as a disk's id, and the fields of the answer."""

    action: str
    subject: str
    code: str
    message: str
    request_id: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """The meaning of some codes, which are shell patterns such as `Throttling*`. The first match counts."""

    codes: tuple[str, ...]
    build: Callable[..., SnapshotError]
    remedy: str

    def matches(self, code: str) -> bool:
        return any(fnmatchcase(code, pattern) for pattern in self.codes)


def _invalid(property_name: str) -> Callable[..., SnapshotError]:
    def build(problem: str, **facts: str) -> SnapshotError:
        return InvalidInput(property_name, problem, **facts)

    return build


_RULES = (
    _Rule(
        ("Throttling*", "ServiceUnavailable.Throttling", "Rejected.Throttling"),
        Throttled,
        "Run it again later.",
    ),
    _Rule(
        ("InternalError*", "ServiceUnavailable*", "UnknownError", "SystemBusy", "LastTokenProcessing"),
        Unavailable,
        "Run it again; if it lasts, give the RequestId to Alibaba Cloud's support.",
    ),
    _Rule(("IdempotentProcessing",), Busy, "Run it again: the first request is still being processed."),
    _Rule(
        ("IdempotentParameterMismatch", "IdempotenceParamNotMatch"),
        TokenMismatch,
        "Run `pulumi up` again: the snapshot of the first request is looked up and adopted.",
    ),
    _Rule(
        (
            "InvalidAccessKeyId*",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "InvalidSecurityToken*",
            "MissingAccessKeyId",
        ),
        PermissionDenied,
        "Correct the keys: run `pulumi config set alicloud:accessKey <id>` and `pulumi config set --secret "
        "alicloud:secretKey <secret>`, or mend the environment's; `alicloud-snapshot doctor` says which are used.",
    ),
    _Rule(
        ("Forbidden*", "NoPermission*", "Unauthorized*", "UnauthorizedOperation"),
        PermissionDenied,
        "Allow the action to this RAM user or role: `alicloud-snapshot doctor` names all that are missing, and "
        "docs/permissions.md has the policies.",
    ),
    _Rule(
        ("InvalidTimeStamp*",),
        PermissionDenied,
        "Set this machine's clock, by `timedatectl set-ntp true` for example: it is more than 15 minutes off.",
    ),
    _Rule(
        ("InvalidAccountStatus.SnapshotServiceUnavailable",),
        Rejected,
        "Activate the snapshot service once in the ECS console.",
    ),
    _Rule(
        ("InvalidAccountStatus*", "DiskInArrears"),
        Rejected,
        "Settle the account's balance.",
    ),
    _Rule(
        ("InvalidDiskId.NotFound", "Disk.NotFound"),
        NotFound,
        "Check disk_id and the region: a disk is found only in its own region.",
    ),
    _Rule(("InvalidSnapshotId.NotFound", "InvalidSnapshot.NotFound"), NotFound, "Run `pulumi refresh`."),
    _Rule(("InvalidResourceGroup.NotFound",), _invalid("resource_group_id"), "Name an existing resource group."),
    _Rule(("*.NotFound",), NotFound, "Check the id and the region."),
    _Rule(("InvalidSnapshotName.Malformed",), _invalid("snapshot_name"), "Use 2 to 128 letters, digits, : _ . -"),
    _Rule(
        ("InvalidDescription.Malformed",),
        _invalid("description"),
        "Use 2 to 256 characters, no http:// at the start.",
    ),
    _Rule(
        ("InvalidRetentionDays.Malformed", "InvalidOperation.DecreaseRetentionDaysUnsupported"),
        _invalid("retention_days"),
        "Use 1 to 65536 days, and never fewer than before.",
    ),
    _Rule(
        (
            "Duplicate.TagKey",
            "TagKey.Duplication",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "InvalidTagCount",
            "OperationDenied.QuotaExceed",
            "QuotaExceed.Tags",
            "NumberExceed.Tags",
        ),
        _invalid("tags"),
        "Correct the tags: at most 15 of your own, keys without aliyun or acs: at the start.",
    ),
    _Rule(
        ("IncorrectDiskStatus.NeverAttached", "IncorrectDiskStatus.NeverUsed"),
        _invalid("disk_id"),
        "Attach the disk to an instance that has been started at least once.",
    ),
    _Rule(
        ("DiskCategory.OperationNotSupported", "DiskId.ValueNotSupported", "IncorrectDiskType.NotSupport"),
        _invalid("disk_id"),
        "Name a cloud disk: local and elastic ephemeral disks have no snapshots.",
    ),
    _Rule(
        ("InvalidParameter.Mismatch", "InvalidSnapshot.TooOld"),
        _invalid("snapshot_id"),
        "Name a newer snapshot of this very disk.",
    ),
    _Rule(
        ("InvalidRegionId.NotExists", "InvalidOperation.NotSupportCopyInSameRegion"),
        _invalid("destination_region"),
        "Name another region than the snapshot's own.",
    ),
    _Rule(
        ("OperationDenied.SnapshotCategoryNotSupportCopy",),
        _invalid("source_snapshot_id"),
        "Copy a standard snapshot: archives cannot be copied.",
    ),
    _Rule(
        ("InvalidEncrypted.NotMatchKmsKeyId", "InvalidEncrypted.NotSupportDecrypt"),
        _invalid("encrypted"),
        "Set encrypted = True, which a KMS key and an encrypted snapshot need.",
    ),
    _Rule(
        (
            "NumberExceed.TooManyDisks",
            "CapacityExceed.TooManyDisks",
            "InvalidDiskIds.NotInSameZone",
            "InvalidDisk.DiskCategoryInconsistent",
            "InvalidOperation.MultiAttachDisk",
            "InvalidDisk.ShareVolume",
        ),
        _invalid("disk_ids"),
        "Name at most 16 ESSD disks of one zone, 32 TiB in all, none with multi-attach.",
    ),
    _Rule(("InstanceLockedForSecurity",), Rejected, "Unlock the instance in the ECS console first."),
    _Rule(
        (
            "QuotaExceed.ConcurrentSnapshotQuota",
            "IncorrectDiskStatus.CreatingSnapshot",
            "DISK_HAS_CREATING_SNAPSHOT",
            "IncorrectDiskStatus.TooManyCreatingSnapshots",
            "IncorrectDiskStatus.HasUnfinishedSnapshot",
            "InvalidOperation.DiskResetInProgress",
            "DiskCreatingSnapshot",
        ),
        Busy,
        "Wait until the snapshots in progress of this disk have ended, then run it again.",
    ),
    _Rule(
        ("QuotaExceed.ConcurrentArchiveSnapshotQuota",),
        Busy,
        "Run it again later: ECS archives at most 10 snapshots of a disk at a time.",
    ),
    _Rule(
        (
            "InvalidStatus.SnapshotAgeLimit",
            "InvalidStatus.SnapshotInArchive",
            "InvalidParameter.SnapshotCategory",
            "InvalidOperation.EncryptedSnapshotUnsupport",
            "InvalidOperation.InstantAccessEnabledUnsupport",
            "InvalidOperation.Archive*Unsupported",
        ),
        _invalid("archive_after"),
        "Remove archive_after, or set at least 14: ECS archives unencrypted standard snapshots, 14 days after their "
        "creation at the earliest.",
    ),
    _Rule(
        ("InvalidRetentionDays.LessThanLockExpiredTime",),
        _invalid("retention_days"),
        "Raise retention_days until they outlast the snapshot's lock.",
    ),
    _Rule(
        ("QuotaExceed*", "InstanceDiskLimitExceeded"),
        QuotaExceeded,
        "Delete snapshots that are no longer needed, or raise the quota in the Quota Center.",
    ),
    _Rule(
        ("IncorrectInstanceStatus*",),
        Rejected,
        "Bring the instance into state Running or Stopped, then run it again.",
    ),
    _Rule(
        ("IncorrectDiskStatus*",),
        Rejected,
        "Bring the disk into state In_use, or Available after it has been attached, then run it again.",
    ),
    _Rule(
        (
            "InvalidSnapshotId.NotReady",
            "InvalidStatus.SnapshotUnfinished",
            "SnapshotNotReady",
            "Operation.Conflict",
            "InvalidOperation.Conflict",
            "InvalidOperation.RelatedSnapshotNotFinished",
            "InvalidOperation.UnfinishedCrossRegionCopy",
            "InvalidOperation.UnfinishedEncryptedSnapshotCopy",
            "InvalidOperation.DiskHasUnfinishedSnapshotCopy",
        ),
        Busy,
        "Run it again once the snapshot is accomplished.",
    ),
    _Rule(("SnapshotCreatedImage",), InUse, "Delete the image first: Force does not help."),
    _Rule(
        ("SnapshotCreatedDisk",),
        InUse,
        "Delete the disk first, or set force_delete = True: the disk then can never be re-initialised.",
    ),
    _Rule(("InvalidOperation.SnapshotIsLocked",), Locked, "Wait until the lock has expired."),
    _Rule(
        ("InvalidLockDuration*", "InvalidOperation.CoolOffPeriodExpired"),
        _invalid("lock_duration"),
        "Use 1 to 36500 days, fewer than the snapshot's retention_days, and once the cool-off has ended never fewer.",
    ),
    _Rule(
        ("InvalidCoolOffPeriod*",),
        _invalid("cool_off_period"),
        "Use 0 to 72 hours, and no more than the lock lasts.",
    ),
)


def error_of(answer: Answer) -> SnapshotError:
    """Return the provider's error for an error answer of ECS. An unknown code becomes Rejected."""
    problem = f"{answer.action}{answer.subject and ' of ' + answer.subject} failed: {answer.message}"
    rule = next((rule for rule in _RULES if rule.matches(answer.code)), None)
    facts = {"code": answer.code, "request_id": answer.request_id}
    if rule is None:
        return Rejected(problem, remedy="Look the code up in the ECS API reference.", **facts)
    error = rule.build(problem, remedy=rule.remedy, **facts)
    if isinstance(error, Throttled):
        error.retry_after = answer.retry_after
    return error
