from __future__ import annotations

import pytest

from alicloud_snapshot_provider.errors import InvalidInput
from alicloud_snapshot_provider.nouns.preferences import CURRENCY_KEY, PRICE_KEY, Preferences, resolve_preferences
from alicloud_snapshot_provider.snapshots.estimate import Price


@pytest.mark.parametrize(
    ("config", "price"),
    [
        ({}, Price(0.0173, "USD")),
        ({PRICE_KEY: "0.02"}, Price(0.02, "USD")),
        ({PRICE_KEY: "0"}, Price(0.0, "USD")),
        ({PRICE_KEY: "0.12", CURRENCY_KEY: "CNY"}, Price(0.12, "CNY")),
    ],
)
def test_the_price_is_configured_or_the_documented_one(config: dict[str, str], price: Price) -> None:
    assert resolve_preferences(config.get) == Preferences(price)


@pytest.mark.parametrize("text", ["cheap", "-1", "nan", "inf", "0.02 USD"])
def test_a_malformed_price_is_named_with_its_key_and_remedy(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve_preferences({PRICE_KEY: text}.get)

    assert str(caught.value) == (
        f"alicloud-snapshot:pricePerGibMonth must be a price, got {text!r}\n"
        "  what to do: Remove it: 0.0173 is the default."
    )


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({PRICE_KEY: "1", CURRENCY_KEY: "yuan"}, "must be the code of a currency, such as CNY, got 'yuan'"),
        ({CURRENCY_KEY: "CNY"}, "alicloud-snapshot:currency is CNY, and no price in it is known"),
    ],
)
def test_a_currency_is_a_code_and_needs_a_price(config: dict[str, str], text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        resolve_preferences(config.get)
