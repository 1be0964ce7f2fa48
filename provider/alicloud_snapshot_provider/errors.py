"""The errors of the provider, as one tree: by what a caller can do about them.

    SnapshotError
    ├─ Retryable             the same operation may succeed later, and a repetition is safe
    │  ├─ Throttled          ECS refused the call without executing it
    │  ├─ Unavailable        no usable answer: 5xx, no connection, unreadable body
    │  ├─ Busy               the resource is in a temporary state
    │  ├─ Incomplete         some disks of a set have no snapshot, or some disks are not rolled back
    │  ├─ WaitTimeout        the snapshot continues in the cloud; has its id
    │  └─ Cancelled          the user stopped the run; what ECS has begun continues
    └─ Permanent             somebody must change something first
       ├─ InvalidInput       names the property
       ├─ NotFound
       ├─ PermissionDenied   also: no or wrong credentials
       ├─ QuotaExceeded
       ├─ InUse              names the images and disks
       │  └─ Locked          names the end of the lock
       ├─ TokenMismatch      the client token was used with other parameters
       ├─ SnapshotFailed     the snapshot ended in status "failed"
       ├─ FreezeFailed       an instance could not be frozen, or the freeze ended too early
       │  └─ HoldEnded       everything was frozen, but the freeze ended before the cut
       ├─ DrillFailed        the restored disk did not pass the checks of a drill
       ├─ ThawFailed         an instance may still be frozen; the snapshot is safe
       └─ Rejected           any other answer of ECS, shown with its code

A message says what failed, on which id, with which ECS code and RequestId, and in one sentence what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from .printable import visible


class SnapshotError(Exception):
    """The base of every error that the provider raises on purpose.

    `problem` says what failed. `remedy` is one sentence that says what to do. `code` and `request_id` are those of
    ECS's answer, empty if there was none. `snapshot_id` is the snapshot that a wait was for.
    """

    def __init__(
        self, problem: str, *, remedy: str = "", code: str = "", request_id: str = "", snapshot_id: str = ""
    ) -> None:
        super().__init__(problem)
        self.problem = visible(problem, lines=True)
        self.remedy = remedy
        self.code = code
        self.request_id = request_id
        self.snapshot_id = snapshot_id

    @property
    def headline(self) -> str:
        """The problem, with ECS's code and RequestId."""
        answer = ", ".join(filter(None, (self.code, self.request_id and f"RequestId {self.request_id}")))
        return f"{self.problem} [{answer}]" if answer else self.problem

    def __str__(self) -> str:
        return f"{self.headline}\n  what to do: {self.remedy}" if self.remedy else self.headline


class Retryable(SnapshotError):
    """The same operation may succeed later, and a repetition is safe."""


class Throttled(Retryable):
    """ECS refused the call by flow control, without executing it. `retry_after` is in seconds, if ECS says it."""

    def __init__(self, problem: str, *, retry_after: float | None = None, **facts: str) -> None:
        super().__init__(problem, **facts)
        self.retry_after = retry_after


class Unavailable(Retryable):
    """No usable answer came: a 5xx, a network failure or an unreadable body. ECS may have executed the call."""


class Busy(Retryable):
    """The resource is in a temporary state that does not allow the operation."""


class Incomplete(Retryable):
    """Some disks of a set have no snapshot, or some are not rolled back. The next `pulumi up` does the rest."""


class WaitTimeout(Retryable):
    """The wait ended before the snapshot was ready. The snapshot continues, and the next `pulumi up` resumes it."""


class Cancelled(Retryable):
    """The user stopped the run. What ECS has begun continues, and the next `pulumi up` finds it."""


class Permanent(SnapshotError):
    """Somebody must change something before the operation can succeed."""


class InvalidInput(Permanent):
    """An input cannot work. `property_name` is its name in the program or the configuration."""

    def __init__(self, property_name: str, problem: str, **facts: str) -> None:
        super().__init__(problem, **facts)
        self.property_name = property_name


class NotFound(Permanent):
    """What the call names does not exist in this region and account."""


class PermissionDenied(Permanent):
    """The credentials are missing, wrong or expired, or do not allow the call."""


class QuotaExceeded(Permanent):
    """A quota of the account or disk is used up."""


class InUse(Permanent):
    """The snapshot cannot be deleted: images or disks were made from it."""

    def __init__(self, problem: str, *, images: Sequence[str] = (), disks: Sequence[str] = (), **facts: str) -> None:
        super().__init__(problem, **facts)
        self.images = tuple(images)
        self.disks = tuple(disks)


class Locked(InUse):
    """A compliance lock forbids to delete the snapshot, or to remove the lock."""


class TokenMismatch(Permanent):
    """The client token was already used with other parameters."""


class SnapshotFailed(Permanent):
    """The snapshot ended in status "failed" and cannot be used."""


class FreezeFailed(Permanent):
    """An instance could not be frozen until the cut. All thaws have run."""


class HoldEnded(FreezeFailed):
    """Everything was frozen, but the freeze ended before ECS showed the cut."""


class DrillFailed(Permanent):
    """The restored disk did not pass the checks of a drill, so its snapshot is not proven."""


class ThawFailed(Permanent):
    """A thaw failed, so instances may still be frozen. The snapshot is kept, and the next `pulumi up` adopts it."""


class Rejected(Permanent):
    """Any other refusal of ECS. The message has its code and text."""


def merged_in_use(errors: Sequence[InUse]) -> InUse:
    """Return one error that names all images and disks of several errors."""
    if len(errors) == 1:
        return errors[0]
    return InUse(
        "; ".join(error.problem for error in errors),
        remedy=errors[0].remedy,
        images=[image for error in errors for image in error.images],
        disks=[disk for error in errors for disk in error.disks],
    )
