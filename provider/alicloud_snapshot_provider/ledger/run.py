"""The memory of one run of Pulumi: which resources it declares, replaces and takes.

When the engine deletes a resource, it does not say whether a replacement exists, or what the program declares now. But
one process serves one run, so it has seen what the run did before.
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
    """The rules that a resource declares for its history and for its destroy.

    A snapshot of the history stays if `keep_last` or one of `keep` keeps it.
    """

    keep_last: int = 1
    keep: tuple[Keep, ...] = ()
    deletion_policy: DeletionPolicy = "delete"
    force_delete: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the state: its record, and the rules that the program declares now. `taken`: this run took it."""

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
    """The stored state of the stack: its entries by record id, and the series of interrupted creations by owner."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    interrupted: Mapping[str, str] = field(default_factory=dict)


async def _no_evidence() -> StateEvidence | None:
    return None


async def _answers() -> bool:
    return True


@dataclass(slots=True)
class Run:
    """The memory of one run. `evidence` reads the stored state, or returns None if that is impossible.

    `engine_answers` tells whether the engine is still alive and can store a record.
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
    """The disks of the snapshots, sets and groups that this run has declared so far."""

    def declare(self, urn: str, region: str, series: str) -> str | None:
        """Record which resource declares a series. Return the URN of another one in this run that declares it, too."""
        other = self._series.setdefault((region, series), urn)
        return other if urn and other and other != urn else None

    def holds(self, entry: Entry) -> None:
        """Record that the state holds a record, or that this run has just taken it."""
        self._entries[entry.urn or entry.series] = entry
        self._urns[entry.record_id] = entry.urn

    def replaces(self, entry: Entry) -> None:
        """Record that this run replaces a record by one with the same URN and the entry's rules."""
        self._urns[entry.record_id] = entry.urn
        self._replaced[entry.record_id] = entry

    def replacement_rules(self, record_id: str) -> Rules | None:
        """Return the rules of the replacement of a record, or None if this run does not replace it."""
        replaced = self._replaced.get(record_id)
        return replaced.rules if replaced else None

    def replaced_by(self, urn: str) -> list[str]:
        """Return the ids of the records of `urn` that this run replaces."""
        return [record_id for record_id in self._replaced if urn and self._urns.get(record_id) == urn]

    def let_go_first(self, urn: str, owner: str) -> None:
        """Record that the old record of `urn` was let go first. Its replacement gets the same owner."""
        self._continued[urn] = owner

    def owner_for(self, urn: str) -> str:
        """Return the owner for the next record of `urn`: a new one, unless `let_go_first` has named one."""
        return self._continued.get(urn) or new_owner()

    def successor(self, gone: Entry) -> Entry | None:
        """Return the entry that replaces a record in the state, or None if nothing does."""
        found = self._of(gone)
        return found if found is not None and found.record_id != gone.record_id else None

    def renamed_successor(self, gone: Entry) -> Entry | None:
        """Return a record of the same disks that this run took under another URN. Most likely it is a rename."""
        if self._of(gone) is not None:
            return None
        others = [each for each in self._entries.values() if _stands_in(each, gone)]
        return next((each for each in others if _name(each) == _name(gone)), next(iter(others), None))

    @property
    def owners(self) -> set[str]:
        """The owners that this run has seen."""
        return {each.owner for each in (*self._entries.values(), *self._replaced.values())}

    def knows(self, record_id: str) -> bool:
        """Tell whether an entry that this run has seen holds the record."""
        return any(each.record_id == record_id for each in self._entries.values())

    def _of(self, gone: Entry) -> Entry | None:
        return self._entries.get(self._urns.get(gone.record_id) or gone.urn or gone.series)

    async def never_stored(self, record_id: str, owner: str) -> bool:
        """Tell whether a run was killed before it stored a complete record. The stored state is the proof."""
        evidence = await self.evidence()
        return evidence is not None and owner in evidence.interrupted and record_id not in evidence.entries

    async def require_engine(self, record_id: str) -> None:
        """Raise Cancelled if the engine is gone and cannot store the record. The next run then finds it unfinished."""
        if not await self.engine_answers():
            raise Cancelled(
                f"{record_id} was not handed over: the engine of this run does not answer any more",
                remedy="Run `pulumi up` again: it adopts what goes on in the cloud.",
            )

    def fail(self, disk_ids: Collection[str]) -> None:
        """Record that this run could not take a record of these disks."""
        self._failed.update(disk_ids)

    def failed(self, disk_ids: Collection[str]) -> list[str]:
        """Return the disks among these whose record this run could not take."""
        return sorted(self._failed.intersection(disk_ids))


def _name(entry: Entry) -> str:
    """Return the resource's name. It stays if the resource moves into a component, for example."""
    return entry.urn.rpartition("::")[2]


def _stands_in(other: Entry, gone: Entry) -> bool:
    """Tell whether `other` is a record of the same disks that this run took."""
    same = (other.kind, other.region) == (gone.kind, gone.region) and other.record_id != gone.record_id
    return other.taken and same and bool(other.disk_ids & gone.disk_ids)


def combined_rules(one: Rules, other: Rules) -> Rules:
    """Return rules that keep everything that one of the two keeps."""
    policy: DeletionPolicy = "retain" if "retain" in {one.deletion_policy, other.deletion_policy} else "delete"
    keep = tuple(dict.fromkeys((*one.keep, *other.keep)))
    return replace(one, keep_last=max(one.keep_last, other.keep_last), keep=keep, deletion_policy=policy)
