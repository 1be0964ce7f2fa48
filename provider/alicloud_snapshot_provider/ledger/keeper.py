"""Who keeps a snapshot, read from its tags: a declared resource, a guard, a policy of ECS's, or somebody by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..ecs.models import SnapshotInfo
from .intent import SERIES_TAG

_DERIVED = re.compile(r"(?P<stack>.+)/(?P<resource>[^/]+)#[0-9a-f]{10}")


@dataclass(frozen=True, slots=True, order=True)
class Keeper:
    """`stack` is `<project>/<stack>`, `resource` the resource there; both empty for what Pulumi did not take.

    A series with a name of its own is its own resource, of no stack that its tags tell.
    """

    stack: str
    resource: str
    series: str
    how: str

    @property
    def declared(self) -> bool:
        return bool(self.series)


BY_POLICY = Keeper("", "", "", "automatic snapshot policy")
BY_HAND = Keeper("", "", "", "by hand or another tool")


def keeper_of(snapshot: SnapshotInfo) -> Keeper:
    """Return who keeps the snapshot."""
    series = snapshot.tags.get(SERIES_TAG, "")
    if not series:
        return BY_POLICY if snapshot.automatic else BY_HAND
    derived = _DERIVED.fullmatch(series)
    if derived is None:
        return Keeper("", series, series, "series")
    resource, _, guarded = derived["resource"].rpartition(":")
    if resource and guarded == snapshot.source_disk_id:
        return Keeper(derived["stack"], resource, series, "guard")
    return Keeper(derived["stack"], derived["resource"], series, "resource")
