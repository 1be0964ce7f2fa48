"""Registers with the engine's monitor what a component of the plugin declares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from pulumi.runtime.proto import callback_pb2, provider_pb2, resource_pb2, resource_pb2_grpc

from ...errors import Permanent
from .wire import to_wire


class Monitor:
    """The monitor of one run."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = resource_pb2_grpc.ResourceMonitorStub(channel)

    async def has(self, feature: str) -> bool:
        """Tell whether the engine has a feature."""
        answer = await self._stub.SupportsFeature(resource_pb2.SupportsFeatureRequest(id=feature))
        return bool(answer.hasSupport)

    async def register(self, request: provider_pb2.ConstructRequest) -> str:
        """Register the component that the engine asks for, and return its URN."""
        component = resource_pb2.RegisterResourceRequest(
            type=request.type,
            name=request.name,
            parent=request.parent,
            object=request.inputs,
            dependencies=request.dependencies,
            protect=request.protect,
            aliases=request.aliases,
            aliasSpecs=True,
            acceptSecrets=True,
            parentStackTraceHandle=request.stack_trace_handle,
        )
        urn = str((await self._stub.RegisterResource(component)).urn)
        await self._stub.RegisterResourceOutputs(resource_pb2.RegisterResourceOutputsRequest(urn=urn))
        return urn

    async def hook(self, name: str, callback: callback_pb2.Callback) -> None:
        """Register a hook, which runs in previews, too. Raises Permanent if another one has the name."""
        request = resource_pb2.RegisterResourceHookRequest(name=name, callback=callback, on_dry_run=True)
        try:
            await self._stub.RegisterResourceHook(request)
        except grpc.aio.AioRpcError as error:
            if "already registered" not in (error.details() or ""):
                raise
            raise Permanent(
                f"another guard of this program has the hook {name!r}", remedy="Give each guard a name of its own."
            ) from None

    async def transform(self, callback: callback_pb2.Callback) -> None:
        """Let the engine call the function for each resource that the program declares from now on."""
        await self._stub.RegisterStackTransform(callback)

    async def is_declared(self, urn: str) -> bool:
        """Tell whether the program has declared this resource by now."""
        request = resource_pb2.ResourceInvokeRequest(tok="pulumi:pulumi:getResource", args=to_wire({"urn": urn}))
        try:
            answer = await self._stub.Invoke(request)
        except grpc.aio.AioRpcError:
            return False
        return not answer.failures


@asynccontextmanager
async def monitor_at(address: str) -> AsyncIterator[Monitor]:
    """Give the monitor at an address."""
    async with grpc.aio.insecure_channel(address) as channel:
        yield Monitor(channel)
