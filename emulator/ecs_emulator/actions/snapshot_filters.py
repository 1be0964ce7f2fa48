"""The filters of DescribeSnapshots, and its errors for unknown filter values."""

from __future__ import annotations

from datetime import UTC, datetime

from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal

_ALLOWED = {
    "Status": (
        frozenset({"progressing", "accomplished", "failed", "all"}),
        Refusal("InvalidStatus.NotFound", 404, "The specified status is not found."),
    ),
    "SnapshotType": (
        frozenset({"auto", "user", "timer", "all"}),
        Refusal("InvalidSnapshotType.NotFound", 404, "The specified snapshot type is not found."),
    ),
    "Usage": (
        frozenset({"image", "disk", "image_disk", "none"}),
        Refusal("InvalidUsage", 404, "The specified usage is not valid."),
    ),
}
_DISK_TYPES = frozenset({"", "system", "data"})
_INVALID_DISK_TYPE = Refusal("InvalidSourceDiskType", 404, "The specified SourceDiskType is not valid.")
_INVALID_FILTER_KEY = Refusal("InvalidFilterKey.NotFound", 404, "The specified filter key is not found.")
_INVALID_FILTER_VALUE = Refusal("InvalidFilterValue", 404, "The specified filter value is not valid.")
_TIME_FORMAT = "%Y-%m-%dT%H:%MZ"


def check_filters(parameters: Parameters) -> None:
    """Raise EcsError for a filter value that DescribeSnapshots does not know."""
    for name, (values, refusal) in _ALLOWED.items():
        if parameters.text(name) and parameters.text(name) not in values:
            raise refusal.error()
    if parameters.text("SourceDiskType").lower() not in _DISK_TYPES:
        raise _INVALID_DISK_TYPE.error()
    for entry in parameters.objects("Filter"):
        if entry.text("Key") not in {"CreationStartTime", "CreationEndTime"}:
            raise _INVALID_FILTER_KEY.error()
        _moment(entry.text("Value"))


def passes_time_filters(parameters: Parameters, snapshot: Snapshot) -> bool:
    """Return whether the snapshot was created between the times of a request."""
    created = snapshot.creation_time
    for entry in parameters.objects("Filter"):
        limit = _moment(entry.text("Value"))
        if created is None:
            return False
        if created < limit if entry.text("Key") == "CreationStartTime" else created > limit:
            return False
    return True


def _moment(text: str) -> float:
    try:
        return datetime.strptime(text, _TIME_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise _INVALID_FILTER_VALUE.error() from None
