"""Reports errors to the engine: the full text of a SnapshotError, and one line of any other exception."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from ...errors import SnapshotError
from ..partial_state import PartialState
from .names import Names
from .wire import WireProperties, to_wire

log = logging.getLogger(__name__)


@asynccontextmanager
async def report_errors(
    context: grpc.aio.ServicerContext, names: Names, origin: WireProperties | None = None
) -> AsyncIterator[None]:
    """Abort the call if the block raises an error. `origin` are the inputs: their secrets stay secret."""
    try:
        yield
    except grpc.aio.AbortError:
        raise
    except PartialState as state:
        text = names.translate(str(state))
        outputs = to_wire(names.to_schema(state.outputs), origin)
        details = state.details(text, outputs, to_wire(origin.values if origin else {}, origin))
        await context.abort(grpc.StatusCode.UNKNOWN, text, (("grpc-status-details-bin", details),))
    except Exception as error:
        await context.abort(grpc.StatusCode.UNKNOWN, error_text(error, names))


def error_text(error: Exception, names: Names) -> str:
    """Return what a user reads of an error. The log has the rest of one that nobody meant."""
    if isinstance(error, SnapshotError):
        return names.translate(str(error))
    log.error("an operation failed", exc_info=error)
    return f"{type(error).__name__}: {error}".splitlines()[0]
