"""The configuration of a stack under `alicloud-snapshot:*`: prices for the estimates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import InvalidInput
from ..snapshots.estimate import DEFAULT_PER_GIB_MONTH, DEFAULT_PRICE, Price

PRICE_KEY = "alicloud-snapshot:pricePerGibMonth"
CURRENCY_KEY = "alicloud-snapshot:currency"
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Preferences:
    """The price of a GiB in a month, for estimates."""

    price: Price = DEFAULT_PRICE


DEFAULT_PREFERENCES = Preferences()


def resolve_preferences(config: Callable[[str], str | None]) -> Preferences:
    """Read the preferences. `config` returns the text of a full key. Raises InvalidInput if it is malformed."""
    text, currency = config(PRICE_KEY), config(CURRENCY_KEY) or DEFAULT_PRICE.currency
    if not _CURRENCY.fullmatch(currency):
        raise InvalidInput(
            CURRENCY_KEY,
            f"{CURRENCY_KEY} must be the code of a currency, such as CNY, got {currency!r}",
            remedy=f"Remove it: {DEFAULT_PRICE.currency} is the default.",
        )
    if not text and currency != DEFAULT_PRICE.currency:
        raise InvalidInput(
            CURRENCY_KEY,
            f"{CURRENCY_KEY} is {currency}, and no price in it is known",
            remedy=f"Run `pulumi config set {PRICE_KEY} <price>`, with what a GiB costs in a month.",
        )
    return Preferences(Price(_per_gib_month(text), currency)) if text else DEFAULT_PREFERENCES


def _per_gib_month(text: str) -> float:
    try:
        price = float(text)
    except ValueError:
        price = -1.0
    if not 0 <= price < float("inf"):
        raise InvalidInput(
            PRICE_KEY,
            f"{PRICE_KEY} must be a price, got {text!r}",
            remedy=f"Remove it: {DEFAULT_PER_GIB_MONTH} is the default.",
        )
    return price
