"""The life cycle of `SnapshotGroup`, from check to delete."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from ..ecs.models import SnapshotGroupInfo, SnapshotInfo
from ..freezes.preflight import run_freeze_preflight
from ..ledger.ownership import belongs_to_another
from ..nouns.defaults import sorted_lists
from ..nouns.lifecycle import RecordedNoun
from ..nouns.noun import Checked, Operation
from ..nouns.property_values import Properties
from ..region import SECOND_LOOK
from ..snapshots.drift import group_drift_notes, group_loss_note
from ..snapshots.noun import attributes_of, common_spec, consequences, failed, window_warnings
from ..snapshots.spec import RecordSpec
from .create import GroupSpec, SnapshotGroups
from .fields import SNAPSHOT_GROUP_FIELDS
from .preflight import group_facts, group_violations, survey_group


class SnapshotGroupResource(RecordedNoun[SnapshotGroupInfo, RecordSpec]):
    """A group that a stack declares. The tags of the ledger are on the group, not on its members."""

    fields = SNAPSHOT_GROUP_FIELDS
    id_output = "snapshot_group_id"
    name_input = "snapshot_group_name"
    repeated: ClassVar[Mapping[str, str]] = {}

    def _with_defaults(self, olds: Properties, news: Properties) -> dict[str, Any]:
        return sorted_lists(super()._with_defaults(olds, news), "disk_ids", "exclude_disk_ids")

    def _failures(self, olds: Properties, inputs: Properties) -> dict[str, str]:
        return _choice_failures(inputs) | super()._failures(olds, inputs)

    async def delete(self, resource_id: str, props: Properties, operation: Operation) -> None:
        """Retire the group. If it is gone already, remove the members that ECS left behind because they were in use.

        Raises InUse with the images and disks that still use a snapshot.
        """
        left_behind = await self._left_behind(resource_id, props)
        await super().delete(resource_id, props, operation)
        remover = self._region(props).remover
        for member in left_behind:
            await remover.remove(member, force=bool(props.get("force_delete")))

    async def _left_behind(self, resource_id: str, props: Properties) -> list[SnapshotInfo]:
        """Return the members of a group that ECS, asked twice, does not list, without those that others hold."""
        kept = props.get("deletion_policy") == "retain" or self._is_anothers(resource_id, props)
        if kept or await self._is_listed(resource_id, props):
            return []
        ids = (props.get("snapshot_ids") or {}).values()
        found = await asyncio.gather(*map(self._region(props).snapshots.get, ids))
        return [each for each in found if each and not belongs_to_another(each, ())]

    async def _is_listed(self, resource_id: str, props: Properties) -> bool:
        records = self._services(props).records
        if await records.get(resource_id):
            return True
        await self._region(props).clock.sleep(SECOND_LOOK)
        return await records.get(resource_id) is not None

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        spec = self._spec(inputs, Operation())
        situation = await survey_group(self._region(inputs), spec)
        freeze = await run_freeze_preflight(self._region(inputs), spec.freeze, situation.each)
        reasons = group_violations(situation)
        failures = failed({_chooser(inputs): reasons, "freeze": freeze.reasons})
        facts = [*group_facts(situation, self._preferences.price), *freeze.facts]
        outside = window_warnings(inputs, self._regions.clock.now())
        warnings = [*reasons, *freeze.reasons, *freeze.warnings, *outside, *consequences(inputs)]
        return self._verdict(inputs, failures, facts, warnings)

    def _spec(self, inputs: Properties, operation: Operation) -> GroupSpec:
        return GroupSpec(
            disk_ids=inputs.get("disk_ids") or (),
            instance_id=inputs.get("instance_id"),
            exclude_disk_ids=inputs.get("exclude_disk_ids") or (),
            attributes=attributes_of(inputs, self.name_input),
            replace_inputs=self._replace_inputs(inputs),
            **common_spec(inputs, operation),
        )

    def _services(self, props: Properties) -> SnapshotGroups:
        return self._region(props).groups

    def _drift(self, before: Properties, info: SnapshotGroupInfo) -> list[str]:
        return group_drift_notes(before, info)

    async def _loss(self, resource_id: str, before: Properties) -> str:
        return group_loss_note(resource_id, before)


def _chooser(inputs: Properties) -> str:
    """Return the input that chooses the disks."""
    return "instance_id" if inputs.get("instance_id") else "disk_ids"


def _choice_failures(inputs: Properties) -> dict[str, str]:
    disks, instance = inputs.get("disk_ids"), inputs.get("instance_id")
    if disks and instance:
        return {"disk_ids": "must not stand beside instance_id: remove the one or the other"}
    if not disks and not instance:
        return {"disk_ids": "is required: name the disks, or give instance_id"}
    if disks and inputs.get("exclude_disk_ids"):
        return {"exclude_disk_ids": "needs instance_id, whose disks it leaves out: name fewer disk_ids instead"}
    return {}
