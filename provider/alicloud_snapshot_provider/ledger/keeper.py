"""Who keeps a snapshot, by its tags: a resource, a guard, an automatic snapshot policy, or a person. For the report."""

from __future__ import annotations

from dataclasses import dataclass

from ..ecs.models import SnapshotInfo
from .intent import DERIVED_SERIES, SERIES_TAG


@dataclass(frozen=True, slots=True, order=True)
class Keeper:
    """`stack` is `<project>/<stack>`, and `resource` the name of the resource. Both are "" if Pulumi took nothing.

    If a user named the series, the tags do not say the stack, and `resource` is the series.
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
    """Read the keeper from the tags of a snapshot."""
    series = snapshot.tags.get(SERIES_TAG, "")
    if not series:
        return BY_POLICY if snapshot.automatic else BY_HAND
    derived = DERIVED_SERIES.fullmatch(series)
    if derived is None:
        return Keeper("", series, series, "series")
    resource, _, guarded = derived["resource"].rpartition(":")
    if resource and guarded == snapshot.source_disk_id:
        return Keeper(derived["scope"], resource, series, "guard")
    return Keeper(derived["scope"], derived["resource"], series, "resource")
