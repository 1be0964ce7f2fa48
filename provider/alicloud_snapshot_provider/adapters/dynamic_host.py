"""Every reach into Pulumi's dynamic host that its public interface does not offer.

The host runs at most 4 operations at a time, shows errors as tracebacks, drops customTimeouts, and knows neither
progress nor cancellation nor partial state.
Each reach here finds what it needs in the host's own frames; where the host has changed it finds nothing, and
the provider works on, just more plainly. Tested with pulumi 3.272.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2

from ..nouns.noun import Notes
from ..printable import visible
from .partial_state import PartialState, status_details
from .pulumi_values import PROVIDER_KEY, to_pulumi

log = logging.getLogger(__name__)

CONCURRENT_OPERATIONS = 1_024
"""More than any `--parallel` in use; each costs a thread only while it runs."""
_ENGINE_PATIENCE = 5.0
"""Seconds for an answer of the engine."""
_CANCEL = "/pulumirpc.ResourceProvider/Cancel"


class CleanError(Exception):
    """An error whose text alone is meant for the user."""


CleanError.__module__ = "builtins"  # a traceback, where one is shown after all, ends with the bare name


@dataclass(frozen=True, slots=True)
class HostCall:
    """What the host knows of the call in progress and does not pass on. `timeout` is in seconds, None if unset."""

    urn: str = ""
    timeout: float | None = None

    def show_progress(self, line: str) -> None:
        """Show progress on the resource's own line; nothing is left of it afterwards."""
        tell_engine(self.urn, line, ephemeral=True)

    def show_note(self, text: str) -> None:
        """Show a note that stays in the diagnostics of the resource."""
        tell_engine(self.urn, text)

    def show_warning(self, text: str) -> None:
        """Show a warning that stays in the diagnostics of the resource."""
        tell_engine(self.urn, text, warning=True)

    def show_notes(self, notes: Notes, *, preview: bool) -> None:
        """Show the plan as one note, but only its summary in passing after the preview; and each warning."""
        if notes.plan and preview:
            self.show_note(notes.plan)
        elif notes.summary:
            self.show_progress(notes.summary)
        for warning in notes.warnings:
            self.show_warning(warning)


def current_call() -> HostCall:
    """Return what the host knows of the call that this thread serves."""
    frame = _servicer_frame()
    if frame is None:
        return HostCall()
    request = frame.f_locals["request"]
    return HostCall(str(getattr(request, "urn", "")), float(getattr(request, "timeout", 0.0)) or None)


def clean_error(message: str) -> CleanError:
    """Return the error to raise so that the user sees `message` instead of a traceback.

    gRPC's status details win over its status message where both carry the same code, and the host sets only
    the message.
    """
    _set_details(status_details(message))
    return CleanError(message)


def _set_details(details: bytes) -> None:
    frame = _servicer_frame()
    if frame is None:
        log.debug("the host shows a traceback with this error")
        return
    try:
        frame.f_locals["context"].set_trailing_metadata((("grpc-status-details-bin", details),))
    except Exception:
        log.debug("the host shows a traceback with this error", exc_info=True)


def _struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    return asyncio.run(rpc.serialize_properties(dict(properties), {}))


def partial_state_error(state: PartialState) -> CleanError:
    """Return the error to raise so that the engine keeps `state` although the operation failed.

    Only to be used where `keeps_partial_state` holds.
    """
    frame = _servicer_frame()
    properties = frame.f_locals.get("props") or frame.f_locals["news"] if frame else {}
    detail = provider_pb2.ErrorResourceInitFailed(
        id=state.resource_id,
        properties=_struct({**to_pulumi(state.outputs), PROVIDER_KEY: properties[PROVIDER_KEY]}),
        inputs=_struct(properties),
        reasons=[str(state)],
        refresh_before_update=True,
    )
    _set_details(status_details(str(state), detail))
    return CleanError(str(state))


def keeps_partial_state() -> bool:
    """Tell whether the host lets an operation fail and still leave a resource in the state.

    That takes the operation's properties, and the provider as the host stores it among them.
    """
    frame = _servicer_frame()
    known = frame.f_locals if frame else {}
    properties = known.get("props") or known.get("news") or {}
    return isinstance(properties, Mapping) and PROVIDER_KEY in properties


def engine_answers() -> bool:
    """Tell whether the engine still answers; where the host tells no address of it, it counts as there."""
    engine = _engine()
    if engine is None:
        return True
    import grpc  # noqa: PLC0415
    from pulumi.runtime.proto import engine_pb2  # noqa: PLC0415

    try:
        engine.GetRootResource(engine_pb2.GetRootResourceRequest(), timeout=_ENGINE_PATIENCE)
    except grpc.RpcError as error:
        return error.code() not in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
    return True


def lift_concurrency() -> bool:
    """Let the host run more than 4 operations at a time, and tell whether that worked."""
    pool: Any = getattr(_server_state(), "thread_pool", None)
    if not hasattr(pool, "_max_workers"):
        log.debug("the host keeps its limit of concurrent operations")
        return False
    pool._max_workers = max(pool._max_workers, CONCURRENT_OPERATIONS)
    return True


def on_cancel(cancel: Callable[[], None]) -> bool:
    """Have `cancel` called when the user stops a run, and tell whether that worked.

    The host answers the engine's Cancel without doing anything, so that a wait goes on to its end.
    """
    for handler in getattr(_server_state(), "generic_handlers", ()):
        methods = getattr(handler, "_method_handlers", {})
        if _CANCEL in methods:
            methods[_CANCEL] = methods[_CANCEL]._replace(unary_unary=lambda _request, _context: _answered(cancel))
            return True
    log.debug("the host does not tell of a cancellation")
    return False


def _answered(cancel: Callable[[], None]) -> empty_pb2.Empty:
    cancel()
    return empty_pb2.Empty()


def _server_state() -> Any:
    """Return the inner state of the host's gRPC server, which its main thread holds; None where it is not there."""
    frames = _frames(sys._current_frames().get(threading.main_thread().ident or 0))
    states = (getattr(frame.f_locals.get("server"), "_state", None) for frame in frames)
    return next((state for state in states if state is not None), None)


def tell_engine(urn: str, message: str, *, warning: bool = False, ephemeral: bool = False) -> bool:
    """Show a message on a resource's line, a passing one if `ephemeral`, and tell whether the engine took it."""
    engine = _engine()
    if engine is None or not urn:
        return False
    try:
        from pulumi.runtime.proto import engine_pb2  # noqa: PLC0415

        severity, text = engine_pb2.WARNING if warning else engine_pb2.INFO, visible(message, lines=True)
        engine.Log(engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=ephemeral), timeout=5)
    except Exception:
        log.debug("the engine did not take a message", exc_info=True)
        return False
    return True


def engine_address() -> str:
    """Return where the engine listens, which the host gets as its first argument; empty where this is no host."""
    return _address() if _server_state() is not None else ""


def _address() -> str:
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    host, _, port = address.rpartition(":")
    return address if host and port.isdigit() else ""


@cache
def _engine() -> Any:
    """Return a stub for the engine; None where the host gets no address."""
    address = _address()
    if not address:
        return None
    import grpc  # noqa: PLC0415
    from pulumi.runtime.proto import engine_pb2_grpc  # noqa: PLC0415

    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))


def _servicer_frame() -> FrameType | None:
    """Return the frame of the host's gRPC method that serves this thread's call."""
    return next(
        (
            frame
            for frame in _frames(sys._getframe())
            if "context" in frame.f_code.co_varnames  # reading the variables of every frame is slow
            and {"request", "context"}.issubset(frame.f_locals)  # its keys are a list from Python 3.13 on
            and hasattr(frame.f_locals["context"], "set_trailing_metadata")
        ),
        None,
    )


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
