"""The life cycle of `SnapshotLock`, from check to delete."""

from __future__ import annotations

from typing import Any

from ..ecs.models import LockInfo
from ..ecs.wire_format import whole
from ..errors import Locked, Retryable
from ..nouns.defaults import defaulted
from ..nouns.fields import Change, changed, check_fields
from ..nouns.lifecycle import no_such_record
from ..nouns.noun import Checked, Difference, Notes, Noun, Operation
from ..nouns.preview import unchecked_warning
from ..nouns.property_values import UNKNOWN, Properties, contains_unknown
from ..region import SECOND_LOOK, Region
from .fields import DEFAULT_COOL_OFF_PERIOD, SNAPSHOT_LOCK_FIELDS
from .lock import HOURS_A_DAY, apply_lock, lock_violations, lock_warning

_FROM_ECS = tuple(field.name for field in SNAPSHOT_LOCK_FIELDS if hasattr(LockInfo, field.name))
_LOCKING = tuple(
    field for field in SNAPSHOT_LOCK_FIELDS if field.name in {"snapshot_id", "lock_duration", "cool_off_period"}
)


class SnapshotLockResource(Noun):
    """A lock that a stack declares."""

    fields = SNAPSHOT_LOCK_FIELDS
    id_output = "snapshot_id"

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Add the defaults and check the inputs. ECS is asked only if these inputs set or change the lock."""
        inputs = defaulted(self.fields, olds, news, region_input="region", region=self._settings.region)
        failures = check_fields(self.fields, inputs)
        if failures or any(contains_unknown(inputs.get(field.name)) for field in _LOCKING):
            return Checked(inputs, failures)
        if _hours(inputs) > HOURS_A_DAY * int(inputs["lock_duration"]):
            reason = f"must not be longer than the lock, got {_hours(inputs)} hours for {inputs['lock_duration']} days"
            return Checked(inputs, {"cool_off_period": f"{reason}: lower it"})
        if not _sets_lock(olds, inputs):
            return Checked(inputs, {})
        return await self._preflight(inputs)

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        region, snapshot_id, wanted = self._region(inputs), inputs["snapshot_id"], _wanted(inputs)
        warning = lock_warning(snapshot_id, **wanted)
        if inputs["preflight"] == "off":
            return Checked(inputs, {}, Notes(warnings=(warning,)))
        try:
            snapshot, lock = await region.snapshots.get(snapshot_id), await region.client.lock_of(snapshot_id)
        except Retryable as error:
            return Checked(inputs, {}, Notes(warnings=(unchecked_warning(error), warning)))
        failures = lock_violations(snapshot, lock, **wanted)
        return self._verdict(inputs, failures, (), [warning, *failures.values()])

    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the old outputs with the checked inputs."""
        replaces = changed(self.fields, olds, news, Change.REPLACE)
        return Difference(replaces, changed(self.fields, olds, news, Change.UPDATE))

    def preview(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs that are known before the create or the update."""
        outputs = {field.name for field in self.fields if not field.is_input}
        kept = {} if _sets_lock(olds, news) else {name: olds[name] for name in outputs & olds.keys()}
        return {**dict.fromkeys(outputs, UNKNOWN), "lock_mode": "compliance", **kept, **news}

    async def create(self, inputs: Properties, _operation: Operation) -> dict[str, Any]:
        """Lock the snapshot, unless it already has the declared lock, and return the outputs."""
        lock = await apply_lock(self._region(inputs).client, inputs["snapshot_id"], **_wanted(inputs))
        return {**inputs, **_lock_outputs(lock)}

    async def read(self, snapshot_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the current outputs; None only if ECS, asked twice, lists no lock.

        Raises NotFound for an import or a `get` of a snapshot without a lock.
        """
        region = self._region(props)
        lock = await region.client.lock_of(snapshot_id)
        if lock is None:
            await region.clock.sleep(SECOND_LOOK)
            lock = await region.client.lock_of(snapshot_id)
        if lock is None and not props.get("lock_mode"):
            raise no_such_record(f"lock of snapshot {snapshot_id}", region)
        if lock is None:
            operation.tell(f"snapshot {snapshot_id} is not locked any more: the next `pulumi up` locks it again")
            return None
        known = {name: value for name, value in props.items() if name != "series"}
        return {"region": region.name, **known, **_lock_outputs(lock)}

    async def update(
        self, _snapshot_id: str, _olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Change the lock during its cool-off, or extend it afterwards."""
        return await self.create(news, operation)

    async def delete(self, snapshot_id: str, props: Properties, operation: Operation) -> None:
        """Remove the lock during its cool-off. Afterwards raise Locked, unless `leave_locked` is set."""
        client = self._region(props).client
        lock = await client.lock_of(snapshot_id)
        if lock is not None and lock.can_be_undone:
            await client.unlock_snapshot(snapshot_id)
        elif lock is not None and lock.holds:
            _leave_locked(lock, props, operation)

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get("region") or "")))


def _leave_locked(lock: LockInfo, props: Properties, operation: Operation) -> None:
    stays = f"snapshot {lock.snapshot_id} stays locked until {lock.lock_expired_time}"
    if not props.get("leave_locked"):
        raise Locked(
            f"{stays}: the cool-off ended at {lock.cool_off_period_expired_time}, and nobody can unlock it",
            remedy="Wait until then, or set leave_locked = True and run `pulumi up`: destroying then leaves the lock.",
        )
    operation.tell(f"{stays}, and is billed until it is deleted after that")


def _sets_lock(olds: Properties, news: Properties) -> bool:
    """Tell whether the change from `olds` to `news` sets or changes the lock."""
    return not olds or any(changed(_LOCKING, olds, news, change) for change in (Change.REPLACE, Change.UPDATE))


def _hours(inputs: Properties) -> int:
    hours = whole(inputs.get("cool_off_period"))
    return DEFAULT_COOL_OFF_PERIOD if hours is None else hours


def _wanted(inputs: Properties) -> dict[str, int]:
    return {"lock_duration": int(inputs["lock_duration"]), "cool_off_period": _hours(inputs)}


def _lock_outputs(lock: LockInfo) -> dict[str, Any]:
    return {name: getattr(lock, name) for name in _FROM_ECS}
