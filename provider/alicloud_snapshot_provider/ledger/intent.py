"""An intent: a series, a generation, and the inputs whose change takes a new snapshot. One snapshot fulfils it.

The tags of a snapshot record its intent. Pulumi's state only holds an id.
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
"""A tag of snapshots that begin with a freeze. It is "application" once ECS shows the cut during the freeze."""
LEDGER_TAGS = (SERIES_TAG, SCOPE_TAG, GENERATION_TAG, INTENT_TAG, OWNERSHIP_TAG)

DERIVED_SERIES = re.compile(r"(?P<path>(?P<scope>.+)/(?P<resource>[^/]+))#[0-9a-f]{10}")
"""A series that `nouns/series.py` derives, unlike one that a user names: <project>/<stack>/<resource>#<hash>."""


@dataclass(frozen=True, slots=True)
class Intent:
    """The purpose of one snapshot. `inputs` are those whose change takes a new snapshot, as JSON values."""

    series: str
    inputs: Mapping[str, object]
    generation: int

    @property
    def key(self) -> str:
        """The hash that a tag records."""
        canonical = json.dumps([self.series, self.inputs, self.generation], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]

    def client_token(self, attempt: int) -> str:
        """The client token: with the same token, ECS returns the same snapshot. It has at most 64 ASCII characters.

        `attempt` goes up if ECS answers a token with a snapshot that is gone.
        """
        return f"pas-{self.key}-{attempt}"

    def tags(self) -> dict[str, str]:
        """The tags of a snapshot that is being created for this intent."""
        return {
            SERIES_TAG: self.series,
            SCOPE_TAG: scope_of(self.series),
            GENERATION_TAG: str(self.generation),
            INTENT_TAG: self.key,
            **BEING_CREATED.tags,
        }

    def claims(self, record: Recorded) -> bool:
        """Tell whether `record` is being created for this intent: no state holds it yet."""
        return ownership_of(record).being_created and self.fits(record) and not record.failed

    def fits(self, record: Recorded) -> bool:
        """Tell whether `record` has this intent."""
        return intent_in(record.tags) == self.key


def without_copied_intents(records: Sequence[R]) -> list[R]:
    """Return the records whose intent no other record has. If two have the same, somebody copied the tags.

    Then it is unknown which of them somebody else holds. Imported records have no intent, so they stay.
    """
    counts = Counter(map(_identity, records))
    return [each for each in records if counts[_identity(each)] == 1]


def _identity(record: Recorded) -> tuple[str, int, str]:
    intent = intent_in(record.tags)
    return intent, generation_of(record), "" if intent else record.record_id


def intent_in(tags: Mapping[str, str]) -> str:
    """Return the hash of the intent. Its tag may also have a proof: see `proof.py`."""
    return tags.get(INTENT_TAG, "").partition(" ")[0]


def is_derived(series: str) -> bool:
    """Tell whether a series is derived, not named by a user."""
    return DERIVED_SERIES.fullmatch(series) is not None


def scope_of(series: str) -> str:
    """Return the project and stack of a derived series. A series that a user named is its own scope."""
    derived = DERIVED_SERIES.fullmatch(series)
    return derived["scope"] if derived else series


def generation_of(record: Recorded) -> int:
    """Return the generation in the tags, or 0 if they have none."""
    return whole(record.tags.get(GENERATION_TAG)) or 0


def user_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the user's own tags, without those of the ledger and of Alibaba Cloud."""
    return {key: value for key, value in tags.items() if not key.startswith((TAG_PREFIX, "acs:", "aliyun"))}
