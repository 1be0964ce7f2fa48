"""Tells what an emulator saw, one line for each thing, in the order it happened."""

from __future__ import annotations

from ecs_emulator import CallEntry, Emulator, EventEntry

# The parameter that says what a call is about, the most telling first.
_SUBJECTS = ("ImageId", "SnapshotId", "DiskId", "InstanceId", "ResourceId.1")


def history(emulator: Emulator, since: int = 0) -> list[str]:
    """Gives each mutating call and event after the entry `since`: `CreateImage s-1`, `snapshot.accomplished s-1`."""
    entries: list[CallEntry | EventEntry] = [*emulator.events(), *emulator.calls(mutating=True)]
    return [_line(entry) for entry in sorted(entries, key=lambda entry: entry.seq) if entry.seq > since]


def mutations(emulator: Emulator) -> list[str]:
    """Gives each mutating call; a refused one ends with its code: `DeleteSnapshot s-1 SnapshotCreatedImage`."""
    return [_line(call) for call in emulator.calls(mutating=True)]


def _line(entry: CallEntry | EventEntry) -> str:
    if isinstance(entry, EventEntry):
        return f"{entry.event} {entry.id}"
    subject = next((entry.params[name] for name in _SUBJECTS if name in entry.params), "")
    return f"{entry.action} {subject} {entry.code or ''}".rstrip()
