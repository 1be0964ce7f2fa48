"""Where ECS is not as the emulator's table says, a verification contradicts exactly those rows."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from cloud import open_cloud
from verifications import ESSD, OLDER, rows, verified

from alicloud_snapshot_provider.verification.outcome import Verdict
from alicloud_snapshot_provider.verification.table import ROWS
from ecs_emulator import Emulator, default_seed
from ecs_emulator.behaviours import behaviours
from ecs_emulator.contradictions import CONTRADICTIONS
from ecs_emulator.records.codec import RecordError

PROBED = {row.id for row in ROWS if not isinstance(row.how, str)}
OF_OLDER = {"available-late", "instant-access-others", "at-once-others"}


async def _verdicts(contradicted: Collection[str], disk_id: str) -> tuple[set[str], set[str]]:
    async with open_cloud({**default_seed(), "rules": {"contradicts": sorted(contradicted)}}) as cloud:
        other = cloud.regions.of(cloud.settings.in_region("cn-beijing"))
        report = await verified(cloud, disk_id, copies_to=other, stops_instance=True)
        assert report.left == {}
        return set(rows(report, Verdict.CONTRADICTED)), set(rows(report, Verdict.CONFIRMED))


TOGETHER = (
    {row for row in PROBED if row.startswith("not-found-")} | {"images-available", "group-tags", "copy-once"},
    {
        "tags-with-creation",
        "token-same",
        "modified-at-end",
        "instant-access-essd",
        "usage",
        "wildcards",
        "copy-chain",
        "never-attached",
        "reset-other-disk",
        "kept-for-ever",
        "renamed-early",
    },
    {
        "token-other",
        "token-deleted",
        "cut",
        "at-once-codes",
        "available-makes-disks",
        "disk-in-transition",
        "retention-late",
        "under-disk",
        "under-image",
        "group-progressing",
        "instance-stopped",
        "auto-snapshots-stay",
    },
    {"listing-lag", "ids-unknown", "refusal-order", "group-under-disk", "copy-keeps-original"},
    {"available-early", "at-once-essd", "deletion-cancels", "group-member-deleted"},
    OF_OLDER,
)
"""Rows that do not hide each other."""


@pytest.mark.parametrize("together", TOGETHER, ids=min)
async def test_the_rows_that_are_turned_around_are_contradicted_and_no_others(together: set[str]) -> None:
    contradicted, _ = await _verdicts(together, OLDER if together <= OF_OLDER else ESSD)
    assert contradicted == together


def test_every_row_that_is_probed_is_turned_around_once() -> None:
    assert sorted(row for rows in TOGETHER for row in rows) == sorted(PROBED)


@pytest.mark.exhaustive
@pytest.mark.parametrize("row", sorted(PROBED))
async def test_a_row_that_is_turned_around_is_contradicted_and_no_other(row: str) -> None:
    contradicted, _ = await _verdicts({row}, OLDER if row in OF_OLDER else ESSD)
    assert contradicted == {row}


async def test_of_an_older_disk_what_only_that_can_show_is_confirmed() -> None:
    contradicted, confirmed = await _verdicts((), OLDER)
    assert contradicted == set()
    assert confirmed >= OF_OLDER


def test_every_row_that_is_probed_can_be_turned_around() -> None:
    assert CONTRADICTIONS.keys() == PROBED


def test_the_table_is_that_of_the_emulator() -> None:
    """The provider knows nothing of the emulator, so both tell the same rows."""
    told = {row.id: (row.behaviour, row.source) for row in ROWS}
    assert told == {row.id: (row.behaviour, row.source) for row in behaviours() if row.id}
    assert len(told) == len(ROWS)


def test_every_inferred_row_is_probed_or_has_a_reason_why_not() -> None:
    assert {row.behaviour for row in behaviours() if row.source == "inferred"} <= {row.behaviour for row in ROWS}


def test_a_row_that_cannot_be_turned_around_is_named() -> None:
    with pytest.raises(RecordError, match=r"`no-such-row` cannot be reversed\. Use one of: at-once-codes, "):
        Emulator({**default_seed(), "rules": {"contradicts": ["no-such-row"]}})
