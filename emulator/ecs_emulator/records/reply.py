"""Answers kept for calls that repeat a ClientToken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer that a repeated call with the same token gets; `fingerprint` tells its parameters."""

    id: str
    fingerprint: str
    response: Mapping[str, object]
    expires_at: float
