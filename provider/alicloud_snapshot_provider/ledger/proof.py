"""The proof of a snapshot in its tags: when a drill restored it last, and on which instance.

ECS allows 20 tags, and a snapshot of this provider may have all of them: 15 are the user's. So its proof is in the tag
`intent`, after the hash. A snapshot without an intent gets an extra tag, if it has fewer than 20.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .intent import INTENT_TAG, intent_in
from .ownership import TAG_PREFIX, Tagged

PROVEN_TAG = TAG_PREFIX + "proven"
MOST_TAGS = 20
BY_DISK = "disk"
"""Stands in place of an instance: the drill made a disk, but did not read it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A successful restore: the time, ISO 8601, UTC, and the instance that read the disk, or BY_DISK."""

    at: str
    by: str

    def __str__(self) -> str:
        return f"{self.at} {self.how}"

    @property
    def how(self) -> str:
        """How it was proven, in words that follow the time."""
        return "by making a disk, unread" if self.by == BY_DISK else f"on {self.by}"


def proof_of(record: Tagged) -> Proof | None:
    """Return the last proof in the tags, or None."""
    text = record.tags.get(PROVEN_TAG) or record.tags.get(INTENT_TAG, "").partition(" ")[2]
    at, _, by = text.partition(" ")
    return Proof(at, by) if at and by else None


def proof_tags(record: Tagged, proof: Proof) -> Mapping[str, str]:
    """Return the tag that records a proof, or no tag if the record already has 20."""
    text = f"{proof.at} {proof.by}"
    if INTENT_TAG in record.tags and PROVEN_TAG not in record.tags:
        return {INTENT_TAG: f"{intent_in(record.tags)} {text}"}
    return {PROVEN_TAG: text} if PROVEN_TAG in record.tags or len(record.tags) < MOST_TAGS else {}
