"""The log of calls and events, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from ecs_emulator.identifiers import request_id
from ecs_emulator.world import Event

_SECRET_PARAMETERS = frozenset({"Password", "UserData", "SecurityToken"})


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One call. `status` and the fields after it are None until the answer. `time` is emulated."""

    seq: int
    time: float
    action: str
    region: str
    mutating: bool
    params: Mapping[str, str]
    request_id: str
    status: int | None = None
    code: str | None = None
    fault: str | None = None
    kind: Literal["call"] = field(default="call", init=False)


@dataclass(frozen=True, slots=True)
class EventEntry:
    """One event, with the emulated `time` at which it happened, even if nobody looked then.

    For a command, `details` have its text (`content`), its invocation (`invoke_id`) and its end.
    """

    seq: int
    time: float
    event: str
    id: str
    details: Mapping[str, object] = field(default_factory=dict)
    kind: Literal["event"] = field(default="event", init=False)


class CallLog:
    """Calls and events in their order. The log has no credentials."""

    def __init__(self) -> None:
        self._entries: list[CallEntry | EventEntry] = []
        self._first_seq = 1

    def opened(self, time: float, action: str, region: str, mutating: bool, params: Mapping[str, str]) -> CallEntry:
        """Record a new call, and give it a request id."""
        seq = self._next_seq()
        shown = {name: _shown(name, value) for name, value in params.items()}
        entry = CallEntry(seq, time, action, region, mutating, shown, request_id(seq))
        self._entries.append(entry)
        return entry

    def closed(self, seq: int, status: int | None, code: str | None, fault: str | None) -> None:
        """Record the answer of the call. A `status` of None means no answer."""
        index = seq - self._first_seq
        entry = self._entries[index] if index >= 0 else None
        if isinstance(entry, CallEntry):
            self._entries[index] = replace(entry, status=status, code=code, fault=fault)

    def happened(self, event: Event) -> None:
        """Record an event."""
        self._entries.append(EventEntry(self._next_seq(), event.time, event.name, event.id, event.details))

    def since(self, seq: int) -> list[dict[str, Any]]:
        """Return everything after the entry with this number, as plain data."""
        return [asdict(entry) for entry in self._entries[max(0, seq - self._first_seq + 1) :]]

    def calls(self, action: str | None = None, mutating: bool | None = None) -> list[CallEntry]:
        """Return the calls, or only those of one action, or only those that change (or do not change) the world."""
        return [
            entry
            for entry in self._entries
            if isinstance(entry, CallEntry) and action in {None, entry.action} and mutating in {None, entry.mutating}
        ]

    def events(self, name: str | None = None) -> list[EventEntry]:
        """Return the events, or only those of one name."""
        return [entry for entry in self._entries if isinstance(entry, EventEntry) and name in {None, entry.event}]

    def counts(self) -> dict[str, int]:
        """Return how often each action was called."""
        return dict(Counter(entry.action for entry in self.calls()))

    def clear(self) -> None:
        """Clear the log. The numbers continue."""
        self._first_seq += len(self._entries)
        self._entries.clear()

    def _next_seq(self) -> int:
        return self._first_seq + len(self._entries)


def _shown(name: str, value: str) -> str:
    return "***" if name in _SECRET_PARAMETERS else value
