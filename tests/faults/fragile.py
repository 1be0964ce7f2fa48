"""Processes of the provider that a test kills at any call, or cuts off from ECS."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from cloud import HeldRegions

from alicloud_snapshot_provider.ecs.client import EcsClient
from alicloud_snapshot_provider.ecs.settings import Settings
from alicloud_snapshot_provider.region import Region

T = TypeVar("T")

Blow = Literal["refused", "dies before", "dies after", "stopped before", "stopped after", "impatient"]
CLOSED_PORT = "127.0.0.1:1"
IMPATIENT_MS = 100
"""For how long the one call waits that gives up; every other waits as long as it needs on this machine."""


TURNS = 5
"""Turns of the event loop in which a cancellation reaches whatever it ends."""


class ProcessDied(Exception):
    """The process of the provider is gone, and with it everything that it knew."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What befalls the process at the `nth` call of an action."""

    action: str
    nth: int
    blow: Blow


class FragileRegions(HeldRegions):
    """The regions of one process, which may take a hit."""

    def __init__(self, parent: HeldRegions, hit: Hit | None) -> None:
        super().__init__(parent.clock, parent._in_flight)
        self.died = asyncio.Event()
        self.stopped = asyncio.Event()
        self._never = asyncio.Event()
        self._hit = hit
        self._calls: Counter[str] = Counter()

    def of(self, settings: Settings) -> Region:
        known = settings in self._regions
        region = super().of(settings)
        if not known:
            self._interpose(region.client)
        return region

    def _interpose(self, client: EcsClient) -> None:
        attempt = client._attempt
        cut_off = EcsClient(replace(client.settings, endpoint=CLOSED_PORT), self.clock)
        impatient = EcsClient(replace(client.settings, read_timeout_ms=IMPATIENT_MS), self.clock)

        async def fragile(action: str, subject: str, request: Any) -> Any:
            self._calls[action] += 1
            blow = self._blow(action)
            if self.died.is_set() or blow == "dies before":
                await self._die()
            if blow == "stopped before":
                await self._stop()
            if blow in {"refused", "impatient"}:
                other = cut_off if blow == "refused" else impatient
                return await _counted(client, other._attempt(action, subject, request))
            answer = await attempt(action, subject, request)
            if blow == "dies after":
                await self._die()
            if blow == "stopped after":
                await self._stop()
            return answer

        vars(client)["_attempt"] = fragile

    def _blow(self, action: str) -> Blow | None:
        if self._hit is None or (self._hit.action, self._hit.nth) != (action, self._calls[action]):
            return None
        return self._hit.blow

    async def _stop(self) -> None:
        self.stopped.set()
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def _die(self) -> None:
        self.died.set()
        await self._never.wait()


async def live(regions: FragileRegions, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, done by the process of `regions`. Raises ProcessDied once that has died.

    A process that is stopped, by Ctrl-C, ends the work itself first.
    """
    task = asyncio.ensure_future(work)
    ends = [asyncio.ensure_future(end.wait()) for end in (regions.died, regions.stopped)]
    try:
        await asyncio.wait({task, *ends}, return_when=asyncio.FIRST_COMPLETED)
        if regions.stopped.is_set() and not regions.died.is_set():
            task.cancel()
            await asyncio.wait({task})
            regions.died.set()
        if regions.died.is_set():
            raise ProcessDied
        return task.result()
    finally:
        for end in ends:
            end.cancel()
        task.cancel()


@asynccontextmanager
async def bereaved() -> AsyncIterator[None]:
    """End, at last, the tasks that dead processes left waiting, and those that these begin in their turn."""
    before = asyncio.all_tasks()
    yield
    while left := asyncio.all_tasks() - before - {asyncio.current_task()}:
        for task in left:
            task.cancel()
        await asyncio.sleep(0)
        for task in filter(asyncio.Task.done, left):
            task.cancelled() or task.exception()  # it counts as seen


async def _counted(client: EcsClient, call: Coroutine[Any, Any, T]) -> T:
    """Make a call whose requests hold the virtual clock as the client's own do."""
    client.requests_in_flight += 1
    try:
        return await call
    finally:
        client.requests_in_flight -= 1
