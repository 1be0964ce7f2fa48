"""Each reach into Pulumi's dynamic host, from both sides: it works, or the provider works on more plainly."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar

import grpc
import pytest
from google.protobuf import empty_pb2
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from alicloud_snapshot_provider.adapters import dynamic_host
from alicloud_snapshot_provider.adapters.dynamic_host import HostCall
from alicloud_snapshot_provider.adapters.partial_state import PartialState
from alicloud_snapshot_provider.nouns.noun import Notes
from alicloud_snapshot_provider.waiting.progress import MOST_LINES, LineLimit

T = TypeVar("T")
URN = "urn:pulumi:stack::project::type::web"


@dataclass
class Context:
    """What gRPC hands to a servicer."""

    error: Exception | None = None
    metadata: tuple[tuple[str, bytes], ...] = ()

    def set_trailing_metadata(self, metadata: tuple[tuple[str, bytes], ...]) -> None:
        if self.error:
            raise self.error
        self.metadata = metadata


def serve(request: object, context: object, work: Callable[[], T]) -> T:
    """Do `work` as the host's gRPC method does: its frame holds `request` and `context`."""
    return work()


def serve_create(request: object, context: object, props: dict[str, str], work: Callable[[], T]) -> T:
    """Do `work` as the host's Create does: its frame holds the properties as well."""
    return work()


def within_main(server: object, work: Callable[[], T]) -> T:
    """Do `work` under the host's main function: its frame holds `server`."""
    return work()


@dataclass
class FakeEngine(engine_pb2_grpc.EngineServicer):
    """An engine that keeps what it is told."""

    told: list[engine_pb2.LogRequest] = field(default_factory=list)

    def Log(self, request: engine_pb2.LogRequest, context: object) -> Any:  # noqa: N802  (gRPC's own name)
        self.told.append(request)
        return engine_pb2.LogRequest()

    @property
    def messages(self) -> list[tuple[str, bool, bool]]:
        """What was said, whether as a warning, and whether only in passing."""
        return [(told.message, told.severity == engine_pb2.WARNING, told.ephemeral) for told in self.told]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEngine]:
    """An engine that listens, in a second that does not end."""
    monkeypatch.setattr(dynamic_host, "_progress_lines", LineLimit(lambda: 1.0))
    with ThreadPoolExecutor(1) as threads:
        server, engine = grpc.server(threads), FakeEngine()
        engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with started_with(monkeypatch, f"127.0.0.1:{port}"):
            yield engine
        server.stop(None).wait()


@contextmanager
def started_with(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Iterator[None]:
    """Be a host that was started with `arguments`: the first is the engine's address."""
    monkeypatch.setattr("sys.argv", ["host", *arguments])
    dynamic_host._engine.cache_clear()
    yield
    dynamic_host._engine.cache_clear()


def test_the_call_in_progress_is_known_inside_the_host_and_blank_outside() -> None:
    request = SimpleNamespace(urn=URN, timeout=90.0)

    assert serve(request, Context(), dynamic_host.current_call) == HostCall(URN, 90.0)
    assert dynamic_host.current_call() == HostCall("", None)


class KeysInAList(dict[str, object]):
    """The variables of a frame as Python 3.13 and later give them."""

    def keys(self) -> list[str]:  # type: ignore[override]
        return list(self)


def test_the_call_in_progress_is_known_where_the_names_of_a_frame_s_variables_are_a_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variables = KeysInAList(request=SimpleNamespace(urn=URN, timeout=90.0), context=Context())
    frame = SimpleNamespace(f_code=SimpleNamespace(co_varnames=("request", "context")), f_locals=variables)
    monkeypatch.setattr(dynamic_host, "_frames", lambda _innermost: iter([frame]))

    assert dynamic_host.current_call() == HostCall(URN, 90.0)


@pytest.mark.parametrize("request_", [SimpleNamespace(urn=URN, timeout=0.0), SimpleNamespace(urn=URN)])
def test_a_call_without_time_out_has_none(request_: object) -> None:
    assert serve(request_, Context(), dynamic_host.current_call).timeout is None


def test_a_frame_of_somebody_else_is_not_taken_for_the_host() -> None:
    assert serve(SimpleNamespace(urn=URN), object(), dynamic_host.current_call) == HostCall()


def test_an_error_is_one_clean_message_inside_the_host_and_a_short_exception_outside() -> None:
    context = Context()

    inside = serve(object(), context, lambda: dynamic_host.clean_error("it failed"))
    outside = dynamic_host.clean_error("it failed")

    ((key, details),) = context.metadata
    status = Status.FromString(details)
    assert (key, status.code, status.message) == ("grpc-status-details-bin", 2, "it failed")
    assert [traceback.format_exception_only(error) for error in (inside, outside)] == [["CleanError: it failed\n"]] * 2


def test_an_error_is_still_raised_where_the_host_takes_no_details() -> None:
    context = Context(error=RuntimeError("changed"))

    assert str(serve(object(), context, lambda: dynamic_host.clean_error("it failed"))) == "it failed"


def test_more_than_4_operations_run_at_a_time_where_the_hosts_pool_is_found() -> None:
    with ThreadPoolExecutor(4) as pool:
        everybody_is_here = threading.Barrier(20)

        assert within_main(SimpleNamespace(_state=SimpleNamespace(thread_pool=pool)), dynamic_host.lift_concurrency)

        arrivals = [pool.submit(everybody_is_here.wait, 10) for _ in range(20)]
        assert sorted(arrival.result() for arrival in arrivals) == list(range(20))


def test_the_hosts_limit_stays_where_its_pool_is_not_found() -> None:
    assert not within_main(SimpleNamespace(_state=SimpleNamespace(threads=4)), dynamic_host.lift_concurrency)
    assert not dynamic_host.lift_concurrency()


def test_progress_notes_and_warnings_reach_the_engine(engine: FakeEngine) -> None:
    call = HostCall(URN)

    call.show_progress("snapshot s-1 45 %")
    call.show_note("it drifted")
    notes = Notes(facts=("full snapshot", "system disk"), warnings=("one disk is left out",))
    call.show_notes(notes, preview=True)
    call.show_notes(notes, preview=False)
    call.show_notes(Notes(), preview=True)
    call.show_notes(Notes(), preview=False)

    assert engine.messages == [
        ("snapshot s-1 45 %", False, True),
        ("it drifted", False, False),
        ("plan:\n  full snapshot\n  system disk", False, False),
        ("one disk is left out", True, False),
        ("full snapshot", False, True),
        ("one disk is left out", True, False),
    ]
    assert {told.urn for told in engine.told} == {URN}


def test_progress_beyond_the_limit_is_dropped_and_notes_are_not(engine: FakeEngine) -> None:
    for number in range(3 * MOST_LINES):
        HostCall(URN).show_progress(f"snapshot s-{number} 5 %")
        HostCall(URN).show_note("it drifted")

    assert len([message for message in engine.messages if message[2]]) == MOST_LINES
    assert engine.messages.count(("it drifted", False, False)) == 3 * MOST_LINES


def test_what_a_terminal_would_obey_in_a_note_is_shown_instead(engine: FakeEngine) -> None:
    HostCall(URN).show_note("drifted: name is \x1b[2J\u202egnp\nsee there")

    assert engine.messages == [("drifted: name is \\u001b[2J\\u202egnp\nsee there", False, False)]


def test_nothing_is_told_about_a_call_whose_resource_is_not_known(engine: FakeEngine) -> None:
    assert not dynamic_host.tell_engine("", "it drifted")
    assert engine.told == []


@pytest.mark.parametrize("arguments", [[], ["engine"], ["127.0.0.1:http"], ["127.0.0.1:1"]])
def test_where_no_engine_listens_the_provider_works_on_without_messages(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with started_with(monkeypatch, *arguments):
        assert not dynamic_host.tell_engine(URN, "it drifted")


def test_a_cancellation_is_passed_on_where_the_hosts_handlers_are_found() -> None:
    heard: list[str] = []
    with ThreadPoolExecutor(1) as threads:
        server = grpc.server(threads)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(ResourceProviderServicer(), server)
        assert within_main(server, lambda: dynamic_host.on_cancel(lambda: heard.append("cancelled")))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            provider_pb2_grpc.ResourceProviderStub(channel).Cancel(empty_pb2.Empty(), timeout=240)
        server.stop(None).wait()
    assert heard == ["cancelled"]


def test_a_cancellation_is_not_passed_on_where_the_hosts_handlers_are_not_found() -> None:
    assert not within_main(SimpleNamespace(_state=SimpleNamespace()), lambda: dynamic_host.on_cancel(lambda: None))
    assert not dynamic_host.on_cancel(lambda: None)


def test_an_early_end_leaves_a_resource_in_the_state_inside_the_host() -> None:
    context = Context()
    state = PartialState("timed out", "s-1", {"status": "progressing"})

    def end() -> Exception:
        assert dynamic_host.keeps_partial_state()
        return dynamic_host.partial_state_error(state)

    assert str(serve_create(object(), context, {"disk_id": "d-1", "__provider": "reference"}, end)) == "timed out"
    ((key, details),) = context.metadata
    failed = provider_pb2.ErrorResourceInitFailed()
    Status.FromString(details).details[0].Unpack(failed)
    assert key == "grpc-status-details-bin"
    assert (failed.id, list(failed.reasons)) == ("s-1", ["timed out"])
    assert dict(failed.properties) == {"status": "progressing", "__provider": "reference"}
    assert dict(failed.inputs) == {"disk_id": "d-1", "__provider": "reference"}


def test_outside_the_host_no_resource_can_be_left_in_the_state() -> None:
    assert not dynamic_host.keeps_partial_state()
