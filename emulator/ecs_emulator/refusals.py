"""The errors that ECS answers with: code, HTTP status and message, as documented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """One documented error. `message` may have `{names}`, which `error` replaces."""

    code: str
    status: int
    message: str

    def with_status(self, status: int) -> Refusal:
        """Return the same error with another status, which some actions use."""
        return replace(self, status=status)

    def naming(self, name: str) -> Refusal:
        """Return the same error with `{name}` in its message replaced."""
        return replace(self, message=self.message.format(name=name))

    def error(self, **details: object) -> EcsError:
        """Return the exception to raise, with the names in its message replaced."""
        return EcsError(self.code.format(**details), self.status, self.message.format(**details))


class EcsError(Exception):
    """The answer to a call is this error. `headers` are the answer's headers."""

    def __init__(self, code: str, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.headers = headers or {}


# The gateway.
INVALID_ACCESS_KEY = Refusal("InvalidAccessKeyId.NotFound", 404, "Specified access key is not found.")
INACTIVE_ACCESS_KEY = Refusal("InvalidAccessKeyId.Inactive", 400, "Specified access key is disabled.")
REAL_ACCESS_KEY = Refusal(
    "Emulator.RealAccessKeyRefused",
    403,
    "This is an emulator and the access key looks like one that Alibaba Cloud issued. "
    "Use a key of the emulator's world, such as emulator-key-id, and keep the real one away from tests.",
)
SIGNATURE_MISMATCH = Refusal(
    "SignatureDoesNotMatch",
    400,
    "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}",
)
INCOMPLETE_SIGNATURE = Refusal(
    "IncompleteSignature", 400, "The request signature does not conform to Aliyun standards."
)
NONCE_USED = Refusal("SignatureNonceUsed", 400, "Specified signature nonce was used already.")
TIMESTAMP_FORMAT = Refusal("InvalidTimeStamp.Format", 400, "Specified time stamp or date value is not well formatted.")
TIMESTAMP_EXPIRED = Refusal("InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired.")
TOKEN_MISMATCH = Refusal(
    "InvalidSecurityToken.MismatchWithAccessKey", 400, "Specified SecurityToken mismatch with the AccessKey."
)
TOKEN_EXPIRED = Refusal("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired.")
INVALID_API = Refusal("InvalidApi.NotFound", 404, "Specified api is not found, please check your url and method.")
INVALID_VERSION = Refusal("InvalidVersion", 400, "The specified version does not exist.")
MANDATORY = Refusal("Missing{name}", 400, "{name} is mandatory for this action.")
MISSING_PARAMETER = Refusal(
    "MissingParameter",
    400,
    'The input parameter "{name}" that is mandatory for processing this request is not supplied.',
)
INVALID_PARAMETER = Refusal("InvalidParameter", 400, 'The specified value of parameter "{name}" is not valid.')
IDS_MALFORMED = Refusal("Invalid{name}.Malformed", 403, "The {name} are malformed or their amount exceeds the limit.")
UNKNOWN_PARAMETER = Refusal("InvalidParameter", 400, 'The parameter "{name}" is not a parameter of this action.')
THROTTLING = Refusal("Throttling", 403, "Request was denied due to user flow control.")
THROTTLING_USER = Refusal("Throttling.User", 400, "Request was denied due to user flow control.")
THROTTLING_API = Refusal("Throttling.Api", 400, "Request was denied due to api flow control.")
FORBIDDEN_RAM = Refusal(
    "Forbidden.RAM",
    403,
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
)
INTERNAL_ERROR = Refusal(
    "InternalError",
    500,
    "The request processing has failed due to some unknown error, exception or failure.",
)
SERVICE_UNAVAILABLE = Refusal(
    "ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."
)
DRY_RUN = Refusal("DryRunOperation", 400, "Request validation has been passed with DryRun flag set.")

# ClientToken.
TOKEN_MALFORMED = Refusal("InvalidClientToken.Malformed", 403, "The specified clientToken is wrongly formed.")
TOKEN_REUSED = Refusal("IdempotentParameterMismatch", 403, "The specified clientToken is used.")
TOKEN_PROCESSING = Refusal("IdempotentProcessing", 403, "The previous idempotent request(s) is still processing.")

# Things that do not exist.
INVALID_REGION = Refusal("InvalidRegionId.NotFound", 404, "The RegionId provided does not exist in our records.")
INVALID_ZONE = Refusal("InvalidZoneId.NotFound", 404, "The ZoneId provided does not exist in our records.")
DISK_NOT_FOUND = Refusal("InvalidDiskId.NotFound", 404, "The specified DiskId does not exist.")
INSTANCE_NOT_FOUND = Refusal("InvalidInstanceId.NotFound", 404, "The specified InstanceId does not exist.")
SNAPSHOT_NOT_FOUND = Refusal("InvalidSnapshotId.NotFound", 404, "The specified snapshot is not found.")
IMAGE_NOT_FOUND = Refusal("InvalidImageId.NotFound", 404, "The specified ImageId does not exist.")
GROUP_NOT_FOUND = Refusal(
    "InvalidResourceGroup.NotFound", 404, "The ResourceGroup provided does not exist in our records."
)

# Malformed parameters.
DESCRIPTION_MALFORMED = Refusal("InvalidDescription.Malformed", 404, "The specified description is wrongly formed.")
DESCRIPTION_MALFORMED_400 = DESCRIPTION_MALFORMED.with_status(400)
TAG_KEY_DUPLICATE = Refusal("Duplicate.TagKey", 400, "The Tag.N.Key contain duplicate key.")
TAG_KEY_MALFORMED = Refusal("InvalidTagKey.Malformed", 400, "The specified Tag.N.Key is not valid.")
TAG_VALUE_MALFORMED = Refusal("InvalidTagValue.Malformed", 400, "The specified Tag.N.Value is not valid.")
TOO_MANY_TAGS = Refusal("NumberExceed.Tags", 400, "The Tags parameter's number is exceed, Valid: 20.")
NOTHING_TO_MODIFY = Refusal("NoAttributeToModify", 400, "No attribute to be modified in this request.")

# States and locks, for several actions.
INSTANCE_STATUS = Refusal(
    "IncorrectInstanceStatus", 403, "The current status of the resource does not support this operation."
)
INSTANCE_STATUS_400 = INSTANCE_STATUS.with_status(400)
INSTANCE_LOCKED = Refusal("InstanceLockedForSecurity", 403, "The disk attached instance is locked due to security.")
DISK_STATUS = Refusal("IncorrectDiskStatus", 403, "The current disk status does not support this operation.")
DISK_CREATING_SNAPSHOT = Refusal(
    "IncorrectDiskStatus.CreatingSnapshot", 403, "A previous snapshot creation is in process."
)
SNAPSHOT_NOT_READY = Refusal("InvalidSnapshotId.NotReady", 403, "The specified snapshot has not completed yet.")
SNAPSHOT_NOT_READY_400 = SNAPSHOT_NOT_READY.with_status(400)
AUTO_SNAPSHOT_DISABLED = Refusal(
    "OperationDenied.AutoSnapshotDisabled", 403, "The disk has EnableAutoSnapshot switched off."
)
SNAPSHOT_QUOTA = Refusal("QuotaExceed.Snapshot", 403, "The snapshot quota exceeds.")


def known_refusal(code: str) -> Refusal | None:
    """Return the error above with this code, so that an injected fault looks like the real error."""
    return _BY_CODE.get(code)


def _collect(names: dict[str, Any]) -> dict[str, Refusal]:
    known: dict[str, Refusal] = {}
    for value in names.values():
        if isinstance(value, Refusal):
            known.setdefault(value.code, value)
    return known


_BY_CODE = _collect(globals())
