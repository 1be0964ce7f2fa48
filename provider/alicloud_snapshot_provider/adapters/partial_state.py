"""Partial state: a snapshot that goes on after its operation has ended is kept in the state, not taken again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from google.rpc import status_pb2
from pulumi.runtime.proto import provider_pb2

from ..errors import Cancelled, SnapshotError
from ..nouns.noun import Noun
from ..nouns.property_values import Properties

HAND_OVER_PATIENCE = 4.0
"""Seconds for handing over: the engine gives a cancelled operation little more before it goes."""


@dataclass(slots=True)
class BegunResource:
    """What an operation is waiting for, once it has been begun."""

    resource_id: str = ""

    def remember(self, resource_id: str) -> None:
        """Remember its id."""
        self.resource_id = resource_id


class PartialState(Exception):
    """Ends an operation with an error, but with a resource in the state. Its text is the reason."""

    def __init__(self, reason: str, resource_id: str, outputs: dict[str, Any]) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.outputs = outputs


async def partial_state(
    resource: Noun, inputs: Properties, error: SnapshotError, resource_id: str
) -> PartialState | SnapshotError:
    """Return what to raise: the partial state that `error` leaves, or `error` itself where there is none.

    An id must not get into the state before the snapshot counts as handed over: a forced replacement would adopt the
    very snapshot that the engine then deletes. Where handing over fails, the next create adopts the snapshot.
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
    """Return the gRPC status, as `grpc-status-details-bin` carries it: the text, and the partial state if any."""
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
