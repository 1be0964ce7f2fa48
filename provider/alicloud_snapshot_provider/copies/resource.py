"""The life cycle of `SnapshotCopy`, from check to delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..ecs.models import SnapshotInfo
from ..ledger.ownership import OWNER_KEY, held_by
from ..nouns.noun import Checked, Operation
from ..nouns.property_values import Properties
from ..snapshots.archive import encrypted_text
from ..snapshots.noun import SnapshotNoun, attributes_of, consequences, show_progress
from .fields import SNAPSHOT_COPY_FIELDS
from .preflight import copy_facts, copy_violations, survey_copy
from .spec import CopySpec


class SnapshotCopyResource(SnapshotNoun):
    """A copy that a stack declares. It is in the destination region, and its series is recorded there."""

    fields = SNAPSHOT_COPY_FIELDS
    default_region = "source_region"
    home_region = "destination_region"
    repeated: ClassVar[Mapping[str, str]] = {"source_region_id": "source_region", "region_id": "destination_region"}

    def _with_defaults(self, olds: Properties, news: Properties) -> dict[str, Any]:
        inputs = super()._with_defaults(olds, news)
        inputs.setdefault("description", "copied from another region")  # CopySnapshot requires one
        return inputs

    def _failures(self, olds: Properties, inputs: Properties) -> dict[str, str]:
        failures = super()._failures(olds, inputs)
        source, destination = inputs.get("source_region"), inputs.get("destination_region")
        if isinstance(source, str) and source == destination:
            failures.setdefault(
                "destination_region",
                f"must not be the snapshot's own region {source}, since ECS copies between regions only: "
                "name another region",
            )
        if inputs.get("kms_key_id") and inputs.get("encrypted") is False:
            failures.setdefault("kms_key_id", "needs encrypted = True: set it, or remove the key")
        if inputs.get("encrypted") is True and inputs.get("archive_after"):
            failures.setdefault("archive_after", encrypted_text("the copy"))
        return failures

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        situation = await survey_copy(self._spec(inputs, Operation()), self._region(inputs))
        failures = copy_violations(situation)
        facts = copy_facts(situation, self._preferences.price)
        return self._verdict(inputs, failures, facts, [*failures.values(), *consequences(inputs)])

    def _spec(self, inputs: Properties, operation: Operation) -> CopySpec:
        return CopySpec(
            source=self._regions.of(self._settings.in_region(inputs["source_region"])),
            original_id=inputs["source_snapshot_id"],
            encrypted=bool(inputs.get("encrypted")),
            kms_key_id=inputs.get("kms_key_id"),
            attributes=attributes_of(inputs),
            replace_inputs=self._replace_inputs(inputs),
            timeout=operation.timeout,
            on_begun=operation.on_begun,
            ownership=held_by(inputs.get(OWNER_KEY, "")),
            progress=show_progress(operation),
        )

    def _outputs(self, props: Properties, info: SnapshotInfo) -> dict[str, Any]:
        # If an alias declares the key, ECS shows the id of the key instead.
        return super()._outputs(props, info) | {"kms_key_id": props.get("kms_key_id") or info.kms_key_id}
