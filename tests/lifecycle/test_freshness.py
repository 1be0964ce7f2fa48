from __future__ import annotations

from typing import Any

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.ledger.ownership import RETAINED, ownership_in

HOUR = 3_600.0


@pytest.mark.parametrize(
    ("policy", "age", "declared", "taken_back"),
    [
        ("retain", 11 * HOUR, {"min_age": "12h"}, True),
        ("retain", 13 * HOUR, {"min_age": "12h"}, False),
        ("retain", 11 * HOUR, {"min_age": "12h", "triggers": "new"}, False),
        ("retain", 11 * HOUR, {}, False),
        (None, 11 * HOUR, {"min_age": "12h"}, False),
    ],
    ids=["younger", "older", "other triggers", "no min_age", "still held by a state"],
)
async def test_min_age_takes_back_what_was_retained_young_and_of_the_same_inputs(
    cloud: Cloud, policy: str | None, age: float, declared: dict[str, Any], taken_back: bool
) -> None:
    first = await cloud.take(triggers="old", min_age="12h")
    if policy:
        await cloud.retire(first, deletion_policy=policy)
    await cloud.clock.sleep(age)

    second = await cloud.restarted().take(**{"triggers": "old", **declared})

    assert (second["snapshot_id"] == first["snapshot_id"]) is taken_back
    assert len(cloud.alive()) == (1 if taken_back else 2)
    assert second["generation"] == (1 if taken_back else 2)
    assert ownership_in(cloud.record(second["snapshot_id"]).tags) != RETAINED


async def test_what_is_taken_back_is_brought_to_what_is_declared_now(cloud: Cloud) -> None:
    first = await cloud.take(min_age="12h", description="before", tags={"team": "web"})
    await cloud.retire(first, deletion_policy="retain")

    second = await cloud.restarted().take(min_age="12h", description="after", tags={"team": "db"})

    assert second["snapshot_id"] == first["snapshot_id"]
    assert (second["description"], second["tags"]) == ("after", {"team": "db"})
