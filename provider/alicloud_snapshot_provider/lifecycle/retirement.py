"""What deleting a declared snapshot means: retire it into its series' history and prune, or end the whole series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol

from ..errors import InUse, NotFound
from .intent import BEING_CREATED_TAG, RELEASED_TAG, generation_of
from .ledger import Ledger
from .records import R, Recorded, Records
from .removal import held_by_all
from .retention import Fate, Verdict, retention_plan

DeletionPolicy = Literal["delete", "retain"]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RetirementRules:
    """How a series ends: how many accomplished snapshots history keeps, and what destroying the resource leaves."""

    keep_last: int = 1
    deletion_policy: DeletionPolicy = "delete"
    force_delete: bool = False


class Remover(Protocol):
    """Deletes records of one kind."""

    async def remove(self, record_id: str, *, force: bool = False) -> None:
        """Delete the record; one that does not exist counts as deleted. Raises InUse where it is held."""


class Retirement(Generic[R]):
    """Retires records of one kind in one region."""

    def __init__(self, records: Records[R], ledger: Ledger[R], remover: Remover) -> None:
        self._records = records
        self._ledger = ledger
        self._remover = remover

    async def retire(self, own: R, series: str, rules: RetirementRules, tell: Tell) -> None:
        """Do what deleting `own` means in its series; `tell` hears of what is kept and removed, and why.

        Where the series has a newer snapshot, this one has been replaced: it is history now, and history is pruned.
        Where it is the newest, the resource is being destroyed, and the deletion policy decides for the whole
        series. Raises InUse, naming the images and disks, where a snapshot that has to go is held.
        """
        members = await self._with_own(await self._ledger.members(series), own)
        if _has_newer(members, own):
            await self.prune(members, rules, tell)
        elif rules.deletion_policy == "retain":
            await self._release(members, tell)
        else:
            await self._end(own.record_id, members, rules)

    async def _with_own(self, members: Sequence[R], own: R) -> Sequence[R]:
        """Add `own` where the ledger does not list it although it exists: its tags were taken away."""
        if any(member.record_id == own.record_id for member in members):
            return members
        return members if await self._records.get(own.record_id) is None else [own, *members]

    async def prune(self, members: Sequence[R], rules: RetirementRules, tell: Tell) -> list[Verdict[R]]:
        """Remove what the retention plan removes. One that is in use stays, named, until a later pruning."""
        plan = retention_plan(members, rules.keep_last)
        await self.carry_out(plan, rules, tell)
        return plan

    async def carry_out(self, plan: Sequence[Verdict[R]], rules: RetirementRules, tell: Tell) -> None:
        """Remove what a plan removes. One that is in use stays, named."""
        for verdict in plan:
            if verdict.fate is Fate.REMOVE:
                await self._prune_one(verdict, rules, tell)

    async def _prune_one(self, verdict: Verdict[R], rules: RetirementRules, tell: Tell) -> None:
        try:
            await self._remover.remove(verdict.member.record_id, force=rules.force_delete)
            tell(str(verdict))
        except InUse as held:
            tell(f"keep {verdict.member.record_id} for now: {held.problem}")

    async def _release(self, members: Sequence[R], tell: Tell) -> None:
        for member in members:
            try:
                await self._records.tag([member.record_id], {RELEASED_TAG: "true"})
            except NotFound:
                continue  # it was deleted outside Pulumi
            tell(f'keep {member.record_id}: deletion_policy is "retain"')

    async def _end(self, own_id: str, members: Sequence[R], rules: RetirementRules) -> None:
        """Delete the whole series, the resource's own snapshot last, so that a failure leaves it in the state."""
        held: list[InUse] = []
        for member_id in [*_others(own_id, members), own_id]:
            try:
                await self._remover.remove(member_id, force=rules.force_delete)
            except InUse as error:
                held.append(error)
        if held:
            raise held_by_all(held)


def _has_newer(members: Sequence[Recorded], own: Recorded) -> bool:
    """Tell whether a state holds a newer one, even one that failed since: retention then decides what stays.

    One that is still being created has not replaced anything yet.
    """
    return any(_is_newer(member, own) and BEING_CREATED_TAG not in member.tags for member in members)


def _is_newer(member: Recorded, own: Recorded) -> bool:
    """Compare the generations, and the cuts: generations begin again where the ledger had become empty."""
    later = member.cut_at is not None and own.cut_at is not None and member.cut_at > own.cut_at
    return later or generation_of(member) > generation_of(own)


def _others(own_id: str, members: Sequence[Recorded]) -> list[str]:
    return [member.record_id for member in members if member.record_id != own_id]
