"""Serves what the engine calls back: the hooks of a guard, and its transform of every resource."""

# ruff: noqa: ARG002, N802 - the protocol gives the method its name and arguments

from __future__ import annotations

from collections.abc import Awaitable, Callable

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc

Function = Callable[[bytes], Awaitable[bytes]]
"""Takes and returns a message of the protocol, as bytes."""


class Callbacks(callback_pb2_grpc.CallbacksServicer):
    """The functions that the engine may call at `target`, the address of this process."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._functions: dict[str, Function] = {}

    def add(self, function: Function) -> callback_pb2.Callback:
        """Return what the engine needs to call the function."""
        token = str(len(self._functions))
        self._functions[token] = function
        return callback_pb2.Callback(target=self._target, token=token)

    async def Invoke(
        self, request: callback_pb2.CallbackInvokeRequest, context: grpc.aio.ServicerContext
    ) -> callback_pb2.CallbackInvokeResponse:
        return callback_pb2.CallbackInvokeResponse(response=await self._functions[request.token](request.request))
