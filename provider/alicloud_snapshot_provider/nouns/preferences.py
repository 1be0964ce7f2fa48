"""What a stack configures for all its snapshots, under `alicloud-snapshot:*`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import InvalidInput
from ..snapshots.estimate import DEFAULT_PRICE

PRICE_KEY = "alicloud-snapshot:pricePerGibMonth"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`price_per_gib_month` is in USD; it only serves the estimate in the preview."""

    price_per_gib_month: float = DEFAULT_PRICE


DEFAULT_PREFERENCES = Preferences()


def resolve_preferences(config: Callable[[str], str | None]) -> Preferences:
    """Read the preferences; `config` returns the text of a full key. Raises InvalidInput for a malformed one."""
    text = config(PRICE_KEY)
    if not text:
        return Preferences()
    try:
        price = float(text)
    except ValueError:
        price = -1.0
    if not 0 <= price < float("inf"):
        raise InvalidInput(
            PRICE_KEY,
            f"{PRICE_KEY} must be a price in USD, got {text!r}",
            remedy=f"Remove it: {DEFAULT_PRICE} is the default.",
        )
    return Preferences(price)
