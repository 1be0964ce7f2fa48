"""Gets from Pulumi's dynamic host, for the dynamic provider, what its public interface does not offer.

The host runs at most 4 operations at a time, shows errors as tracebacks, ignores customTimeouts, and has no progress,
no cancellation and no partial state. The functions here look into the host's own stack frames. If the host has changed,
they find nothing, and the provider works without that feature. Tested with pulumi 3.272.
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

from ..nouns.noun import Notes
from ..printable import visible
from ..waiting.progress import LineLimit
from .partial_state import PartialState, status_details
from .pulumi_values import PROVIDER_KEY, to_pulumi

log = logging.getLogger(__name__)

CONCURRENT_OPERATIONS = 4_096
"""More snapshots than one stack takes at a time. Each operation has a thread only while it runs, and the others wait
until one of these has ended: a whole snapshot longer."""
_ENGINE_PATIENCE = 5.0
"""Seconds to wait for an answer of the engine."""
SWITCH_INTERVAL = 0.000_5
"""Seconds until a thread that computes lets another one run, where Python takes 5 ms. Otherwise the event loop, which
makes all calls to ECS, stands still for as long after each of its system calls, if many resources are checked."""
_progress_lines = LineLimit()
_CANCEL = "/pulumirpc.ResourceProvider/Cancel"


class CleanError(Exception):
    """An error that shows the user only its text."""


CleanError.__module__ = "builtins"  # if a traceback is shown after all, it ends with the short name


@dataclass(frozen=True, slots=True)
class HostCall:
    """The facts of the current call that the host does not pass on. `timeout` is in seconds, None if not set."""

    urn: str = ""
    timeout: float | None = None

    def show_progress(self, line: str) -> None:
        """Show progress on the line of the resource. It disappears afterwards. Lines beyond the limit are dropped."""
        if _progress_lines.allows():
            tell_engine(self.urn, line, ephemeral=True)

    def show_note(self, text: str) -> None:
        """Show a note that stays in the diagnostics of the resource."""
        tell_engine(self.urn, text)

    def show_warning(self, text: str) -> None:
        """Show a warning that stays in the diagnostics of the resource."""
        tell_engine(self.urn, text, warning=True)

    def show_notes(self, notes: Notes, *, preview: bool) -> None:
        """Show the plan, and each warning."""
        notes.show_plan(preview=preview, note=self.show_note, progress=self.show_progress)
        for warning in notes.warnings:
            self.show_warning(warning)


def current_call() -> HostCall:
    """Return the call that this thread serves."""
    frame = _servicer_frame()
    if frame is None:
        return HostCall()
    request = frame.f_locals["request"]
    return HostCall(str(getattr(request, "urn", "")), float(getattr(request, "timeout", 0.0)) or None)


def clean_error(message: str) -> CleanError:
    """Return the error to raise. The user then sees `message` instead of a traceback.

    The engine prefers gRPC's status details to the status message, and the host sets only the message.
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
    """Return the error to raise. The engine then keeps `state` although the operation failed.

    Use it only if `keeps_partial_state` returns True.
    """
    frame = _servicer_frame()
    properties = frame.f_locals.get("props") or frame.f_locals["news"] if frame else {}
    outputs = _struct({**to_pulumi(state.outputs), PROVIDER_KEY: properties[PROVIDER_KEY]})
    _set_details(state.details(str(state), outputs, _struct(properties)))
    return CleanError(str(state))


def keeps_partial_state() -> bool:
    """Tell whether a failed operation can leave a resource in the state.

    That needs the properties of the operation, and among them the provider in the form in which the host stores it.
    """
    frame = _servicer_frame()
    known = frame.f_locals if frame else {}
    properties = known.get("props") or known.get("news") or {}
    return isinstance(properties, Mapping) and PROVIDER_KEY in properties


def engine_answers() -> bool:
    """Tell whether the engine still answers. If its address is not known, the answer is True."""
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
    """Let the host run more than 4 operations at a time, and the loop between them. Returns whether that worked."""
    pool: Any = getattr(_server_state(), "thread_pool", None)
    if not hasattr(pool, "_max_workers"):
        log.debug("the host keeps its limit of concurrent operations")
        return False
    pool._max_workers = max(pool._max_workers, CONCURRENT_OPERATIONS)
    sys.setswitchinterval(SWITCH_INTERVAL)
    return True


def on_cancel(cancel: Callable[[], None]) -> bool:
    """Call `cancel` when the user stops a run. Returns whether that can work.

    The host itself does nothing when the engine calls Cancel: a wait would go on to its end.
    """
    for handler in getattr(_server_state(), "generic_handlers", ()):
        methods = getattr(handler, "_method_handlers", {})
        if _CANCEL in methods:
            methods[_CANCEL] = methods[_CANCEL]._replace(
                unary_unary=lambda _request, _context: _cancel_and_answer(cancel)
            )
            return True
    log.debug("the host does not tell of a cancellation")
    return False


def _cancel_and_answer(cancel: Callable[[], None]) -> empty_pb2.Empty:
    cancel()
    return empty_pb2.Empty()


def _server_state() -> Any:
    """Return the inner state of the host's gRPC server, from a frame of the main thread; None if it is not found."""
    frames = _frames(sys._current_frames().get(threading.main_thread().ident or 0))
    states = (getattr(frame.f_locals.get("server"), "_state", None) for frame in frames)
    return next((state for state in states if state is not None), None)


def tell_engine(urn: str, message: str, *, warning: bool = False, ephemeral: bool = False) -> bool:
    """Show a message for a resource; an `ephemeral` one disappears. Returns whether the engine took it."""
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
    """Return the address of the engine, the first argument of the host; "" if this process is not a host."""
    return _address() if _server_state() is not None else ""


def _address() -> str:
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    host, _, port = address.rpartition(":")
    return address if host and port.isdigit() else ""


@cache
def _engine() -> Any:
    """Return a stub for the engine, None if its address is not known."""
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
