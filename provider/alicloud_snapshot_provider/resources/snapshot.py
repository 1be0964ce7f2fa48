"""`Snapshot`: one snapshot of one disk, from check to delete."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..ecs.models import SnapshotInfo, whole
from ..errors import NotFound, Retryable
from ..lifecycle.attributes import Attributes, converge
from ..lifecycle.drift import drift_notes, loss_note
from ..lifecycle.facts import plan_facts, plan_warnings
from ..lifecycle.intent import GENERATION_TAG, INTENT_TAG, SERIES_TAG, generation_of, user_tags
from ..lifecycle.preflight import look_ahead
from ..lifecycle.progress import progress_text
from ..lifecycle.region import Region
from ..lifecycle.retirement import RetirementRules
from ..lifecycle.wanted import Wanted
from ..lifecycle.window import Window, parse_window
from .durations import duration_seconds
from .fields import Change, changed, check_fields, plain
from .foresight import foreseen_new, foreseen_updated
from .noun import Checked, Difference, Notes, Noun, Operation
from .rules import is_name_character
from .snapshot_fields import DEFAULT_WAIT_UNTIL, SNAPSHOT_FIELDS
from .values import UNKNOWN, Properties, contains_unknown

_DERIVED_SERIES = re.compile(r"(?P<path>.+)#[0-9a-f]{10}")
SECOND_LOOK = 2.0
"""Seconds after which a snapshot that was not listed is looked for once more."""
UPDATE_PATIENCE = 3_600.0


class SnapshotResource(Noun):
    """The life cycle of one snapshot."""

    fields = SNAPSHOT_FIELDS
    id_output = "snapshot_id"

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Fill in defaults and judge the inputs. `olds` are the inputs before.

        `olds` are empty where a snapshot is about to be taken, for a new resource as for a replacement: only then
        the cloud is asked whether it can work.
        """
        inputs = _with_defaults(olds, news, self._settings.region)
        failures = check_fields(self.fields, inputs)
        shrinking = _shrinking_retention(olds, inputs)
        if shrinking and "retention_days" not in failures:
            failures["retention_days"] = shrinking
        if failures or olds or inputs.get("preflight") == "off" or any(map(contains_unknown, _judged(inputs))):
            return Checked(inputs, failures)
        return await self._preflight(inputs)

    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        try:
            situation, reasons = await look_ahead(self._region(inputs).surveyor, _wanted(inputs, Operation()))
        except Retryable as error:
            return Checked(inputs, {}, Notes(warnings=(f"could not look ahead: {error.problem}",)))
        if reasons and inputs.get("preflight") == "error":
            return Checked(inputs, {"disk_id": "; ".join(reasons)})
        if situation.disk is None:
            return Checked(inputs, {}, Notes(warnings=tuple(reasons)))
        facts = plan_facts(situation, situation.disk, self._preferences.price_per_gib_month)
        warnings = [*reasons, *plan_warnings(situation, situation.disk, _window(inputs)), *_consequences(inputs)]
        return Checked(inputs, {}, Notes(tuple(facts), tuple(warnings)))

    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the outputs before with the checked inputs.

        A failed snapshot is replaced, whatever the inputs; one that is not ready is updated, which waits for it.
        """
        replaces = changed(self.fields, olds, news, Change.REPLACE)
        updates = changed(self.fields, olds, news, Change.UPDATE)
        if olds.get("status") == "failed":
            replaces.append("status")
        elif not _ready(olds, news):
            updates.append("status")
        return Difference(replaces, updates)

    def foresee(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs as far as they are known before the snapshot is taken or updated.

        `olds` are the outputs before, empty for a new snapshot. What ECS decides is UNKNOWN, unless it stays.
        """
        if not olds:
            return foreseen_new(news)
        return foreseen_updated(olds, news, settled=_ready(olds, news))

    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Take the snapshot, or adopt the one that an earlier run began, and return the outputs."""
        region = self._region(inputs)
        info = await region.taker.take(_wanted(inputs, operation))
        return snapshot_outputs(inputs, info)

    async def hand_over(self, snapshot_id: str, inputs: Properties) -> dict[str, Any]:
        """Let a state hold a snapshot that is still being created, and return its outputs.

        The next `pulumi up` then resumes it by an update; a create no longer adopts it.
        """
        region = self._region(inputs)
        info = await self._existing(region, snapshot_id)
        await region.ledger.hand_over(snapshot_id)
        return snapshot_outputs(inputs, info)

    async def read(self, snapshot_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the outputs as ECS has them now; None only where ECS, asked twice, does not list the snapshot.

        `operation.tell` hears what drifted and what it means.
        """
        region = self._region(props)
        info = await region.snapshots.get(snapshot_id)
        if info is None:
            await region.clock.sleep(SECOND_LOOK)
            info = await region.snapshots.get(snapshot_id)
        if info is None:
            operation.tell(await loss_note(region.client, snapshot_id))
            return None
        for note in drift_notes(props, info):
            operation.tell(note)
        return snapshot_outputs(props, info)

    async def update(
        self, snapshot_id: str, _olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Bring the attributes to the inputs, and resume the wait where an earlier run left it."""
        region = self._region(news)
        info = await self._existing(region, snapshot_id)
        wanted = _wanted(news, operation)
        info = await region.taker.wait_ready(info, wanted)
        patience = operation.timeout or UPDATE_PATIENCE
        if await converge(region.client, region.clock, info, wanted.attributes, patience=patience):
            info = await self._existing(region, snapshot_id)
        return snapshot_outputs(news, info)

    async def delete(self, snapshot_id: str, props: Properties, operation: Operation) -> None:
        """Retire the snapshot: into the history of its series, or with the whole series, as the policies say.

        Raises InUse, naming the images and disks that hold a snapshot which has to go.
        """
        own = SnapshotInfo(snapshot_id, status="accomplished", tags={GENERATION_TAG: str(props.get("generation", 0))})
        rules = RetirementRules(
            keep_last=whole(props.get("keep_last")) or 1,
            deletion_policy=props.get("deletion_policy") or "delete",
            force_delete=bool(props.get("force_delete")),
        )
        await self._region(props).retirement.retire(own, str(props.get("series")), rules, operation.tell)

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get("region") or "")))

    async def _existing(self, region: Region, snapshot_id: str) -> SnapshotInfo:
        info = await region.snapshots.get(snapshot_id)
        if info is None:
            raise NotFound(
                f"snapshot {snapshot_id} does not exist in region {region.name}",
                remedy="Run `pulumi refresh`, then `pulumi up`: a new snapshot is taken.",
            )
        return info


def _with_defaults(olds: Properties, news: Properties, region: str) -> dict[str, Any]:
    inputs = {name: value for name, value in news.items() if value is not None}
    # A snapshot cannot move: where the program names no region, it stays where it was taken.
    inputs.setdefault("region", olds.get("region") or region)
    inputs["series"] = _series(olds.get("series"), inputs.get("series"))
    for name, default in _DEFAULTS.items():
        inputs.setdefault(name, default)
    inputs.setdefault("snapshot_name", _default_name(inputs["series"]))
    return {name: value for name, value in inputs.items() if value not in (None, "")}


_DEFAULTS = {field.name: field.default for field in SNAPSHOT_FIELDS if field.is_input and field.default is not None}


def _ready(olds: Properties, news: Properties) -> bool:
    """Tell whether the snapshot has reached what `wait_until` asks for. Outputs without a status had to be ready."""
    if olds.get("status", "accomplished") == "accomplished":
        return True
    return news.get("wait_until") == "available" and bool(olds.get("available"))


def _judged(inputs: Properties) -> list[Any]:
    """Return the inputs on which the look ahead depends."""
    return [inputs.get(name) for name in ("region", "series", *_FORCING)]


def _window(inputs: Properties) -> Window | None:
    return parse_window(inputs["window"]) if isinstance(inputs.get("window"), str) else None


def _consequences(inputs: Properties) -> list[str]:
    if not inputs.get("force_delete"):
        return []
    return ["force_delete is set: once the snapshot is deleted, disks made from it can never be re-initialised"]


def _series(old: Any, new: Any) -> Any:
    """Keep a derived series when the resource is renamed by an alias, as Pulumi keeps automatic names."""
    both_derived = all(isinstance(value, str) and _DERIVED_SERIES.fullmatch(value) for value in (old, new))
    return old if both_derived else new


def _default_name(series: Any) -> Any:
    """Derive the name from project, stack and resource; ECS wants a letter first and reserves "auto"."""
    if not isinstance(series, str):
        return series
    derived = _DERIVED_SERIES.fullmatch(series)
    plain_text = re.sub(r"[^\w:.-]+", "-", derived["path"] if derived else series)
    name = "".join(each if is_name_character(each) else "-" for each in plain_text).strip("-")
    if not name[:1].isalpha() or name.lower().startswith("auto") or len(name) < 2:
        name = f"snapshot-{name}"
    return name[:128]


def _shrinking_retention(olds: Properties, inputs: Properties) -> str | None:
    old, new = whole(olds.get("retention_days")), inputs.get("retention_days")
    replaced = changed(SNAPSHOT_FIELDS, olds, inputs, Change.REPLACE)
    if old is None or replaced or new is UNKNOWN:
        return None
    if new is None:
        return f"cannot be removed, it was {old}: ECS only lets retention grow, so set it higher or change triggers"
    if isinstance(plain(new), int) and plain(new) < old:
        return f"cannot shrink from {old} to {plain(new)}: ECS only lets retention grow, so set at least {old}"
    return None


def _wanted(inputs: Properties, operation: Operation) -> Wanted:
    return Wanted(
        disk_id=inputs["disk_id"],
        attributes=_attributes(inputs),
        forcing={name: plain(inputs[name]) for name in _FORCING if name in inputs},
        wait_until=inputs.get("wait_until", DEFAULT_WAIT_UNTIL),
        min_age=duration_seconds(inputs["min_age"]) if isinstance(inputs.get("min_age"), str) else None,
        timeout=operation.timeout,
        progress=_heard_by(operation),
    )


def _heard_by(operation: Operation) -> Callable[[SnapshotInfo], None]:
    def look(info: SnapshotInfo) -> None:
        operation.begun(info.snapshot_id)
        operation.progress(progress_text(info))

    return look


_FORCING = tuple(field.name for field in SNAPSHOT_FIELDS if field.change is Change.REPLACE)


def _attributes(inputs: Properties) -> Attributes:
    return Attributes(
        series=inputs["series"],
        snapshot_name=inputs.get("snapshot_name"),
        description=inputs.get("description"),
        retention_days=whole(inputs.get("retention_days")),
        resource_group_id=inputs.get("resource_group_id"),
        tags=dict(inputs.get("tags") or {}),
    )


def snapshot_outputs(props: Properties, info: SnapshotInfo) -> dict[str, Any]:
    """Return the outputs: what only the program knows, joined with what ECS says."""
    declared: Mapping[str, Any] = {name: props[name] for name in _ONLY_DECLARED if props.get(name) is not None}
    return {
        **declared,
        **{name: getattr(info, name) for name in _FROM_ECS},
        "disk_id": info.source_disk_id or props.get("disk_id"),
        "series": info.tags.get(SERIES_TAG) or props.get("series"),
        "generation": generation_of(info),
        "intent": info.tags.get(INTENT_TAG, ""),
        "tags": user_tags(info.tags),
    }


_FROM_ECS: tuple[str, ...] = tuple(
    field.name for field in SNAPSHOT_FIELDS if field.output and hasattr(SnapshotInfo, field.name)
)
_ONLY_DECLARED = tuple(
    field.name for field in SNAPSHOT_FIELDS if field.is_input and not hasattr(SnapshotInfo, field.name)
)
