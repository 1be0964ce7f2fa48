"""`Snapshot`: one snapshot of one disk, from check to delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..ecs.models import SnapshotInfo
from ..freezes.preflight import run_freeze_preflight
from ..ledger.intent import Intent
from ..nouns.lifecycle import recorded_outputs
from ..nouns.noun import Checked, Operation
from ..nouns.property_values import Properties
from .archive import encrypted_text
from .fields import SNAPSHOT_FIELDS
from .noun import SnapshotNoun, attributes_of, common_spec, consequences, failed, required_window, window_of
from .plan import automatic_facts, plan_facts, plan_warnings
from .preflight import run_preflight
from .spec import SnapshotSpec


class SnapshotResource(SnapshotNoun):
    """The life cycle of a `Snapshot`."""

    fields = SNAPSHOT_FIELDS
    repeated: ClassVar[Mapping[str, str]] = {"source_disk_id": "disk_id", "region_id": "region"}

    def adoption_tags(self, news: Properties) -> dict[str, str]:
        """Return the tags for an existing snapshot. With them, the next create with these inputs adopts it."""
        inputs = self._with_defaults({}, news)
        first = Intent(inputs["series"], self._replace_inputs(inputs), generation=1)
        return {**attributes_of(inputs).tags, **first.tags()}

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        spec = self._spec(inputs, Operation())
        situation, reasons = await run_preflight(self._region(inputs).surveyor, spec)
        freeze = await run_freeze_preflight(self._region(inputs), spec.freeze, [situation])
        failures = failed({"disk_id": reasons, "freeze": freeze.reasons})
        if inputs.get("archive_after") and situation.disk and situation.disk.encrypted:
            failures["archive_after"] = encrypted_text(f"disk {situation.disk_id}")
        if situation.disk is None:
            return self._verdict(inputs, failures, (), reasons)
        facts = plan_facts(situation, situation.disk, self._preferences.price)
        facts += automatic_facts(situation, spec.min_age)
        covered = self._regions.run.covered
        others = [
            *freeze.warnings,
            *plan_warnings(
                situation, situation.disk, window_of(inputs), covered, refused=bool(required_window(inputs))
            ),
        ]
        warnings = [*failures.values(), *others, *consequences(inputs)]
        return self._verdict(inputs, failures, [*facts, *freeze.facts], warnings)

    def _spec(self, inputs: Properties, operation: Operation) -> SnapshotSpec:
        return SnapshotSpec(
            disk_id=inputs["disk_id"],
            attributes=attributes_of(inputs),
            replace_inputs=self._replace_inputs(inputs),
            **common_spec(inputs, operation),
        )

    def _outputs(self, props: Properties, info: SnapshotInfo) -> dict[str, Any]:
        return snapshot_outputs(props, info)


def snapshot_outputs(props: Properties, info: SnapshotInfo) -> dict[str, Any]:
    """Return the outputs: the inputs that ECS does not know, and the values of ECS."""
    return {
        **recorded_outputs(SNAPSHOT_FIELDS, props, info),
        "disk_id": info.source_disk_id or props.get("disk_id"),
    }
