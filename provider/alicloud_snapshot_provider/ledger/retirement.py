"""What the deletion of a declared snapshot means: it joins the history of what replaces it, or its history ends too.

A state lets go of its own record only. History is what the same entry of a state has let go before, which the tags
say. Nothing else is ever touched here: not what another state holds, nor what was retained.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from ..errors import InUse, NotFound, Permanent, held_by_all
from .ledger import Ledger
from .ownership import let_go_by, ownership_of
from .records import R, Recorded
from .retention import Fate, Verdict, disks_of, recency, retention_plan
from .run import Entry, Rules, Run, StateEvidence, milder

Tell = Callable[[str], None]
MissingDisks = Callable[[Collection[str]], Awaitable[set[str]]]
"""Returns those of the disks that do not exist any more."""


R_contra = TypeVar("R_contra", bound=Recorded, contravariant=True)

ABANDONED_AFTER = 600.0
"""Seconds after its cut from which nobody waits any more for a snapshot that is accomplished, but not handed over."""


class Remover(Protocol[R_contra]):
    """Deletes records of one kind."""

    async def remove(self, record: R_contra, *, force: bool = False) -> None:
        """Delete the record; one that does not exist counts as deleted. Raises InUse where it is held."""

    async def require_removable(self, records: Sequence[R_contra], *, force: bool = False) -> None:
        """Return where every record can be deleted. Raises InUse, naming what holds which of them."""


@dataclass(frozen=True, slots=True)
class Leaving(Generic[R]):
    """What a state lets go: its entry, and the record as ECS has it, None where it is gone."""

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

    async def let_go(self, leaving: Leaving[R], run: Run, tell: Tell) -> None:
        """Do what the deletion of a resource means; `tell` hears of what is kept and removed, and why.

        What this run has replaced joins the history of its replacement, whose rules prune it. What nothing replaces
        ends with its own history, as its rules say. Raises InUse, naming the images and disks, where something that
        has to go is held: nothing is deleted then.
        """
        async with self._locks[leaving.entry.series]:
            await self._let_go(leaving, run, tell)

    async def _let_go(self, leaving: Leaving[R], run: Run, tell: Tell) -> None:
        entry = leaving.entry
        if leaving.record is not None and _is_another_s(leaving.record, entry):
            tell(f"keep {entry.record_id}: its tags say that another state holds it")
            leaving = replace(leaving, record=None)
        members = await self._ledger.members(entry.series)
        going = [*_history(members, entry), *([leaving.record] if leaving.record else [])]
        newer = _newer(members, leaving)
        evidence = await run.evidence() if newer else None
        successor = run.successor(entry) or _stored_successor(newer, entry, evidence)
        replacing = run.replacement_rules(entry.record_id)
        if successor is not None:
            joined = members if successor.series == entry.series else await self._ledger.members(successor.series)
            await self._follow(going, entry, successor, joined, tell)
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
            _refuse_the_only_one(leaving, run)
            begun = await self._never_held(members, entry, run)
            await self._end([*begun, *going], entry, tell)

    async def _follow(
        self, going: Sequence[R], entry: Entry, successor: Entry, members: Sequence[R], tell: Tell
    ) -> None:
        """Let the record and its history join the history of what replaces it, whose series has `members`; prune it."""
        rules = successor.rules if successor.urn == entry.urn else milder(successor.rules, entry.rules)
        known = {each.record_id for each in going}
        before = [each for each in _history(members, successor) if each.record_id not in known]
        await self._ledger.let_go(going, successor.owner, successor.series, members)
        held = [each for each in members if each.record_id == successor.record_id]
        await self.prune(
            [*before, *going], rules, tell, beside=held or await self._ledger.existing(successor.record_id)
        )

    async def _wait_for_replacement(self, going: Sequence[R], entry: Entry, rules: Rules, run: Run, tell: Tell) -> None:
        """Keep what the engine deletes before its replacement exists, such as when the disk itself is replaced."""
        owner = entry.owner or run.owner_for(entry.urn)
        run.let_go_first(entry.urn, owner)
        await self._ledger.let_go(going, owner, entry.series)
        await self.prune(going, rules, tell)

    async def prune(self, members: Sequence[R], rules: Rules, tell: Tell, beside: Sequence[R] = ()) -> None:
        """Remove what the retention plan removes of `members`; what stands `beside` them only counts.

        One that is in use stays, named, until a later pruning.
        """
        untouched = {each.record_id for each in beside}
        plan = retention_plan([*beside, *members], rules.keep_last, rules.keep)
        await self.carry_out([each for each in plan if each.member.record_id not in untouched], rules, tell)

    async def carry_out(self, plan: Sequence[Verdict[R]], rules: Rules, tell: Tell) -> None:
        """Remove what a plan removes. One that is in use stays, named."""
        for verdict in plan:
            if verdict.fate is Fate.REMOVE:
                await self._prune_one(verdict, rules, tell)

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
        """Delete the record and its history, or nothing where something holds one of them.

        The last snapshot of a disk that does not exist any more stays: nobody could take another one. The resource's
        own record goes last, so that a failure leaves it in the state.
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
            raise held_by_all(held)
        await self._retain(last, "its disk does not exist any more, and it is the last snapshot of it", tell)

    async def _never_held(self, members: Sequence[R], entry: Entry, run: Run) -> list[R]:
        """Return what an interrupted run began in the series, and what no state has ever held.

        Another stack may be creating one right now: only the stored state, or time, tells that nobody waits for it.
        """
        disk_ids = entry.disk_ids or {""}
        begun = [each for each in members if ownership_of(each).being_created and disks_of(each) & disk_ids]
        evidence = await run.evidence() if begun else None
        if evidence is not None and entry.series in evidence.interrupted.values():
            return begun
        return [each for each in begun if self._is_abandoned(each)]

    def _is_abandoned(self, begun: R) -> bool:
        cut_at = begun.cut_at
        return begun.accomplished and cut_at is not None and self._now() - cut_at.timestamp() > ABANDONED_AFTER

    async def _last_of_missing_disks(self, going: Sequence[R]) -> list[R]:
        """Return the newest accomplished record of each disk that does not exist."""
        good = [each for each in going if each.accomplished]
        disk_ids = {disk_id for each in good for disk_id in each.kept_disks}
        missing = await self._missing_disks(disk_ids) if disk_ids else set()
        newest = [
            max((each for each in good if disk_id in each.kept_disks), key=recency) for disk_id in sorted(missing)
        ]
        return list({each.record_id: each for each in newest}.values())


def _is_another_s(record: Recorded, entry: Entry) -> bool:
    """Tell whether an entry of another state holds a record: this one imported what that one had not let go."""
    ownership = ownership_of(record)
    return ownership.held and ownership.owner not in {"", entry.owner}


def _history(members: Sequence[R], entry: Entry) -> list[R]:
    """Return what an entry of a state has let go before, oldest first.

    Entries that an earlier release wrote have no name: theirs is only what shares a disk with them.
    """
    mine = let_go_by(entry.owner)
    found = [each for each in members if ownership_of(each) == mine and each.record_id != entry.record_id]
    return [each for each in found if entry.owner or disks_of(each) & (entry.disk_ids or {""})]


def _newer(members: Sequence[R], leaving: Leaving[R]) -> list[R]:
    """Return what a state may hold of the same disks that is newer: of this stack's state, or of another."""
    own = leaving.record
    if own is None:
        return []
    others = [each for each in members if each.record_id != own.record_id and ownership_of(each).held]
    return [each for each in others if disks_of(each) & disks_of(own) and recency(each) > recency(own)]


def _stored_successor(newer: Sequence[Recorded], entry: Entry, evidence: StateEvidence | None) -> Entry | None:
    """Return what the stored state holds in place of a record, None where it holds nothing newer of its disks.

    That is so where an interrupted run replaced the record, and this run deletes it without declaring anything.
    """
    known = evidence.entries if evidence else {}
    stored = [known[each.record_id] for each in newer if each.record_id in known]
    return next((each for each in stored if each.urn == entry.urn), next(iter(stored), None))


def _refuse_the_only_one(leaving: Leaving[R], run: Run) -> None:
    """Raise Permanent where this run has just failed to take what may have been meant to replace the record."""
    failed = run.failed(leaving.entry.disk_ids)
    if failed and leaving.record is not None and leaving.record.accomplished:
        raise Permanent(
            f"{leaving.entry.record_id} stays: this run could not take a new snapshot of disk {', '.join(failed)}, "
            "so it is the only one",
            remedy="Clear up why the new one failed, then run `pulumi up` again.",
        )
