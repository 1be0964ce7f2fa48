"""The life cycle of `SnapshotSet`, from check to delete."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..ecs.models import SnapshotInfo
from ..freezes.preflight import run_freeze_preflight
from ..ledger.ownership import OWNER_KEY
from ..nouns.defaults import sorted_lists
from ..nouns.noun import Checked, Operation
from ..nouns.property_values import Properties
from ..snapshots.archive_noun import ArchivingNoun
from ..snapshots.drift import drift_notes, set_drift_notes, set_loss_note
from ..snapshots.noun import attributes_of, common_spec, consequences, failed, window_warnings
from .create import SetSpec, SnapshotSets
from .fields import SNAPSHOT_SET_FIELDS
from .preflight import set_facts, set_violations, survey_set
from .records import SnapshotSetInfo
from .selection import Selection

_CHOOSERS = ("disk_ids", "instance_id", "disk_tags")


class SnapshotSetResource(ArchivingNoun[SnapshotSetInfo, SetSpec]):
    """A set that a stack declares. ECS has no sets: the tags of the members make one."""

    fields = SNAPSHOT_SET_FIELDS
    id_output = "snapshot_set_id"
    repeated: ClassVar[Mapping[str, str]] = {}

    def _with_defaults(self, olds: Properties, news: Properties) -> dict[str, Any]:
        return sorted_lists(super()._with_defaults(olds, news), "disk_ids", "exclude_disk_ids")

    def _failures(self, olds: Properties, inputs: Properties) -> dict[str, str]:
        return _choice_failures(inputs) | super()._failures(olds, inputs)

    def _snapshots(self, info: SnapshotSetInfo) -> Sequence[SnapshotInfo]:
        return info.members

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        spec = self._spec(inputs, Operation())
        situation = await survey_set(self._region(inputs), spec)
        freeze = await run_freeze_preflight(self._region(inputs), spec.freeze, situation.each)
        failures = set_violations(situation) | failed({"freeze": freeze.reasons})
        facts = [*set_facts(situation, self._preferences.price), *freeze.facts]
        outside = window_warnings(inputs, self._regions.clock.now())
        warnings = [*failures.values(), *freeze.warnings, *outside, *consequences(inputs)]
        return self._verdict(inputs, failures, facts, warnings)

    def _spec(self, inputs: Properties, operation: Operation) -> SetSpec:
        return SetSpec(
            selection=Selection(
                disk_ids=inputs.get("disk_ids") or (),
                instance_id=inputs.get("instance_id"),
                disk_tags=inputs.get("disk_tags") or {},
                exclude_disk_ids=inputs.get("exclude_disk_ids") or (),
            ),
            attributes=attributes_of(inputs),
            replace_inputs=self._replace_inputs(inputs),
            require_stopped=bool(inputs.get("require_stopped")),
            archived=bool(inputs.get("archive_after")),
            **common_spec(inputs, operation),
        )

    def _services(self, props: Properties) -> SnapshotSets:
        return self._region(props).sets

    async def _find(self, resource_id: str, props: Properties) -> SnapshotSetInfo | None:
        # The ids of the state decide: another set may have got the same series and generation.
        ids = [str(each) for each in (props.get("snapshot_ids") or {}).values()]
        if not ids:
            return await self._services(props).records.owned(resource_id, str(props.get(OWNER_KEY) or ""))
        found = await asyncio.gather(*map(self._region(props).snapshots.get, ids))
        members = [each for each in found if each]
        return (
            SnapshotSetInfo(str(props.get("series")), int(props.get("generation") or 0), members) if members else None
        )

    def _outputs(self, props: Properties, info: SnapshotSetInfo) -> dict[str, Any]:
        # A member that drifted comes first and stands for the set, so that the next update corrects it.
        drifted = next((member for member in info.members if drift_notes(props, member)), None)
        return super()._outputs(props, info.with_first(drifted) if drifted else info)

    def _drift(self, before: Properties, info: SnapshotSetInfo) -> list[str]:
        return set_drift_notes(before, info)

    async def _loss(self, resource_id: str, _before: Properties) -> str:
        return set_loss_note(resource_id)


def _choice_failures(inputs: Properties) -> dict[str, str]:
    given = [name for name in _CHOOSERS if inputs.get(name)]
    if not given:
        return {"disk_ids": "is required: name the disks, or give instance_id or disk_tags"}
    if len(given) > 1:
        return {given[0]: f"must not stand beside {' and '.join(given[1:])}: choose the disks in one way"}
    if given == ["disk_ids"] and inputs.get("exclude_disk_ids"):
        return {"exclude_disk_ids": "needs instance_id or disk_tags: name fewer disk_ids instead"}
    return {}
