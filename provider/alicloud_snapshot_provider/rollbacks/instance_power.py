"""Stops and starts an instance, and sees it come to rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..ecs.models import InstanceInfo
from ..errors import NotFound, Rejected, Unavailable
from ..region import Region

PATIENCE = 900.0
"""Seconds for which an instance may be stopping or starting."""
LOOK_INTERVAL = 3.0
_PASSING = frozenset({"Stopping", "Starting"})


async def stop(region: Region, instance_id: str) -> None:
    """Stop the instance; one that is stopped already stays so. Raises Unavailable where it does not come to rest."""
    await _bring(region, instance_id, "Stopped", lambda: region.client.stop_instance(instance_id))


async def start(region: Region, instance_id: str) -> None:
    """Start the instance; one that is running already stays so. Raises Unavailable where it does not come to run."""
    await _bring(region, instance_id, "Running", lambda: region.client.start_instance(instance_id))


async def _bring(region: Region, instance_id: str, status: str, act: Callable[[], Awaitable[None]]) -> None:
    end = region.clock.now() + PATIENCE
    acted = False
    while (instance := await _existing(region, instance_id)).status != status:
        if region.clock.now() >= end:
            raise Unavailable(
                f"instance {instance_id} is {instance.status}, not {status}, after {PATIENCE:.0f} s",
                remedy="Look at the instance in the ECS console, then run `pulumi up` again.",
            )
        if not acted and instance.status not in _PASSING:
            await _ask(region, instance_id, status, act)
            acted = True
        await region.clock.sleep(LOOK_INTERVAL)


async def _ask(region: Region, instance_id: str, status: str, act: Callable[[], Awaitable[None]]) -> None:
    try:
        await act()
    except Rejected:  # an earlier call, whose answer was lost, may have had its effect
        if (await _existing(region, instance_id)).status not in {status, *_PASSING}:
            raise


async def _existing(region: Region, instance_id: str) -> InstanceInfo:
    instance = await region.instances.get(instance_id)
    if instance is None:
        raise NotFound(f"instance {instance_id} is not in region {region.name}", remedy="Run `pulumi refresh`.")
    return instance
