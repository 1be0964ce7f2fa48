"""What one run of Pulumi has shown this process: which resources it declares, replaces and takes.

The engine tells a provider little with a deletion: not whether a replacement exists, nor which rules hold by now. But
one process serves one run, and has seen what the run did before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..errors import Cancelled
from .keep import Keep
from .ownership import lineage_of, new_owner

DeletionPolicy = Literal["delete", "retain"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a resource declares of its end: the accomplished snapshots that history keeps, and what a destroy leaves.

    What `keep_last` or one of `keep` keeps stays.
    """

    keep_last: int = 1
    keep: tuple[Keep, ...] = ()
    deletion_policy: DeletionPolicy = "delete"
    force_delete: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as an entry of the state holds it, with the rules that are declared now.

    `taken` tells whether this run took it.
    """

    urn: str
    kind: str
    region: str
    series: str
    owner: str
    record_id: str
    rules: Rules
    disk_ids: frozenset[str] = frozenset()
    taken: bool = False

    @property
    def lineage(self) -> str:
        """The name of its history."""
        return lineage_of(self.owner, self.record_id)


@dataclass(frozen=True, slots=True)
class StateEvidence:
    """What the stack's stored state says: what it holds, by id, and the series of interrupted creations by owner."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    interrupted: Mapping[str, str] = field(default_factory=dict)


async def _no_evidence() -> StateEvidence | None:
    return None


async def _answers() -> bool:
    return True


@dataclass(slots=True)
class Run:
    """The memory of one run. `evidence` reads the stack's stored state, None where it cannot be read.

    `engine_answers` tells whether there still is an engine that can store what is handed over to it.
    """

    evidence: Callable[[], Awaitable[StateEvidence | None]] = _no_evidence
    engine_answers: Callable[[], Awaitable[bool]] = _answers
    _entries: dict[str, Entry] = field(default_factory=dict)
    _urns: dict[str, str] = field(default_factory=dict)
    _replaced: dict[str, Entry] = field(default_factory=dict)
    _continued: dict[str, str] = field(default_factory=dict)
    _series: dict[tuple[str, str], str] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)
    """The disks whose snapshot, set or group this run has declared so far."""

    def declare(self, urn: str, region: str, series: str) -> str | None:
        """Note who declares a series; return the URN of another resource of this run that declares it too."""
        other = self._series.setdefault((region, series), urn)
        return other if urn and other and other != urn else None

    def holds(self, entry: Entry) -> None:
        """Note that the state holds a record, or that this run has just taken it for the state."""
        self._entries[entry.urn or entry.series] = entry
        self._urns[entry.record_id] = entry.urn

    def replaces(self, entry: Entry) -> None:
        """Note that this run replaces a record, by one of the same URN to which the entry's rules apply."""
        self._urns[entry.record_id] = entry.urn
        self._replaced[entry.record_id] = entry

    def replacement_rules(self, record_id: str) -> Rules | None:
        """Return the rules that apply to what replaces a record; None where this run does not replace it."""
        replaced = self._replaced.get(record_id)
        return replaced.rules if replaced else None

    def replaced_by(self, urn: str) -> list[str]:
        """Return the ids of the records that this run replaces by one of `urn`."""
        return [record_id for record_id in self._replaced if urn and self._urns.get(record_id) == urn]

    def let_go_first(self, urn: str, owner: str) -> None:
        """Note that the record of `urn` was let go before its replacement exists, which goes on as the same owner."""
        self._continued[urn] = owner

    def owner_for(self, urn: str) -> str:
        """Return the owner of what is about to be taken: a new one, or the one whose record was let go first."""
        return self._continued.get(urn) or new_owner()

    def successor(self, gone: Entry) -> Entry | None:
        """Return what the state holds instead of a record; None where it holds nothing instead."""
        found = self._of(gone)
        return found if found is not None and found.record_id != gone.record_id else None

    def renamed_successor(self, gone: Entry) -> Entry | None:
        """Return what this run took of the same disks, where nothing succeeds a record: a rename, most likely."""
        if self._of(gone) is not None:
            return None
        others = [each for each in self._entries.values() if _stands_in(each, gone)]
        return next((each for each in others if _name(each) == _name(gone)), next(iter(others), None))

    @property
    def owners(self) -> set[str]:
        """The owners that this run has seen in the state."""
        return {each.owner for each in (*self._entries.values(), *self._replaced.values())}

    def knows(self, record_id: str) -> bool:
        """Tell whether this run has seen that the state holds a record."""
        return any(each.record_id == record_id for each in self._entries.values())

    def _of(self, gone: Entry) -> Entry | None:
        return self._entries.get(self._urns.get(gone.record_id) or gone.urn or gone.series)

    async def never_stored(self, record_id: str, owner: str) -> bool:
        """Tell whether the stored state proves that a run was killed before it stored a record that is complete."""
        evidence = await self.evidence()
        return evidence is not None and owner in evidence.interrupted and record_id not in evidence.entries

    async def require_engine(self, record_id: str) -> None:
        """Raise Cancelled where no engine is left that could store a record: the next run then finds it unfinished."""
        if not await self.engine_answers():
            raise Cancelled(
                f"{record_id} was not handed over: the engine of this run does not answer any more",
                remedy="Run `pulumi up` again: it adopts what goes on in the cloud.",
            )

    def fail(self, disk_ids: Collection[str]) -> None:
        """Note that this run has failed to take a record of these disks."""
        self._failed.update(disk_ids)

    def failed(self, disk_ids: Collection[str]) -> list[str]:
        """Return the disks whose record this run has failed to take."""
        return sorted(self._failed.intersection(disk_ids))


def _name(entry: Entry) -> str:
    """Return the name of the resource, which stays where it moves into a component or to another type of one."""
    return entry.urn.rpartition("::")[2]


def _stands_in(other: Entry, gone: Entry) -> bool:
    """Tell whether this run took a record of the same disks: a rename that the engine does not tell."""
    same = (other.kind, other.region) == (gone.kind, gone.region) and other.record_id != gone.record_id
    return other.taken and same and bool(other.disk_ids & gone.disk_ids)


def combined_rules(one: Rules, other: Rules) -> Rules:
    """Return rules that keep what either keeps."""
    policy: DeletionPolicy = "retain" if "retain" in {one.deletion_policy, other.deletion_policy} else "delete"
    keep = tuple(dict.fromkeys((*one.keep, *other.keep)))
    return replace(one, keep_last=max(one.keep_last, other.keep_last), keep=keep, deletion_policy=policy)
