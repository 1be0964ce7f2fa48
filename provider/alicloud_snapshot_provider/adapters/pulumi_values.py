"""Converts property values between Pulumi's dynamic host and the core. Each has its own marker for unknown values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown as PulumiUnknown

from ..nouns.property_values import UNKNOWN

PROVIDER_KEY = "__provider"
PREVIEW_KEY = "__preview"
"""The input by which a program says that this is a preview: the engine tells no dynamic provider. No state has it."""
_SCALARS = frozenset({str, int, float, bool, type(None)})
"""Types that need no conversion. Most values have one of them."""


def from_pulumi(value: Any) -> Any:
    """Return the value of the core for a value that Pulumi has deserialized."""
    if value.__class__ in _SCALARS:
        return value
    if isinstance(value, PulumiUnknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: from_pulumi(entry) for key, entry in value.items() if key != PROVIDER_KEY}
    if isinstance(value, list):
        return [from_pulumi(entry) for entry in value]
    return value


def to_pulumi(value: Any) -> Any:
    """Return the value of Pulumi for a value of the core."""
    if value.__class__ in _SCALARS:
        return value
    if value is UNKNOWN:
        return PulumiUnknown()  # type: ignore[no-untyped-call]
    if isinstance(value, Mapping):
        return {key: to_pulumi(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [to_pulumi(entry) for entry in value]
    return value
