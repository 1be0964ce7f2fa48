"""The base of the resource types with `archive_after`: snapshots, copies and sets.

No process runs between two runs of Pulumi. So the first update or replacement after the due date archives a snapshot.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..ecs.models import SnapshotInfo
from ..ecs.wire_format import whole
from ..errors import Retryable
from ..ledger.ownership import OWNER_KEY, held_by, let_go_by, ownership_of
from ..ledger.records import R
from ..ledger.run import Entry
from ..nouns.defaults import shrinking_retention
from ..nouns.fields import Change, changed
from ..nouns.lifecycle import RecordedNoun, W
from ..nouns.noun import Checked, Difference, Notes, Operation
from ..nouns.preview import unchecked_warning
from ..nouns.property_values import UNKNOWN, Properties, contains_unknown
from .archive import BILLED_DAYS, CONSEQUENCES, MINIMUM_RETENTION_DAYS, archive_violations, due_text, is_due, is_past

_JUDGED = ("archive_after", "retention_days", "series")


class ArchivingNoun(RecordedNoun[R, W]):
    """The life cycle of a record that ECS can move to the archive."""

    @abstractmethod
    def _snapshots(self, info: R) -> Sequence[SnapshotInfo]:
        """Return the snapshots of the record."""

    def _failures(self, olds: Properties, inputs: Properties) -> dict[str, str]:
        shrinking = shrinking_retention(self.fields, olds, inputs)
        retention = {"retention_days": shrinking} if shrinking else {}
        return retention | _short_retention(inputs) | super()._failures(olds, inputs)

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Check the inputs, and say in the plan when the snapshots are archived. For existing ones it asks ECS."""
        checked = await super().check(olds, news)
        inputs = checked.inputs
        if checked.failures or inputs.get("preflight") == "off" or contains_unknown([inputs.get(n) for n in _JUDGED]):
            return checked
        if not olds:
            return checked.with_notes(_archive_plan(inputs))
        if changed(self.fields, olds, inputs, Change.REPLACE) or _days(olds) is _days(inputs) is None:
            return checked
        try:
            return await self._look_at_existing(olds, checked)
        except Retryable as error:
            return checked.with_notes(Notes(warnings=(unchecked_warning(error),)))

    def check_offline(self, olds: Properties, news: Properties) -> Checked | None:
        """Return the result of `check` for an existing record without `archive_after`, which needs no call to ECS."""
        return super().check_offline(olds, news) if _days(olds) is None and news.get("archive_after") is None else None

    async def _look_at_existing(self, olds: Properties, checked: Checked) -> Checked:
        inputs, before, after = checked.inputs, _days(olds), _days(checked.inputs)
        found = await self._services(olds).ledger.members(str(olds.get("series")))
        members = self._snapshots(held[-1]) if (held := _held(found, olds.get(OWNER_KEY) or "")) else ()
        now = self._regions.clock.now()
        failures = archive_violations(members, before, after, now) | _archived_retention(members, olds, inputs)
        if failures and inputs.get("preflight") == "error":
            return replace(checked, failures=failures)
        waiting = [info for info in members if after and not info.archived]
        shown = [info for info in waiting if after != before or is_past(info, after or 0, now)]
        facts = tuple(due_text(info, after or 0, now) for info in shown)
        return checked.with_notes(Notes(facts, tuple(failures.values())))

    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the old outputs with the checked inputs. If a snapshot is due for the archive, that is an update."""
        found = super().diff(olds, news)
        if not found.replaces and self._archives(olds, news):
            found.updates.append("category")
        return found

    def preview(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs that a preview can know before the snapshot is taken, updated or archived."""
        outputs = super().preview(olds, news)
        if not olds or not self._archives(olds, news):
            return outputs
        moving: dict[str, Any] = {name: UNKNOWN for name in ("instant_access", "last_modified_time") if name in outputs}
        return {**outputs, **moving, "category": "archive"}

    async def update(
        self, resource_id: str, olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Update the attributes, and archive what is due. Raises WaitTimeout and Rejected, too."""
        outputs = await super().update(resource_id, olds, news, operation)
        if not self._archives(outputs, news):
            return outputs
        info = await self._existing(news, resource_id)
        due = [each for each in self._snapshots(info) if is_due(each, _days(news) or 0, self._regions.clock.now())]
        operation.progress(f"archiving {', '.join(each.snapshot_id for each in due[:3])}")
        await self._region(news).archiver.archive(due, operation.timeout)
        await self._archive_history(news, operation, self._entry_of(resource_id, news))
        return outputs | self._outputs(news, await self._existing(news, resource_id))

    async def delete(self, resource_id: str, props: Properties, operation: Operation) -> None:
        """Retire the record, and begin to archive what is due in the history that stays."""
        entry = self._entry_of(resource_id, props)
        await super().delete(resource_id, props, operation)
        run = self._regions.run
        await self._archive_history(props, operation, run.successor(entry) or run.renamed_successor(entry) or entry)

    async def _archive_history(self, props: Properties, operation: Operation, entry: Entry) -> None:
        days = _days(props)
        if days is None:
            return
        members = await self._services(props).ledger.members(str(props.get("series")))
        mine = (held_by(entry.owner), let_go_by(entry.lineage))
        snapshots = [each for member in members if ownership_of(member) in mine for each in self._snapshots(member)]
        due = [each for each in snapshots if is_due(each, days, self._regions.clock.now()) and not each.encrypted]
        await self._region(props).archiver.begin_all(due, operation.tell)

    def _archives(self, olds: Properties, news: Properties) -> bool:
        """Tell whether an update archives the record. `olds` are its outputs."""
        days = _days(news)
        known = SnapshotInfo(
            snapshot_id="",
            status=str(olds.get("status", "accomplished")),
            creation_time=str(olds.get("creation_time") or ""),
            category=str(olds.get("category") or "standard"),
        )
        return days is not None and is_due(known, days, self._regions.clock.now())


def _held(members: Sequence[R], owner: str) -> list[R]:
    """Return the records that an entry of the state holds, oldest first. Records of release 0.1.0 have no owner."""
    mine = [each for each in members if ownership_of(each).held and not each.failed]
    return [each for each in mine if not owner or ownership_of(each).owner == owner]


def _days(props: Properties) -> int | None:
    return whole(props.get("archive_after"))


def _short_retention(inputs: Properties) -> dict[str, str]:
    """Return why the retention is too short for an archive. ECS needs 14 days as standard and 60 as archive."""
    days, kept = _days(inputs), whole(inputs.get("retention_days"))
    if days is None or kept is None:
        return {}
    if kept < MINIMUM_RETENTION_DAYS:
        return {
            "retention_days": f"must be at least {MINIMUM_RETENTION_DAYS} with archive_after, got {kept}, since ECS "
            f"archives after 14 days and for {BILLED_DAYS} days at least: raise it, or remove archive_after"
        }
    if days >= kept:
        return {
            "archive_after": f"must be less than retention_days {kept}, got {days}, since ECS deletes the snapshot "
            "then: lower it, or raise retention_days"
        }
    return {}


def _archived_retention(members: Sequence[SnapshotInfo], olds: Properties, inputs: Properties) -> dict[str, str]:
    archived = next((info for info in members if info.archived), None)
    old, new = whole(olds.get("retention_days")), whole(inputs.get("retention_days"))
    if archived is None or old == new or old is None:
        return {}
    return {
        "retention_days": f"cannot grow from {old} to {new}: snapshot {archived.snapshot_id} is archived, and ECS does "
        f"not extend the retention of an archive. Set {old} as before, or change triggers to take a new snapshot"
    }


def _archive_plan(inputs: Properties) -> Notes:
    days, kept = _days(inputs), whole(inputs.get("retention_days"))
    if days is None:
        return Notes()
    facts = (f"archived by the first `pulumi up` that is {days} days later: {CONSEQUENCES}",)
    if kept is None or kept >= days + BILLED_DAYS:
        return Notes(facts)
    warning = (
        f"retention_days {kept} ends the archive after {kept - days} days, and ECS bills {BILLED_DAYS}: "
        f"raise it to {days + BILLED_DAYS}, or lower archive_after"
    )
    return Notes(facts, (warning,))
