"""The page of a busy account, made once for all tests that only read it."""

from __future__ import annotations

import pytest
from cloud import open_cloud
from rendered import Rendered
from reported_world import look, rich_world

from alicloud_snapshot_provider.cli.report.page import render


@pytest.fixture(scope="session")
def made() -> list[str]:
    return []


@pytest.fixture
async def page(made: list[str]) -> str:
    if not made:
        async with open_cloud(rich_world()) as cloud:
            await cloud.clock.sleep(20)
            made.append(render(await look(cloud)))
    return made[0]


@pytest.fixture
def rendered(page: str) -> Rendered:
    return Rendered.of(page)
