"""The declared nouns by their names; every adapter serves all of them."""

from __future__ import annotations

from collections.abc import Mapping

from .noun import Noun
from .snapshot import SnapshotResource

NOUNS: Mapping[str, type[Noun]] = {"Snapshot": SnapshotResource}
