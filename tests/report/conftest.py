"""The page of a busy account, made once for all tests that only read it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from cloud import open_cloud
from rendered import Rendered
from reported_world import look, rich_world

from alicloud_snapshot_provider.cli.report.page import render


@pytest.fixture(scope="session")
def page() -> str:
    async def made() -> str:
        async with open_cloud(rich_world()) as cloud:
            await cloud.clock.sleep(20)
            return render(await look(cloud))

    with ThreadPoolExecutor(1) as thread:  # an event loop of its own, whatever loop the test runs in
        return thread.submit(asyncio.run, made()).result()


@pytest.fixture
def rendered(page: str) -> Rendered:
    return Rendered.of(page)
