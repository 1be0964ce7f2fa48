"""Who owns a snapshot or group: told by one tag of it, and written by whoever takes it over or lets it go.

A record is deleted only after the state that held it has let it go, or where no state ever held it. What has no tag of
this kind, since an earlier release or another tool made it, counts as held.
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
"""The tags by which release 0.1.0 marked what it was creating, and what a destroyed resource retained."""
NO_TAG = TAG_PREFIX + "none"
"""A tag that nothing has. Taking it away changes nothing, whoever holds the thing, and tells whether that exists."""
OWNER_KEY = "__owner"
"""The input and output that names the owner in the state. Pulumi shows no property whose name begins like this."""


class Phase(Enum):
    """Where a record stands between its creation and its deletion."""

    BEING_CREATED = "being-created"
    HELD = "held"
    LET_GO = "let-go"
    RETAINED = "retained"
    GUARD = "guard"
    ROLLBACK = "rollback"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The phase of a record, and its owner: an entry of some state.

    `owner` is the one that creates, holds, or has let go the record; empty where the tag names none. What a guard, a
    rollback or the command line took belongs to no state.
    """

    phase: Phase
    owner: str = ""

    @property
    def tags(self) -> dict[str, str]:
        """The tag that says so."""
        return {OWNERSHIP_TAG: f"{self.phase.value}:{self.owner}" if self.owner else self.phase.value}

    @property
    def being_created(self) -> bool:
        return self.phase is Phase.BEING_CREATED

    @property
    def held(self) -> bool:
        """Whether a state holds it, or may hold it."""
        return self.phase is Phase.HELD


BEING_CREATED = Ownership(Phase.BEING_CREATED)
RETAINED = Ownership(Phase.RETAINED)
OF_GUARD = Ownership(Phase.GUARD)
OF_ROLLBACK = Ownership(Phase.ROLLBACK)
BY_HAND = Ownership(Phase.BY_HAND)


class Tagged(Protocol):
    """What has tags."""

    @property
    def tags(self) -> Mapping[str, str]: ...


def held_by(owner: str) -> Ownership:
    """Return the ownership of what an entry of a state holds."""
    return Ownership(Phase.HELD, owner)


def let_go_by(lineage: str) -> Ownership:
    """Return the ownership of what belongs to the history of an entry of a state."""
    return Ownership(Phase.LET_GO, lineage)


def lineage_of(owner: str, record_id: str) -> str:
    """Return the name of an entry's history: its owner. One that release 0.1.0 wrote has none, but its record."""
    return owner or f"of-{hashlib.sha256(record_id.encode()).hexdigest()[:16]}"


def belongs_to_another(record: Tagged, lineages: Collection[str]) -> bool:
    """Tell whether the tags give a record to somebody else than these entries: to hold, to take, or to keep."""
    now = ownership_of(record)
    if now.phase in {Phase.HELD, Phase.BEING_CREATED, Phase.LET_GO}:
        return bool(now.owner) and now.owner not in lineages
    return now.phase is Phase.RETAINED


def ownership_of(record: Tagged) -> Ownership:
    """Read the ownership from the tags of a record."""
    return ownership_in(record.tags)


def ownership_in(tags: Mapping[str, str]) -> Ownership:
    """Read the ownership from tags. What they do not tell counts as held, by nobody knows whom."""
    if EARLIER_BEING_CREATED_TAG in tags:
        return BEING_CREATED
    phase, _, owner = tags.get(OWNERSHIP_TAG, "").partition(":")
    known = next((each for each in Phase if each.value == phase), None)
    if known is not None:
        return Ownership(known, owner)
    return RETAINED if EARLIER_RELEASED_TAG in tags else Ownership(Phase.HELD)


def new_owner() -> str:
    """Return a name that no other entry of any state has."""
    return secrets.token_hex(8)
