"""The ownership of a snapshot or group: one tag says whether a state holds it, and which entry of that state.

A record is deleted only after the state that held it has let it go, or if no state ever held it. A record without this
tag, of an earlier release or of another tool, counts as held.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

TAG_PREFIX = "alicloud-snapshot:"
OWNERSHIP_TAG = TAG_PREFIX + "ownership"
EARLIER_BEING_CREATED_TAG = TAG_PREFIX + "being-created"
EARLIER_RELEASED_TAG = TAG_PREFIX + "released"
EARLIER_TAGS = (EARLIER_BEING_CREATED_TAG, EARLIER_RELEASED_TAG)
"""The tags of release 0.1.0 for a snapshot that it was creating, and for one that a destroyed resource retained."""
NO_TAG = TAG_PREFIX + "none"
"""A tag that no record has. To remove it changes nothing, and the answer says whether the record exists."""
OWNER_KEY = "__owner"
"""The input and output with the owner in the state. Pulumi does not show properties whose names begin with `__`."""


class Phase(Enum):
    """The phase of a record between its creation and its deletion."""

    BEING_CREATED = "being-created"
    HELD = "held"
    LET_GO = "let-go"
    RETAINED = "retained"
    GUARD = "guard"
    ROLLBACK = "rollback"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The phase of a record, and its owner: the entry of a state that creates it, holds it or has let it go.

    `owner` is "" if the tag names none. Records of a guard, of a rollback and of the command line have none.
    """

    phase: Phase
    owner: str = ""

    @property
    def tags(self) -> dict[str, str]:
        """The tag that records it."""
        return {OWNERSHIP_TAG: f"{self.phase.value}:{self.owner}" if self.owner else self.phase.value}

    @property
    def being_created(self) -> bool:
        return self.phase is Phase.BEING_CREATED

    @property
    def held(self) -> bool:
        """Whether a state holds the record, or may hold it."""
        return self.phase is Phase.HELD

    @property
    def names_holder(self) -> bool:
        """Whether a state holds the record, and the tag names the entry."""
        return self.held and bool(self.owner)


BEING_CREATED = Ownership(Phase.BEING_CREATED)
RETAINED = Ownership(Phase.RETAINED)
OF_GUARD = Ownership(Phase.GUARD)
OF_ROLLBACK = Ownership(Phase.ROLLBACK)
BY_HAND = Ownership(Phase.BY_HAND)


class Tagged(Protocol):
    """Anything that has tags."""

    @property
    def tags(self) -> Mapping[str, str]: ...


def held_by(owner: str) -> Ownership:
    """Return the ownership of a record that an entry of a state holds."""
    return Ownership(Phase.HELD, owner)


def let_go_by(lineage: str) -> Ownership:
    """Return the ownership of a record in the history of an entry."""
    return Ownership(Phase.LET_GO, lineage)


def lineage_of(owner: str, record_id: str) -> str:
    """Return the name of an entry's history: its owner. An entry of release 0.1.0 has none; its record's id serves."""
    return owner or f"of-{hashlib.sha256(record_id.encode()).hexdigest()[:16]}"


def belongs_to_another(record: Tagged, lineages: Collection[str]) -> bool:
    """Tell whether a record belongs to an entry that is not in `lineages`, or is retained."""
    ownership = ownership_of(record)
    if ownership.phase in {Phase.HELD, Phase.BEING_CREATED, Phase.LET_GO}:
        return bool(ownership.owner) and ownership.owner not in lineages
    return ownership.phase is Phase.RETAINED


def ownership_of(record: Tagged) -> Ownership:
    """Read the ownership from the tags of a record."""
    return ownership_in(record.tags)


def ownership_in(tags: Mapping[str, str]) -> Ownership:
    """Read the ownership from tags. Without such a tag a record counts as held, by an unknown owner."""
    if EARLIER_BEING_CREATED_TAG in tags:
        return BEING_CREATED
    phase, _, owner = tags.get(OWNERSHIP_TAG, "").partition(":")
    known = next((each for each in Phase if each.value == phase), None)
    if known is not None:
        return Ownership(known, owner)
    return RETAINED if EARLIER_RELEASED_TAG in tags else Ownership(Phase.HELD)


def new_owner() -> str:
    """Return a random name for an entry of a state."""
    return secrets.token_hex(8)
