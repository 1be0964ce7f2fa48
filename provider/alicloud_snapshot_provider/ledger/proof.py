"""When a snapshot was last restored for a trial, and by what: told by its tags.

ECS allows 20 tags. A snapshot of ours may have them all, since 15 are the user's: its proof stands in the value of the
tag that records its intent, behind the hash. What is not recorded in a series gets a tag of its own, if there is room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .intent import INTENT_TAG, intent_in
from .ownership import TAG_PREFIX, Tagged

PROVEN_TAG = TAG_PREFIX + "proven"
MOST_TAGS = 20
BY_DISK = "disk"
"""In place of an instance: a disk was made, but nobody has read it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A restore that went well: when, ISO 8601, UTC, and on which instance; BY_DISK where none has read the disk."""

    at: str
    by: str

    def __str__(self) -> str:
        return f"{self.at} {'by making a disk' if self.by == BY_DISK else f'on {self.by}'}"


def proof_of(record: Tagged) -> Proof | None:
    """Return the last proof that the tags record, None where there is none."""
    told = record.tags.get(PROVEN_TAG) or record.tags.get(INTENT_TAG, "").partition(" ")[2]
    at, _, by = told.partition(" ")
    return Proof(at, by) if at and by else None


def proof_tags(record: Tagged, proof: Proof) -> Mapping[str, str]:
    """Return the tag that records a proof, none where all tags of the record are taken."""
    told = f"{proof.at} {proof.by}"
    if INTENT_TAG in record.tags and PROVEN_TAG not in record.tags:
        return {INTENT_TAG: f"{intent_in(record.tags)} {told}"}
    return {PROVEN_TAG: told} if PROVEN_TAG in record.tags or len(record.tags) < MOST_TAGS else {}
