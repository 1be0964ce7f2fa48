"""`RestoreDrill`: a declared act that restores snapshots for a trial. If they are damaged, the `up` fails."""

from __future__ import annotations

from typing import Any

from ..errors import Permanent, Retryable
from ..nouns.defaults import with_defaults
from ..nouns.fields import Change, changed, check_fields
from ..nouns.noun import Checked, Difference, Notes, Noun, Operation
from ..nouns.property_values import UNKNOWN, Properties, contains_unknown
from ..region import Region
from .fields import RESTORE_DRILL_FIELDS, checks_of
from .preflight import drill_facts, drill_violations, drill_warnings, survey_drill
from .run import DrillRun
from .spec import DEFAULT_CATEGORY, Drill

_OUTCOME = ("verified_at", "verified_by", "verified_checks")
_TARGETS = ("snapshot_id", "snapshot_ids")
_ACTING = tuple(field for field in RESTORE_DRILL_FIELDS if field.name in {*_TARGETS, "triggers"})
UNKNOWN_FACT = (
    "restores the snapshots, which are not known yet, to temporary disks, checks these and deletes them: their hours "
    "are billed, and nothing of them stays"
)


class RestoreDrillResource(Noun):
    """The act, and its record in the state. What it proved stays true, so nothing can drift."""

    fields = RESTORE_DRILL_FIELDS
    id_output = "series"

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Fill in defaults and judge the inputs. If the drill is about to run, ask ECS, too."""
        inputs = with_defaults(self.fields, olds, news, region_input="region", region=self._settings.region)
        failures = _choice_failures(inputs) | check_fields(self.fields, inputs)
        if failures or not _acts(olds, inputs) or inputs["preflight"] == "off":
            return Checked(inputs, failures)
        judged = ("region", "series", "instance_id", "zone_id", "checks", *_TARGETS)
        if any(contains_unknown(inputs.get(name)) for name in judged):
            return Checked(inputs, {}, Notes((UNKNOWN_FACT,)))
        return await self._preflight(inputs)

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        try:
            situation = await survey_drill(self._region(inputs), _drill(inputs, Operation()))
        except Retryable as error:
            return Checked(inputs, {}, Notes(warnings=(f"could not look ahead: {error.problem}",)))
        failures = drill_violations(situation)
        if failures and inputs["preflight"] == "error":
            return Checked(inputs, failures)
        warnings = (*drill_warnings(situation), *failures.values())
        return Checked(inputs, {}, Notes(tuple(drill_facts(situation, self._preferences.price.currency)), warnings))

    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the outputs before with the checked inputs."""
        return Difference(
            changed(self.fields, olds, news, Change.REPLACE), changed(self.fields, olds, news, Change.UPDATE)
        )

    def preview(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs as far as they are known before the run."""
        if _acts(olds, news):
            return {**news, **dict.fromkeys(_OUTCOME, UNKNOWN)}
        return {**news, **_outcome(olds)}

    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Run the drill, and return the outputs. Raises DrillFailed if a check fails."""
        proven = await DrillRun(self._region(inputs), _drill(inputs, operation)).run()
        return {
            **inputs,
            "verified_at": proven.proof.at,
            "verified_by": proven.proof.by,
            "verified_checks": list(proven.checks),
        }

    async def read(self, resource_id: str, props: Properties, _operation: Operation) -> dict[str, Any] | None:
        """Return the outputs as they are: what was proven stays true."""
        if not props.get("verified_at"):
            raise Permanent(
                f"a restore drill {resource_id} cannot be read: it is an act, which ECS records only on the snapshots",
                remedy="Declare the RestoreDrill, which runs it.",
            )
        return dict(props)

    async def update(
        self, _resource_id: str, olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Run the drill again if the snapshots or triggers changed. Any other change counts from the next run on."""
        if _acts(olds, news):
            return await self.create(news, operation)
        return {**news, **_outcome(olds)}

    async def delete(self, _resource_id: str, props: Properties, operation: Operation) -> None:
        """Remove the disks of a dead run. The proof stays on the snapshots."""
        await DrillRun(self._region(props), _drill(props, operation)).clear()

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get("region") or "")))


def _acts(olds: Properties, news: Properties) -> bool:
    """Tell whether the new inputs run the drill."""
    return not olds or bool(changed(_ACTING, olds, news, Change.UPDATE))


def _outcome(outputs: Properties) -> dict[str, Any]:
    return {name: outputs[name] for name in _OUTCOME if name in outputs}


def _choice_failures(inputs: Properties) -> dict[str, str]:
    if inputs.get("snapshot_id") and inputs.get("snapshot_ids"):
        return {"snapshot_ids": "must not stand beside snapshot_id: remove the one or the other"}
    if not inputs.get("snapshot_id") and not inputs.get("snapshot_ids"):
        return {"snapshot_id": "is required: name the snapshot to restore, or give snapshot_ids for several"}
    if inputs.get("instance_id") and inputs.get("zone_id"):
        return {"zone_id": "must not stand beside instance_id, whose zone it is: remove it"}
    if inputs.get("checks") and not inputs.get("instance_id"):
        return {"checks": "need instance_id, which runs them: name a helper instance"}
    return {}


def _drill(inputs: Properties, operation: Operation) -> Drill:
    several = inputs.get("snapshot_ids") or {}
    return Drill(
        snapshot_ids=tuple(several[disk] for disk in sorted(several)) or (str(inputs.get("snapshot_id")),),
        series=inputs["series"],
        instance_id=inputs.get("instance_id") or "",
        zone_id=inputs.get("zone_id") or "",
        category=inputs.get("disk_category") or DEFAULT_CATEGORY,
        checks=checks_of(inputs) if inputs.get("instance_id") else (),
        tell=operation.tell,
        warn=operation.warn,
        step=operation.progress,
    )
