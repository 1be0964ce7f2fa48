"""Stops and starts an instance for a rollback, and waits until ECS shows that status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..ecs.models import InstanceInfo
from ..errors import NotFound, Rejected, Unavailable
from ..region import Region

PATIENCE = 900.0
"""Seconds to wait for an instance that is stopping or starting."""
LOOK_INTERVAL = 3.0
_TRANSIENT = frozenset({"Stopping", "Starting"})


async def stop(region: Region, instance_id: str) -> None:
    """Stop the instance if it is not stopped. Raises Unavailable if it does not reach Stopped within PATIENCE."""
    await _change_status(region, instance_id, "Stopped", lambda: region.client.stop_instance(instance_id))


async def start(region: Region, instance_id: str) -> None:
    """Start the instance if it is not running. Raises Unavailable if it does not reach Running within PATIENCE."""
    await _change_status(region, instance_id, "Running", lambda: region.client.start_instance(instance_id))


async def _change_status(region: Region, instance_id: str, status: str, call: Callable[[], Awaitable[None]]) -> None:
    end = region.clock.now() + PATIENCE
    requested = False
    while (instance := await _existing(region, instance_id)).status != status:
        if region.clock.now() >= end:
            raise Unavailable(
                f"instance {instance_id} is {instance.status}, not {status}, after {PATIENCE:.0f} s",
                remedy="Look at the instance in the ECS console, then run `pulumi up` again.",
            )
        if not requested and instance.status not in _TRANSIENT:
            await _request(region, instance_id, status, call)
            requested = True
        await region.clock.sleep(LOOK_INTERVAL)


async def _request(region: Region, instance_id: str, status: str, call: Callable[[], Awaitable[None]]) -> None:
    try:
        await call()
    except Rejected:  # an earlier call may have worked although its answer was lost
        if (await _existing(region, instance_id)).status not in {status, *_TRANSIENT}:
            raise


async def _existing(region: Region, instance_id: str) -> InstanceInfo:
    instance = await region.instances.get(instance_id)
    if instance is None:
        raise NotFound(f"instance {instance_id} is not in region {region.name}", remedy="Run `pulumi refresh`.")
    return instance
