"""`DiskRollback`: a disk goes back to one of its snapshots, as a declared act."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..ecs.models import whole
from ..errors import NotFound, Permanent, Retryable
from ..lifecycle.region import Region
from ..lifecycle.rollback import Act, Rollback
from ..lifecycle.rollback_preflight import (
    rollback_facts,
    rollback_violations,
    rollback_warnings,
    survey_rollback,
)
from .disk_rollback_fields import DEFAULT_KEEP_LAST, DISK_ROLLBACK_FIELDS
from .fields import Change, changed, check_fields, plain
from .noun import Checked, Difference, Notes, Noun, Operation
from .snapshot_defaults import with_defaults
from .snapshot_noun import shown_by
from .values import UNKNOWN, Properties, contains_unknown

_OUTCOME = ("rolled_back_to", "rolled_back_at", "safety_snapshot_id")
_ACTING = tuple(field for field in DISK_ROLLBACK_FIELDS if field.name in {"disk_id", "snapshot_id", "triggers"})
UNKNOWN_LOSS = "EVERYTHING written to the disk after the snapshot was taken is lost by the rollback"


class DiskRollbackResource(Noun):
    """The act and its record in the state. ECS keeps nothing of it, so there is nothing that can drift."""

    fields = DISK_ROLLBACK_FIELDS
    id_output = "disk_id"

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Fill in defaults and judge the inputs; the cloud is asked where the disk is about to be rolled back."""
        inputs = with_defaults(self.fields, olds, news, region_input="region", region=self._settings.region)
        failures = check_fields(self.fields, inputs)
        if failures or not _acts(olds, inputs):
            return Checked(inputs, failures)
        if any(contains_unknown(inputs.get(name)) for name in ("disk_id", "snapshot_id", "region", "series")):
            return Checked(inputs, {}, Notes(warnings=(UNKNOWN_LOSS,)))
        if inputs["preflight"] == "off":
            return Checked(inputs, {}, Notes(warnings=tuple(rollback_warnings(_act(inputs, Operation()), None))))
        return await self._preflight(inputs)

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        act = _act(inputs, Operation())
        try:
            situation = await survey_rollback(self._region(inputs), act)
        except Retryable as error:
            warnings = (f"could not look ahead: {error.problem}", *rollback_warnings(act, None))
            return Checked(inputs, {}, Notes(warnings=warnings))
        failures = rollback_violations(situation)
        if failures and inputs["preflight"] == "error":
            return Checked(inputs, failures)
        warnings = (*rollback_warnings(act, situation.snapshot), *failures.values())
        return Checked(inputs, {}, Notes(tuple(rollback_facts(situation)), warnings))

    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the outputs before with the checked inputs."""
        replaces = changed(self.fields, olds, news, Change.REPLACE)
        return Difference(replaces, changed(self.fields, olds, news, Change.UPDATE))

    def foresee(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs as far as they are known before the rollback, or before an update without one."""
        if _acts(olds, news):
            return {**news, **dict.fromkeys(_OUTCOME, UNKNOWN)}
        return {**news, **_outcome(olds)}

    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Roll the disk back, or bring to its end what an earlier run did, and return the outputs."""
        region = self._region(inputs)
        snapshot = await region.snapshots.get(inputs["snapshot_id"])
        if snapshot is None:
            raise NotFound(
                f"snapshot {inputs['snapshot_id']} is not in region {region.name}, so the disk was left as it is",
                remedy="Correct snapshot_id, or set region to the disk's own.",
            )
        safety = await Rollback(region, _act(inputs, operation)).run()
        return {
            **inputs,
            "rolled_back_to": snapshot.creation_time,
            "rolled_back_at": datetime.fromtimestamp(region.clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "safety_snapshot_id": safety.snapshot_id if safety else None,
        }

    async def read(self, disk_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the outputs as they are: what was written to the disk since is no drift. None where it is gone."""
        if "snapshot_id" not in props:
            raise Permanent(
                f"a rollback of disk {disk_id} cannot be read: it is an act, of which ECS keeps nothing",
                remedy="Declare the DiskRollback, which rolls the disk back.",
            )
        if await self._region(props).client.disks_by_id([disk_id]):
            return dict(props)
        operation.tell(f"disk {disk_id} is gone, and its rollback with it")
        return None

    async def update(self, _disk_id: str, olds: Properties, news: Properties, operation: Operation) -> dict[str, Any]:
        """Roll the disk back where snapshot_id or triggers changed; anything else is for the next rollback."""
        if _acts(olds, news):
            return await self.create(news, operation)
        return {**news, **_outcome(olds)}

    async def delete(self, disk_id: str, props: Properties, operation: Operation) -> None:
        """Change nothing in the cloud: an act cannot be taken back. `operation.tell` hears so, and what stays."""
        members = await self._region(props).ledger.members(str(props.get("series")))
        named = ", ".join(member.record_id for member in members) or "none"
        operation.tell(f"disk {disk_id} stays as it is; safety snapshots that stay until you delete them: {named}")

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get("region") or "")))


def _acts(olds: Properties, news: Properties) -> bool:
    """Tell whether these inputs roll the disk back, in place of those before."""
    return not olds or any(changed(_ACTING, olds, news, change) for change in (Change.REPLACE, Change.UPDATE))


def _outcome(outputs: Properties) -> dict[str, Any]:
    return {name: outputs[name] for name in _OUTCOME if name in outputs}


def _act(inputs: Properties, operation: Operation) -> Act:
    return Act(
        disk_id=inputs["disk_id"],
        snapshot_id=inputs["snapshot_id"],
        series=inputs["series"],
        triggers=plain(inputs.get("triggers")),
        stop_instance=bool(inputs.get("stop_instance")),
        safety_snapshot=bool(inputs.get("safety_snapshot", True)),
        keep_last=whole(inputs.get("keep_last")) or DEFAULT_KEEP_LAST,
        timeout=operation.timeout,
        progress=shown_by(operation),
        tell=operation.tell,
    )
