"""What a probe found out about one row of the emulator's table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from ..errors import SnapshotError

_IDENTIFYING = (
    (re.compile(r"\b(ssg|sl|rg|vsw|vpc|d|s|i|m|t|c)-[a-z0-9][a-z0-9-]*", re.IGNORECASE), r"\1-…"),
    (re.compile(r"\bacs:\S+"), "acs:…"),
    (re.compile(r"\b\d{12,}\b"), "…"),
    (re.compile(r"\b(?:LTAI|STS\.)\w+"), "…"),
    (re.compile(r"\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b", re.IGNORECASE), "…"),
)


class Verdict(Enum):
    """What a probe says of a row."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_PROBED = "not probed"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe saw, in words, and whether the row says the same."""

    as_told: bool
    text: str


class NotProbed(Exception):
    """A row could not be probed here. The text says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row with its verdict. `seen` is redacted; if the row was not probed, it is the reason."""

    row: str
    behaviour: str
    source: str
    verdict: Verdict
    seen: str


def redacted(text: str) -> str:
    """Return a text without ids, account numbers, keys and request ids, which would identify an account."""
    for pattern, instead in _IDENTIFYING:
        text = pattern.sub(instead, text)
    return text


def reason_of(error: SnapshotError) -> str:
    """Return why a row stays open after an error."""
    return f"ECS gave no answer to judge by: {error.code or error.problem}"
