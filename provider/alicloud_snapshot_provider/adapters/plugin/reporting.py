"""How errors reach the user: the text of what the provider raises on purpose, one line of anything else."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from pulumi.runtime.proto import provider_pb2

from ...errors import SnapshotError
from ..partial_state import PartialState, status_details
from .names import Names
from .wire import WireProperties, to_wire

log = logging.getLogger(__name__)


@asynccontextmanager
async def reported(
    context: grpc.aio.ServicerContext, names: Names, origin: WireProperties | None = None
) -> AsyncIterator[None]:
    """End the call with the error that the block raises. `origin` are the inputs, for the secrets among them."""
    try:
        yield
    except grpc.aio.AbortError:
        raise
    except SnapshotError as error:
        await context.abort(grpc.StatusCode.UNKNOWN, names.translate(str(error)))
    except PartialState as state:
        text = names.translate(str(state))
        detail = provider_pb2.ErrorResourceInitFailed(
            id=state.resource_id,
            properties=to_wire(names.to_schema(state.outputs), origin),
            inputs=to_wire(origin.values if origin else {}, origin),
            reasons=[text],
            refresh_before_update=True,
        )
        details = status_details(text, detail)
        metadata = (("grpc-status-details-bin", details),)
        await context.abort(grpc.StatusCode.UNKNOWN, text, metadata)
    except Exception as error:
        log.exception("an operation failed")
        await context.abort(grpc.StatusCode.UNKNOWN, f"{type(error).__name__}: {error}".splitlines()[0])
