"""The life cycle of `DiskRollback`, from check to delete."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ..ecs.models import SnapshotInfo
from ..ecs.wire_format import whole, written_moment
from ..errors import NotFound, Permanent, Retryable
from ..nouns.defaults import with_defaults
from ..nouns.fields import Change, changed, check_fields, plain
from ..nouns.keep_fields import keep_of
from ..nouns.noun import Checked, Difference, Notes, Noun, Operation
from ..nouns.preview import unchecked_warning
from ..nouns.property_values import UNKNOWN, Properties, contains_unknown
from ..region import Region
from ..snapshots.noun import show_progress
from .fields import DEFAULT_KEEP_LAST, DISK_ROLLBACK_FIELDS
from .preflight import rollback_facts, rollback_violations, rollback_warnings, survey_rollback
from .rollback import Rollback, RollbackSpec, SafetyRecord
from .safety_snapshots import SafetySnapshots

_SAFETY = ("safety_snapshot_id", "safety_snapshot_ids", "safety_snapshot_group_id")
_OUTCOME = ("rolled_back_to", "rolled_back_at", *_SAFETY)
_TARGETS = ("disk_id", "snapshot_id", "snapshot_ids")
_TRIGGERING = tuple(field for field in DISK_ROLLBACK_FIELDS if field.name in {*_TARGETS, "triggers"})
UNKNOWN_LOSS = "EVERYTHING written to the disk after the snapshot was taken is lost by the rollback"


class DiskRollbackResource(Noun):
    """A rollback that a stack declares. ECS keeps no record of it, so it cannot drift."""

    fields = DISK_ROLLBACK_FIELDS
    id_output = "disk_id"

    def id_of(self, outputs: Properties) -> str:
        """Return the ids of the disks, joined by commas."""
        return ",".join(_disk_ids(outputs))

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Add the defaults and check the inputs. ECS is asked only if these inputs roll a disk back."""
        inputs = with_defaults(self.fields, olds, news, region_input="region", region=self._settings.region)
        failures = _choice_failures(inputs) | check_fields(self.fields, inputs)
        failures |= self._clash(news, str(inputs.get("region") or ""))
        if failures or not _rolls_back(olds, inputs):
            return Checked(inputs, failures)
        if any(contains_unknown(inputs.get(name)) for name in (*_TARGETS, "region", "series")):
            return Checked(inputs, {}, Notes(warnings=(UNKNOWN_LOSS,)))
        if inputs["preflight"] == "off":
            return Checked(inputs, {}, Notes(warnings=tuple(rollback_warnings(_spec(inputs, Operation()), None))))
        return await self._preflight(inputs)

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        spec = _spec(inputs, Operation())
        try:
            situation = await survey_rollback(self._region(inputs), spec)
            kept = await SafetySnapshots(self._region(inputs), spec).preview()
        except Retryable as error:
            warnings = (unchecked_warning(error), *rollback_warnings(spec, None))
            return Checked(inputs, {}, Notes(warnings=warnings))
        failures = rollback_violations(situation)
        warnings = (*rollback_warnings(spec, situation.snapshot), *failures.values())
        return self._verdict(inputs, failures, [*rollback_facts(situation), *kept], warnings)

    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the old outputs with the checked inputs. Other disks replace the resource."""
        replaces = changed(self.fields, olds, news, Change.REPLACE)
        updates = changed(self.fields, olds, news, Change.UPDATE)
        if "snapshot_ids" in updates and _are_other_disks(olds.get("snapshot_ids"), news.get("snapshot_ids")):
            updates.remove("snapshot_ids")
            replaces.append("snapshot_ids")
        return Difference(replaces, updates)

    def preview(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs that are known before the create or the update."""
        if _rolls_back(olds, news):
            return {**news, **dict.fromkeys(_OUTCOME, UNKNOWN), **dict.fromkeys(_unused_outputs(news))}
        return {**news, **_outcome(olds)}

    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Roll the disks back, or finish what an earlier run began, and return the outputs."""
        region, spec = self._region(inputs), _spec(inputs, operation)
        snapshots = await _existing(region, spec)
        safety = await Rollback(region, spec).run()
        return {
            **inputs,
            "rolled_back_to": min(snapshot.creation_time for snapshot in snapshots),
            "rolled_back_at": written_moment(region.clock.now()),
            **_safety_outputs(spec, safety),
        }

    async def read(self, resource_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the outputs unchanged: later writes to the disks are no drift. None if all disks are gone."""
        if not any(name in props for name in _TARGETS[1:]):
            raise Permanent(
                f"a rollback of disk {resource_id} cannot be read: it is an act, and ECS keeps no record of it",
                remedy="Declare the DiskRollback, which rolls the disk back.",
            )
        disk_ids = _disk_ids(props)
        found = {disk.disk_id for disk in await self._region(props).client.disks_by_id(disk_ids)}
        for disk_id in disk_ids:
            if disk_id not in found:
                operation.tell(f"disk {disk_id} is gone, and its rollback with it")
        return dict(props) if found else None

    async def update(self, _disk_id: str, olds: Properties, news: Properties, operation: Operation) -> dict[str, Any]:
        """Roll the disks back if the snapshots or `triggers` changed. Other inputs count for the next rollback."""
        if _rolls_back(olds, news):
            return await self.create(news, operation)
        return {**news, **_outcome(olds)}

    async def delete(self, _resource_id: str, props: Properties, operation: Operation) -> None:
        """Change nothing in the cloud. `operation.tell` is called with the safety snapshots that stay."""
        spec = _spec(props, operation)
        members = await SafetySnapshots(self._region(props), spec).members()
        named = ", ".join(member.record_id for member in members) or "none"
        stay, kind = ("stay as they are", "snapshot groups") if spec.grouped else ("stays as it is", "snapshots")
        operation.tell(f"{spec.disks} {stay}; safety {kind} that stay until you delete them: {named}")

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get("region") or "")))


def _rolls_back(olds: Properties, news: Properties) -> bool:
    """Tell whether the change from `olds` to `news` rolls the disks back."""
    return not olds or any(changed(_TRIGGERING, olds, news, change) for change in (Change.REPLACE, Change.UPDATE))


def _outcome(outputs: Properties) -> dict[str, Any]:
    return {name: outputs[name] for name in _OUTCOME if name in outputs}


async def _existing(region: Region, spec: RollbackSpec) -> list[SnapshotInfo]:
    """Return the snapshots of the rollback. Raises NotFound before anything is changed."""
    found = await asyncio.gather(*map(region.snapshots.get, spec.targets.values()))
    for snapshot_id, snapshot in zip(spec.targets.values(), found, strict=True):
        if snapshot is None:
            left, named = ("disks were", "snapshot_ids") if spec.grouped else ("disk was", "snapshot_id")
            raise NotFound(
                f"snapshot {snapshot_id} is not in region {region.name}, so the {left} left as "
                f"{'they are' if spec.grouped else 'it is'}",
                remedy=f"Correct {named}, or set region to the disk's own.",
            )
    return [snapshot for snapshot in found if snapshot]


def _safety_outputs(spec: RollbackSpec, safety: SafetyRecord | None) -> dict[str, Any]:
    none: dict[str, Any] = dict.fromkeys(_SAFETY)
    if safety is None:
        return none
    if not spec.grouped:
        return none | {"safety_snapshot_id": safety.record_id}
    return none | {"safety_snapshot_ids": dict(safety.snapshot_ids), "safety_snapshot_group_id": safety.record_id}


def _unused_outputs(inputs: Properties) -> tuple[str, ...]:
    """Return the outputs that stay empty: one disk has no group, and several disks have no single snapshot."""
    return _SAFETY[:1] if inputs.get("snapshot_ids") else _SAFETY[1:]


def _disk_ids(props: Properties) -> list[str]:
    return sorted(props.get("snapshot_ids") or [str(props.get("disk_id"))])


def _are_other_disks(old: Any, new: Any) -> bool:
    """Tell whether the disks differ. Unknown ones count as the same."""
    if old is UNKNOWN or new is UNKNOWN:
        return False
    before, after = (set(value) if isinstance(value, Mapping) else set() for value in (old, new))
    return before != after


def _choice_failures(inputs: Properties) -> dict[str, str]:
    disk, snapshot, several = (inputs.get(name) for name in _TARGETS)
    if several and (disk or snapshot):
        beside = "disk_id" if disk else "snapshot_id"
        return {"snapshot_ids": f"must not stand beside {beside}: remove the one or the other"}
    if several or (disk and snapshot):
        return {}
    if disk:
        return {"snapshot_id": "is required beside disk_id: name the snapshot to roll it back to"}
    if snapshot:
        return {"disk_id": "is required beside snapshot_id: name the disk to roll back"}
    return {"disk_id": "is required: name a disk and its snapshot_id, or give snapshot_ids for several disks"}


def _spec(inputs: Properties, operation: Operation) -> RollbackSpec:
    return RollbackSpec(
        disk_id=inputs.get("disk_id") or "",
        snapshot_id=inputs.get("snapshot_id") or "",
        snapshot_ids=inputs.get("snapshot_ids") or {},
        series=inputs["series"],
        declared=True,
        triggers=plain(inputs.get("triggers")),
        stop_instance=bool(inputs.get("stop_instance")),
        safety_snapshot=bool(inputs.get("safety_snapshot", True)),
        keep_last=whole(inputs.get("keep_last")) or DEFAULT_KEEP_LAST,
        keep=keep_of(inputs),
        timeout=operation.timeout,
        progress=show_progress(operation),
        tell=operation.tell,
    )
