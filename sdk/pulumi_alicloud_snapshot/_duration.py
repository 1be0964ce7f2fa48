"""Durations in arguments: 90s, 30m, 12h, 7d."""

from __future__ import annotations

from alicloud_snapshot_provider.adapters.refused import Refused


def seconds(argument: str, text: str | None) -> float | None:
    """Return the seconds of a duration, None for None. Raises ValueError naming the argument."""
    from alicloud_snapshot_provider.nouns.durations import duration_seconds  # noqa: PLC0415

    if text is None:
        return None
    value = duration_seconds(text)
    if value is None:
        raise Refused(f"{argument} must be a duration such as 30m, 12h or 7d, got {text!r}: correct it")
    return value
