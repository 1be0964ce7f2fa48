from __future__ import annotations

import pytest

from alicloud_snapshot_provider.errors import InvalidInput
from alicloud_snapshot_provider.nouns.preferences import PRICE_KEY, Preferences, resolve_preferences


@pytest.mark.parametrize(("config", "price"), [({}, 0.0173), ({PRICE_KEY: "0.02"}, 0.02), ({PRICE_KEY: "0"}, 0.0)])
def test_the_price_is_configured_or_the_documented_one(config: dict[str, str], price: float) -> None:
    assert resolve_preferences(config.get) == Preferences(price)


@pytest.mark.parametrize("text", ["cheap", "-1", "nan", "inf", "0.02 USD"])
def test_a_malformed_price_is_named_with_its_key_and_remedy(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve_preferences({PRICE_KEY: text}.get)

    assert str(caught.value) == (
        f"alicloud-snapshot:pricePerGibMonth must be a price in USD, got {text!r}\n"
        "  what to do: Remove it: 0.0173 is the default."
    )
