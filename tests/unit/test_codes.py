from __future__ import annotations

import pytest

from alicloud_snapshot_provider.ecs.codes import Answer, error_of
from alicloud_snapshot_provider.errors import (
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

MEANINGS: list[tuple[type[SnapshotError], str, list[str]]] = [
    (
        Throttled,
        "Run it again later.",
        [
            "Throttling",
            "Throttling.User",
            "Throttling.Api",
            "ServiceUnavailable.Throttling",
            "Rejected.Throttling",
        ],
    ),
    (
        Unavailable,
        "Run it again; if it lasts, give the RequestId to Alibaba Cloud's support.",
        [
            "InternalError",
            "InternalError.Dispatch",
            "ServiceUnavailable",
            "UnknownError",
            "SystemBusy",
            "LastTokenProcessing",
        ],
    ),
    (Busy, "Run it again: the first request is still being processed.", ["IdempotentProcessing"]),
    (
        InvalidInput,
        "Name at most 16 ESSD disks of one zone, 32 TiB in all, none with multi-attach.",
        [
            "NumberExceed.TooManyDisks",
            "CapacityExceed.TooManyDisks",
            "InvalidDiskIds.NotInSameZone",
            "InvalidDisk.DiskCategoryInconsistent",
            "InvalidOperation.MultiAttachDisk",
            "InvalidDisk.ShareVolume",
        ],
    ),
    (
        Busy,
        "Wait until the snapshots in progress of this disk have ended, then run it again.",
        [
            "QuotaExceed.ConcurrentSnapshotQuota",
            "IncorrectDiskStatus.CreatingSnapshot",
            "DISK_HAS_CREATING_SNAPSHOT",
            "IncorrectDiskStatus.TooManyCreatingSnapshots",
            "IncorrectDiskStatus.HasUnfinishedSnapshot",
            "InvalidOperation.DiskResetInProgress",
        ],
    ),
    (
        Busy,
        "Run it again once the snapshot is accomplished.",
        [
            "InvalidSnapshotId.NotReady",
            "InvalidStatus.SnapshotUnfinished",
            "SnapshotNotReady",
            "Operation.Conflict",
            "InvalidOperation.Conflict",
            "InvalidOperation.UnfinishedCrossRegionCopy",
            "InvalidOperation.UnfinishedEncryptedSnapshotCopy",
            "InvalidOperation.DiskHasUnfinishedSnapshotCopy",
            "InvalidOperation.RelatedSnapshotNotFinished",
        ],
    ),
    (
        Busy,
        "Run it again later: ECS archives at most 10 snapshots of a disk at a time.",
        ["QuotaExceed.ConcurrentArchiveSnapshotQuota"],
    ),
    (
        TokenMismatch,
        "Run `pulumi up` again: the snapshot of the first request is looked up and adopted.",
        ["IdempotentParameterMismatch", "IdempotenceParamNotMatch"],
    ),
    (
        PermissionDenied,
        "Correct the keys: run `pulumi config set alicloud:accessKey <id>` and `pulumi config set --secret "
        "alicloud:secretKey <secret>`, or mend the environment's; `alicloud-snapshot doctor` says which are used.",
        [
            "InvalidAccessKeyId.NotFound",
            "InvalidAccessKeyId.Inactive",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "InvalidSecurityToken.Expired",
            "InvalidSecurityToken.MismatchWithAccessKey",
            "MissingAccessKeyId",
        ],
    ),
    (
        PermissionDenied,
        "Allow the action to this RAM user or role: `alicloud-snapshot doctor` names all that are missing, and "
        "docs/permissions.md has the policies.",
        ["Forbidden.RAM", "Forbidden.RiskControl", "NoPermission.Tag", "Unauthorized", "UnauthorizedOperation"],
    ),
    (
        PermissionDenied,
        "Set this machine's clock, by `timedatectl set-ntp true` for example: it is more than 15 minutes off.",
        ["InvalidTimeStamp.Expired", "InvalidTimeStamp.Format"],
    ),
    (
        NotFound,
        "Check disk_id and the region: a disk is found only in its own region.",
        ["InvalidDiskId.NotFound", "Disk.NotFound"],
    ),
    (NotFound, "Run `pulumi refresh`.", ["InvalidSnapshotId.NotFound", "InvalidSnapshot.NotFound"]),
    (NotFound, "Check the id and the region.", ["InvalidInstanceId.NotFound", "InvalidRegionId.NotFound"]),
    (
        QuotaExceeded,
        "Delete snapshots that are no longer needed, or raise the quota in the Quota Center.",
        ["QuotaExceed.Snapshot", "QuotaExceed.SnapshotQuota", "InstanceDiskLimitExceeded"],
    ),
    (InUse, "Delete the image first: Force does not help.", ["SnapshotCreatedImage"]),
    (
        InUse,
        "Delete the disk first, or set force_delete = True: the disk then can never be re-initialised.",
        ["SnapshotCreatedDisk"],
    ),
    (
        Rejected,
        "Activate the snapshot service once in the ECS console.",
        ["InvalidAccountStatus.SnapshotServiceUnavailable"],
    ),
    (Rejected, "Settle the account's balance.", ["InvalidAccountStatus.NotEnoughBalance", "DiskInArrears"]),
    (Rejected, "Unlock the instance in the ECS console first.", ["InstanceLockedForSecurity"]),
    (
        Rejected,
        "Bring the instance into state Running or Stopped, then run it again.",
        ["IncorrectInstanceStatus", "IncorrectInstanceStatus.NeedRestart"],
    ),
    (
        Rejected,
        "Bring the disk into state In_use, or Available after it has been attached, then run it again.",
        ["IncorrectDiskStatus", "IncorrectDiskStatus.Transferring", "IncorrectDiskStatus.Invalid"],
    ),
    (Locked, "Wait until the lock has expired.", ["InvalidOperation.SnapshotIsLocked"]),
    (Rejected, "Look the code up in the ECS API reference.", ["CreateSnapshot.Failed", "Something.Quite.New"]),
]
"""Class, remedy, and the codes that mean them."""

PROPERTIES = [
    (
        "destination_region",
        "Name another region than the snapshot's own.",
        ["InvalidRegionId.NotExists", "InvalidOperation.NotSupportCopyInSameRegion"],
    ),
    (
        "source_snapshot_id",
        "Copy a standard snapshot: archives cannot be copied.",
        ["OperationDenied.SnapshotCategoryNotSupportCopy"],
    ),
    (
        "encrypted",
        "Set encrypted = True, which a KMS key and an encrypted snapshot need.",
        ["InvalidEncrypted.NotMatchKmsKeyId", "InvalidEncrypted.NotSupportDecrypt"],
    ),
    (
        "snapshot_id",
        "Name a newer snapshot of this very disk.",
        ["InvalidParameter.Mismatch", "InvalidSnapshot.TooOld"],
    ),
    (
        "lock_duration",
        "Use 1 to 36500 days, fewer than the snapshot's retention_days, and once the cool-off has ended never fewer.",
        ["InvalidLockDuration.ExceedRetentionDays", "InvalidOperation.CoolOffPeriodExpired"],
    ),
    (
        "cool_off_period",
        "Use 0 to 72 hours, and no more than the lock lasts.",
        ["InvalidCoolOffPeriod.ExceedLockDuration"],
    ),
    (
        "archive_after",
        "Remove archive_after, or set at least 14: ECS archives unencrypted standard snapshots, 14 days after their "
        "creation at the earliest.",
        [
            "InvalidStatus.SnapshotAgeLimit",
            "InvalidStatus.SnapshotInArchive",
            "InvalidParameter.SnapshotCategory",
            "InvalidOperation.EncryptedSnapshotUnsupport",
            "InvalidOperation.InstantAccessEnabledUnsupport",
            "InvalidOperation.ArchiveSharedSnapshotUnsupported",
            "InvalidOperation.ArchiveCloudBoxSnapshotUnsupported",
        ],
    ),
    (
        "retention_days",
        "Raise retention_days until they outlast the snapshot's lock.",
        ["InvalidRetentionDays.LessThanLockExpiredTime"],
    ),
    ("resource_group_id", "Name an existing resource group.", ["InvalidResourceGroup.NotFound"]),
    ("snapshot_name", "Use 2 to 128 letters, digits, : _ . -", ["InvalidSnapshotName.Malformed"]),
    ("description", "Use 2 to 256 characters, no http:// at the start.", ["InvalidDescription.Malformed"]),
    (
        "retention_days",
        "Use 1 to 65536 days, and never fewer than before.",
        ["InvalidRetentionDays.Malformed", "InvalidOperation.DecreaseRetentionDaysUnsupported"],
    ),
    (
        "tags",
        "Correct the tags: at most 15 of your own, keys without aliyun or acs: at the start.",
        [
            "Duplicate.TagKey",
            "TagKey.Duplication",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "InvalidTagCount",
            "OperationDenied.QuotaExceed",
            "QuotaExceed.Tags",
            "NumberExceed.Tags",
        ],
    ),
    (
        "disk_id",
        "Attach the disk to an instance that has been started at least once.",
        ["IncorrectDiskStatus.NeverAttached", "IncorrectDiskStatus.NeverUsed"],
    ),
    (
        "disk_id",
        "Name a cloud disk: local and elastic ephemeral disks have no snapshots.",
        ["DiskCategory.OperationNotSupported", "DiskId.ValueNotSupported", "IncorrectDiskType.NotSupport"],
    ),
]
"""Property at fault, remedy, and the codes that mean them."""


def answer(code: str, **facts: object) -> Answer:
    envelope = {"action": "CreateSnapshot", "subject": "disk d-1", "message": "Told so.", "request_id": "R-1"}
    return Answer(code=code, **{**envelope, **facts})


def full_text(code: str, remedy: str) -> str:
    return f"CreateSnapshot of disk d-1 failed: Told so. [{code}, RequestId R-1]\n  what to do: {remedy}"


@pytest.mark.parametrize(
    ("code", "kind", "remedy"), [(code, kind, remedy) for kind, remedy, codes in MEANINGS for code in codes]
)
def test_a_code_becomes_its_error_and_the_text_says_what_failed_and_what_to_do(
    code: str, kind: type[SnapshotError], remedy: str
) -> None:
    error = error_of(answer(code))

    assert type(error) is kind
    assert (str(error), error.code, error.request_id) == (full_text(code, remedy), code, "R-1")


@pytest.mark.parametrize(
    ("code", "property_name", "remedy"), [(code, name, remedy) for name, remedy, codes in PROPERTIES for code in codes]
)
def test_a_code_about_an_input_names_the_property(code: str, property_name: str, remedy: str) -> None:
    error = error_of(answer(code))

    assert isinstance(error, InvalidInput)
    assert (error.property_name, str(error)) == (property_name, full_text(code, remedy))


def test_only_a_throttled_answer_keeps_when_to_come_back() -> None:
    throttled = error_of(answer("Throttling.User", retry_after=2.5))
    other = error_of(answer("InternalError", retry_after=2.5))

    assert isinstance(throttled, Throttled)
    assert throttled.retry_after == 2.5
    assert not hasattr(other, "retry_after")


def test_a_call_about_nothing_in_particular_names_only_its_action() -> None:
    assert error_of(answer("Forbidden", subject="")).problem == "CreateSnapshot failed: Told so."
