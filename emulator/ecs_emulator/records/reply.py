"""Answers kept for calls that repeat a ClientToken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer for a repeated call with the same token. `fingerprint` is a hash of its parameters."""

    id: str
    fingerprint: str
    response: Mapping[str, object]
    expires_at: float
