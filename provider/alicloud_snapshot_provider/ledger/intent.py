"""An intent: this series, these replace-forcing inputs, this generation. Exactly one snapshot fulfils it.

The tags of the snapshots themselves are the ledger in which intents are recorded; Pulumi's state only holds an id.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..ecs.wire_format import whole
from .ownership import BEING_CREATED, OWNERSHIP_TAG, TAG_PREFIX, ownership_of
from .records import R, Recorded

SERIES_TAG = TAG_PREFIX + "series"
SCOPE_TAG = TAG_PREFIX + "scope"
GENERATION_TAG = TAG_PREFIX + "generation"
INTENT_TAG = TAG_PREFIX + "intent"
CONSISTENCY_TAG = TAG_PREFIX + "consistency"
"""On what was begun with a freeze: "application" once it was seen cut while everything was frozen."""
LEDGER_TAGS = (SERIES_TAG, SCOPE_TAG, GENERATION_TAG, INTENT_TAG, OWNERSHIP_TAG)

_DERIVED_SERIES = re.compile(r"(?P<scope>.+)/[^/]+#[0-9a-f]{10}")


@dataclass(frozen=True, slots=True)
class Intent:
    """What one snapshot is meant to be. `inputs` are the replace-forcing ones, as JSON can hold them."""

    series: str
    inputs: Mapping[str, object]
    generation: int

    @property
    def key(self) -> str:
        """The hash by which the intent is recorded and recognised."""
        canonical = json.dumps([self.series, self.inputs, self.generation], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]

    def client_token(self, attempt: int) -> str:
        """The token that makes ECS answer every repetition with the same snapshot: at most 64 ASCII characters.

        `attempt` goes up where a token answers with a snapshot that is gone.
        """
        return f"pas-{self.key}-{attempt}"

    def tags(self) -> dict[str, str]:
        """The tags that record the intent on a snapshot that is being created."""
        return {
            SERIES_TAG: self.series,
            SCOPE_TAG: scope_of(self.series),
            GENERATION_TAG: str(self.generation),
            INTENT_TAG: self.key,
            **BEING_CREATED.tags,
        }

    def claims(self, record: Recorded) -> bool:
        """Tell whether `record` was made for this intent and has not been handed over to a state yet."""
        return ownership_of(record).being_created and self.fits(record) and not record.failed

    def fits(self, record: Recorded) -> bool:
        """Tell whether `record` was made for this intent."""
        return intent_in(record.tags) == self.key


def without_copied_intents(records: Sequence[R]) -> list[R]:
    """Return the records without those of one intent: somebody copied the tags of one to another that he may hold.

    What was imported has no intent, and is only itself.
    """
    times = Counter(map(_identity, records))
    return [each for each in records if times[_identity(each)] == 1]


def _identity(record: Recorded) -> tuple[str, int, str]:
    intent = intent_in(record.tags)
    return intent, generation_of(record), "" if intent else record.record_id


def intent_in(tags: Mapping[str, str]) -> str:
    """Return the intent that tags record; its tag may also say when the record was proven (see `proof`)."""
    return tags.get(INTENT_TAG, "").partition(" ")[0]


def is_derived(series: str) -> bool:
    """Tell whether a series was derived from where its resource is declared, not named by a user."""
    return _DERIVED_SERIES.fullmatch(series) is not None


def scope_of(series: str) -> str:
    """Return the stack that a derived series belongs to; a series that a user named is its own scope."""
    derived = _DERIVED_SERIES.fullmatch(series)
    return derived["scope"] if derived else series


def generation_of(record: Recorded) -> int:
    """Return the generation recorded on a snapshot or group, 0 where none is."""
    return whole(record.tags.get(GENERATION_TAG)) or 0


def user_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that are the user's: neither the ledger's nor the system's."""
    return {key: value for key, value in tags.items() if not key.startswith((TAG_PREFIX, "acs:", "aliyun"))}
