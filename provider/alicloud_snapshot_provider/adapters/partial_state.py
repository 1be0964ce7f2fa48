"""Partial state, for both providers: a failed operation leaves its snapshot in the state, and the next run resumes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import provider_pb2

from ..errors import Cancelled, SnapshotError
from ..nouns.noun import Noun
from ..nouns.property_values import Properties

HAND_OVER_PATIENCE = 4.0
"""Seconds for the hand-over. The engine waits only little longer for a cancelled operation."""


@dataclass(slots=True)
class BegunResource:
    """The resource that an operation has begun and waits for."""

    resource_id: str = ""

    def remember(self, resource_id: str) -> None:
        """Store the id."""
        self.resource_id = resource_id


class PartialState(Exception):
    """Raised to end an operation with an error and to leave a resource in the state. Its text is the reason."""

    def __init__(self, reason: str, resource_id: str, outputs: dict[str, Any]) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.outputs = outputs

    def details(self, text: str, outputs: struct_pb2.Struct, inputs: struct_pb2.Struct) -> bytes:
        """Return the gRPC status details with this state. `text` is for the user."""
        detail = provider_pb2.ErrorResourceInitFailed(
            id=self.resource_id, properties=outputs, inputs=inputs, reasons=[text], refresh_before_update=True
        )
        return status_details(text, detail)


async def partial_state(
    resource: Noun, inputs: Properties, error: SnapshotError, resource_id: str
) -> PartialState | SnapshotError:
    """Return what to raise: a partial state, or `error` itself if there is nothing to keep.

    The snapshot is handed over before its id gets into the state. Otherwise a forced replacement would adopt the same
    snapshot that the engine deletes afterwards. If the hand-over fails, the next create adopts the snapshot.
    """
    if not resource_id:
        return error
    try:
        async with asyncio.timeout(HAND_OVER_PATIENCE):
            outputs = await resource.hand_over(resource_id, inputs)
    except (SnapshotError, TimeoutError):
        return error
    return PartialState(_reason(error, resource_id), resource_id, outputs) if outputs else error


def status_details(text: str, detail: provider_pb2.ErrorResourceInitFailed | None = None) -> bytes:
    """Return the value of `grpc-status-details-bin`: the text, and the partial state if there is one."""
    status = status_pb2.Status(code=2, message=text)
    if detail is not None:
        status.details.add().Pack(detail)
    return bytes(status.SerializeToString())


def _reason(error: SnapshotError, resource_id: str) -> str:
    if isinstance(error, Cancelled):
        return (
            f"cancelled while waiting for {resource_id}, which goes on in the cloud\n"
            f"  what to do: Run `pulumi up` again: it resumes {resource_id}."
        )
    return str(error)
