"""Deletes a resource: its record joins the history of the replacement, or its own history ends with it.

A state lets go of its own record only. The history of an entry is what that entry has let go before; the tags say so.
This module touches nothing else: nothing that another state holds, and nothing that was retained.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol

from ..errors import InUse, NotFound, Permanent, merged_in_use
from .intent import without_copied_intents
from .ledger import Ledger
from .ownership import Phase, let_go_by, ownership_of
from .records import R, Recorded
from .retention import Fate, Verdict, disks_of, recency, retention_plan
from .run import Entry, Rules, Run, StateEvidence, combined_rules

Tell = Callable[[str], None]
MissingDisks = Callable[[Collection[str]], Awaitable[set[str]]]
"""Returns the disks among these that no longer exist."""

ABANDONED_AFTER = 600.0
"""If a snapshot ended so many seconds ago and nobody has handed it over, nobody waits for it any more."""
_ANOTHERS = {
    Phase.HELD: "another entry of a state holds it",
    Phase.BEING_CREATED: "another run goes on with it",
    Phase.LET_GO: "it is the history of another entry of a state",
    Phase.RETAINED: "it was retained; only `alicloud-snapshot prune`, asked for its series by name, removes it",
}


class Remover(Protocol[R]):
    """Deletes records of one kind."""

    async def remove(self, record: R, *, force: bool = False) -> None:
        """Delete the record. If it does not exist, it counts as deleted. Raises InUse if something uses it."""

    async def require_removable(self, records: Sequence[R], *, force: bool = False) -> None:
        """Raise InUse, which names every user, if one of the records cannot be deleted."""

    def deletable_part(self, record: R, lineages: Collection[str]) -> R | None:
        """Return the part of a record that belongs to no other entry than these, or None."""


@dataclass(frozen=True, slots=True)
class Deletion(Generic[R]):
    """The deletion of an entry. `record` is its record in ECS, None if that is gone."""

    entry: Entry
    record: R | None


class Retirement(Generic[R]):
    """Retires records of one kind in one region."""

    def __init__(
        self, ledger: Ledger[R], remover: Remover[R], missing_disks: MissingDisks, now: Callable[[], float]
    ) -> None:
        self._now = now
        self._ledger = ledger
        self._remover = remover
        self._missing_disks = missing_disks
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def let_go(self, deletion: Deletion[R], run: Run, tell: Tell) -> None:
        """Carry out the deletion of a resource. `tell` gets a line for what stays or goes, with the reason.

        If this run has replaced the record, it joins the history of its replacement, whose rules prune it. Otherwise it
        ends with its history, by its own rules. Raises InUse, which names the images and disks, if something that must
        go is in use. Then nothing is deleted.
        """
        async with self._locks[deletion.entry.series]:
            await self._let_go(deletion, run, tell)

    async def _let_go(self, deletion: Deletion[R], run: Run, tell: Tell) -> None:
        entry = deletion.entry
        members = await self._ledger.members(entry.series)
        newer = _newer(members, deletion)
        evidence = await run.evidence() if newer else None
        successor = run.successor(entry) or _likely_successor(newer, entry, evidence, run)
        deletion = self._without_others(deletion, successor, tell)
        going = [*_history(members, entry, run), *([deletion.record] if deletion.record else [])]
        replacing = run.replacement_rules(entry.record_id)
        if successor is not None:
            joined = members if successor.series == entry.series else await self._ledger.members(successor.series)
            await self._follow(going, entry, successor, joined, run, tell)
        elif replacing is not None:
            await self._wait_for_replacement(going, entry, replacing, run, tell)
        elif entry.rules.deletion_policy == "retain":
            await self._retain(going, 'deletion_policy is "retain"', tell)
        elif newer and evidence is None:
            reason = (
                f"{newer[0].record_id} is newer, and the stack's state, which could tell whose it is, cannot be read"
            )
            await self._retain(going, reason, tell)
        else:
            _refuse_the_only_one(deletion, run)
            await self._end([*await self._never_held(members, entry, run), *going], entry, tell)

    def _without_others(self, deletion: Deletion[R], successor: Entry | None, tell: Tell) -> Deletion[R]:
        """Return the deletion without the parts that belong to another entry.

        The state may have imported such a record, or may be a copy of another state.
        """
        if deletion.record is None:
            return deletion
        lineages = {each.lineage for each in (deletion.entry, successor) if each}
        own = self._remover.deletable_part(deletion.record, lineages)
        if own is None:
            tell(f"keep {deletion.entry.record_id}: {_ANOTHERS[ownership_of(deletion.record).phase]}")
        elif own is not deletion.record:
            tell(f"keep a part of {deletion.entry.record_id}: another entry of a state holds it")
        return replace(deletion, record=own)

    async def _follow(
        self, going: Sequence[R], entry: Entry, successor: Entry, members: Sequence[R], run: Run, tell: Tell
    ) -> None:
        """Move the record and its history to the history of the successor, and prune that. `members` are its series."""
        rules = successor.rules if successor.urn == entry.urn else combined_rules(successor.rules, entry.rules)
        known = {each.record_id for each in going}
        before = [each for each in _history(members, successor, run) if each.record_id not in known]
        await self._ledger.let_go(going, successor.lineage, successor.series, members)
        listed = next((each for each in members if each.record_id == successor.record_id), None)
        held = listed or await self._ledger.get(successor.record_id)
        await self.prune([*before, *going], rules, tell, beside=[held] if held else [])

    async def _wait_for_replacement(self, going: Sequence[R], entry: Entry, rules: Rules, run: Run, tell: Tell) -> None:
        """Keep a record that the engine deletes before it creates the replacement, as if its disk is replaced, too."""
        owner = entry.owner or run.owner_for(entry.urn)
        run.let_go_first(entry.urn, owner)
        await self._ledger.let_go(going, owner, entry.series)
        await self.prune(going, rules, tell)

    async def prune(self, members: Sequence[R], rules: Rules, tell: Tell, beside: Sequence[R] = ()) -> None:
        """Remove the members that the rules do not keep. The records `beside` them count, but stay.

        A member in use stays until a later pruning, and `tell` gets its users.
        """
        untouched = {each.record_id for each in beside}
        plan = retention_plan([*beside, *members], rules.keep_last, rules.keep)
        await self.carry_out([each for each in plan if each.member.record_id not in untouched], rules, tell)

    async def carry_out(
        self, plan: Sequence[Verdict[R]], rules: Rules, tell: Tell, *, look_again: bool = False
    ) -> None:
        """Remove what a plan removes. A member in use stays, and `tell` gets its users.

        `look_again`: the plan may be old, since a person had to confirm it. A member with a new owner stays, too.
        """
        for verdict in plan:
            if verdict.fate is not Fate.REMOVE:
                continue
            if look_again and not await self._is_as_seen(verdict.member):
                tell(f"keep {verdict.member.record_id}: it is somebody else's by now")
                continue
            await self._prune_one(verdict, rules, tell)

    async def _is_as_seen(self, record: R) -> bool:
        """Tell whether the record still has the same owner, or is gone."""
        now = await self._ledger.reload(record)
        return now is None or ownership_of(now) == ownership_of(record)

    async def _prune_one(self, verdict: Verdict[R], rules: Rules, tell: Tell) -> None:
        try:
            await self._remover.remove(verdict.member, force=rules.force_delete)
            tell(str(verdict))
        except InUse as held:
            tell(f"keep {verdict.member.record_id} for now: {held.problem}")

    async def _retain(self, records: Sequence[R], reason: str, tell: Tell) -> None:
        for record in records:
            try:
                await self._ledger.retain(record)
            except NotFound:
                continue  # it was deleted outside Pulumi
            tell(f"keep {record.record_id}: {reason}")

    async def _end(self, going: Sequence[R], entry: Entry, tell: Tell) -> None:
        """Delete the record and its history, or nothing if one of them is in use.

        The last snapshot of a disk that no longer exists stays: nobody can take another one. The record of the resource
        goes last, so that it is still in the state after a failure.
        """
        last = await self._last_of_missing_disks(going)
        victims = [each for each in going if each.record_id not in {kept.record_id for kept in last}]
        force = entry.rules.force_delete
        if len(victims) > 1:
            await self._remover.require_removable(victims, force=force)
        held: list[InUse] = []
        for record in victims:
            if held and record.record_id == entry.record_id:
                break
            try:
                await self._remover.remove(record, force=force)
            except InUse as error:
                held.append(error)
        if held:
            raise merged_in_use(held)
        await self._retain(last, "its disk does not exist any more, and it is the last snapshot of it", tell)

    async def _never_held(self, members: Sequence[R], entry: Entry, run: Run) -> list[R]:
        """Return the records that an interrupted run began in the series, and that no state has held.

        Another stack may be creating one right now. Only the stored state, or time, shows that nobody waits for it.
        """
        disk_ids = entry.disk_ids or {""}
        begun = [each for each in members if ownership_of(each).being_created and disks_of(each) & disk_ids]
        evidence = await run.evidence() if begun else None
        interrupted = evidence.interrupted if evidence else {}
        dead = {"", entry.owner, *interrupted} if entry.series in interrupted.values() else set()
        given_up = [each for each in begun if ownership_of(each).owner in dead or self._is_abandoned(each)]
        return [each for each in given_up if await self._is_as_seen(each)]

    def _is_abandoned(self, begun: R) -> bool:
        ended_at = begun.ended_at
        return begun.accomplished and ended_at is not None and self._now() - ended_at.timestamp() > ABANDONED_AFTER

    async def _last_of_missing_disks(self, going: Sequence[R]) -> list[R]:
        """Return the newest accomplished record of each disk that no longer exists."""
        good = [each for each in going if each.accomplished]
        disk_ids = {disk_id for each in good for disk_id in each.source_disks}
        missing = await self._missing_disks(disk_ids) if disk_ids else set()
        newest = [
            max((each for each in good if disk_id in each.source_disks), key=recency) for disk_id in sorted(missing)
        ]
        return list({each.record_id: each for each in newest}.values())


def _history(members: Sequence[R], entry: Entry, run: Run) -> list[R]:
    """Return the records that an entry has let go before, oldest first, without those that another entry holds."""
    mine = let_go_by(entry.lineage)
    found = [each for each in members if ownership_of(each) == mine and each.record_id != entry.record_id]
    return [each for each in without_copied_intents(found) if not run.knows(each.record_id)]


def _newer(members: Sequence[R], deletion: Deletion[R]) -> list[R]:
    """Return the newer records of the same disks that this state or another one may hold."""
    own = deletion.record
    if own is None:
        return []
    others = [each for each in members if each.record_id != own.record_id and ownership_of(each).held]
    return [each for each in others if disks_of(each) & disks_of(own) and recency(each) > recency(own)]


def _likely_successor(
    newer: Sequence[Recorded], entry: Entry, evidence: StateEvidence | None, run: Run
) -> Entry | None:
    """Return the entry that most likely replaces a record: one that this run took, or else one in the stored state.

    The stored state is needed if an interrupted run replaced the record, and this run only deletes it. An entry with
    another URN is a guess. So it does not count if the record is to be retained.
    """
    known = evidence.entries if evidence else {}
    stored = [known[each.record_id] for each in newer if each.record_id in known]
    own = next((each for each in stored if each.urn == entry.urn), None)
    if own is not None or entry.rules.deletion_policy == "retain":
        return own
    return run.renamed_successor(entry) or next(iter(stored), None)


def _refuse_the_only_one(deletion: Deletion[R], run: Run) -> None:
    """Raise Permanent if this run could not take a snapshot of the same disk, which may be the replacement."""
    failed = run.failed(deletion.entry.disk_ids)
    if failed and deletion.record is not None and deletion.record.accomplished:
        raise Permanent(
            f"{deletion.entry.record_id} stays: this run could not take a new snapshot of disk {', '.join(failed)}, "
            "so it is the only one",
            remedy="Clear up why the new one failed, then run `pulumi up` again.",
        )
