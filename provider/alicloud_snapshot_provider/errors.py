"""Everything that can go wrong, as one small tree.

    SnapshotError
    ├─ Retryable             the same act may succeed later, and repeating it is safe
    │  ├─ Throttled          ECS refused the call without executing it
    │  ├─ Unavailable        no usable answer: 5xx, transport, unreadable body
    │  ├─ Busy               the resource is in a passing state
    │  ├─ Incomplete         some disks of a set have no snapshot, or of a rollback are not back
    │  ├─ WaitTimeout        the snapshot goes on in the cloud; carries its id
    │  └─ Cancelled          the user stopped the run; what ECS has begun goes on
    └─ Permanent             somebody has to change something first
       ├─ InvalidInput       names the property
       ├─ NotFound
       ├─ PermissionDenied   also: no or wrong credentials
       ├─ QuotaExceeded
       ├─ InUse              names the images and disks
       │  └─ Locked          names the end of the lock
       ├─ TokenMismatch      the client token was used with other parameters
       ├─ SnapshotFailed     the snapshot ended in status "failed"
       ├─ FreezeFailed       an instance could not be frozen, or not for long enough
       │  └─ HoldEnded       everything was frozen, but for too short a time
       ├─ DrillFailed        what was restored for a trial did not pass its checks
       ├─ ThawFailed         an instance may still be frozen; the snapshot is safe
       └─ Rejected           any other answer of ECS, shown with its code

A message says what failed, on which id, the ECS code and RequestId, and one imperative sentence on what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from .printable import visible


class SnapshotError(Exception):
    """Base of every error that the provider raises on purpose.

    `problem` says what failed, with ECS's own words in it made visible; `remedy` is one imperative sentence; `code`
    and `request_id` are ECS's own, empty where no call was involved.
    """

    def __init__(self, problem: str, *, remedy: str = "", code: str = "", request_id: str = "") -> None:
        super().__init__(problem)
        self.problem = visible(problem, lines=True)
        self.remedy = remedy
        self.code = code
        self.request_id = request_id

    @property
    def headline(self) -> str:
        """What failed, with ECS's code and RequestId."""
        facts = [self.code, f"RequestId {self.request_id}" if self.request_id else ""]
        stated = ", ".join(fact for fact in facts if fact)
        return f"{self.problem} [{stated}]" if stated else self.problem

    def __str__(self) -> str:
        return f"{self.headline}\n  what to do: {self.remedy}" if self.remedy else self.headline


class Retryable(SnapshotError):
    """The same act may succeed later, and repeating it is safe."""


class Throttled(Retryable):
    """ECS refused the call by flow control, without executing it. `retry_after` is in seconds, None if unstated."""

    def __init__(
        self,
        problem: str,
        *,
        remedy: str = "",
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(problem, remedy=remedy, code=code, request_id=request_id)
        self.retry_after = retry_after


class Unavailable(Retryable):
    """No usable answer came: a 5xx, a transport failure or an unreadable body. The call may have had its effect."""


class Busy(Retryable):
    """The resource is in a passing state that excludes the act for now."""


class Incomplete(Retryable):
    """Some disks of a set have no snapshot, or of a rollback are not back. The next `pulumi up` does the rest."""


class WaitTimeout(Retryable):
    """The wait ended before the snapshot was ready. The snapshot itself goes on; the next `pulumi up` resumes."""

    def __init__(self, problem: str, *, snapshot_id: str, **facts: str) -> None:
        super().__init__(problem, **facts)
        self.snapshot_id = snapshot_id


class Cancelled(Retryable):
    """The user stopped the run. What ECS has begun goes on, and the next `pulumi up` finds it."""


class Permanent(SnapshotError):
    """Somebody has to change something before the act can succeed."""


class InvalidInput(Permanent):
    """An input that cannot work. `property_name` is the input as the user declared it."""

    def __init__(self, property_name: str, problem: str, **facts: str) -> None:
        super().__init__(problem, **facts)
        self.property_name = property_name


class NotFound(Permanent):
    """The thing that the call names does not exist in this region and account."""


class PermissionDenied(Permanent):
    """The credentials are missing, wrong, expired or not allowed to do this."""


class QuotaExceeded(Permanent):
    """A quota of the account or disk is used up."""


class InUse(Permanent):
    """The snapshot cannot be deleted, because images or disks refer to it."""

    def __init__(self, problem: str, *, images: Sequence[str] = (), disks: Sequence[str] = (), **facts: str) -> None:
        super().__init__(problem, **facts)
        self.images = tuple(images)
        self.disks = tuple(disks)


class Locked(InUse):
    """A compliance lock keeps the snapshot from being deleted, or itself from being taken off."""


class TokenMismatch(Permanent):
    """The client token was used before with other parameters."""


class SnapshotFailed(Permanent):
    """The snapshot ended in status "failed". Nothing usable was stored."""

    def __init__(self, problem: str, *, snapshot_id: str, **facts: str) -> None:
        super().__init__(problem, **facts)
        self.snapshot_id = snapshot_id


class FreezeFailed(Permanent):
    """An instance could not be frozen, or not until the cut. Every thaw has been run."""


class HoldEnded(FreezeFailed):
    """What was to be cut was not seen cut while everything was frozen."""


class DrillFailed(Permanent):
    """What was restored for a trial did not pass its checks: the snapshot is not proven."""


class ThawFailed(Permanent):
    """A thaw failed: instances may still be frozen. What was begun is kept, and the next `pulumi up` takes it over."""


class Rejected(Permanent):
    """Any other refusal of ECS, shown with its own code and message."""


def merged_in_use(errors: Sequence[InUse]) -> InUse:
    """Return one error that names everything that several name."""
    if len(errors) == 1:
        return errors[0]
    return InUse(
        "; ".join(error.problem for error in errors),
        remedy=errors[0].remedy,
        images=[image for error in errors for image in error.images],
        disks=[disk for error in errors for disk in error.disks],
    )
