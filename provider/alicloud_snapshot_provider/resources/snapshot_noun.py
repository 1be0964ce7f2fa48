"""What `Snapshot` and `SnapshotCopy` share: one snapshot, recorded in a series, from check to delete."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from ..ecs.models import SnapshotInfo, whole
from ..errors import NotFound
from ..lifecycle.attributes import Attributes, converge
from ..lifecycle.drift import drift_notes, loss_note
from ..lifecycle.intent import GENERATION_TAG, INTENT_TAG, SERIES_TAG, generation_of, user_tags
from ..lifecycle.progress import progress_text
from ..lifecycle.region import Region
from ..lifecycle.retirement import RetirementRules
from ..lifecycle.wanted import Intended
from .fields import Change, Field, changed, check_fields, plain
from .foresight import foreseen_new, foreseen_updated
from .noun import Checked, Difference, Noun, Operation
from .snapshot_defaults import default_name, kept_series, shrinking_retention
from .values import Properties, contains_unknown

SECOND_LOOK = 2.0
"""Seconds after which a snapshot that was not listed is looked for once more."""
UPDATE_PATIENCE = 3_600.0


class SnapshotNoun(Noun):
    """The life cycle of a resource that is one snapshot.

    `default_region` is the input whose default is the configured region, `home_region` the one that says where the
    snapshot is. `repeated` maps outputs to the inputs that they repeat under another name.
    """

    id_output = "snapshot_id"
    default_region: ClassVar[str] = "region"
    home_region: ClassVar[str] = "region"
    repeated: ClassVar[Mapping[str, str]]

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Fill in defaults and judge the inputs. `olds` are the inputs before.

        `olds` are empty where a snapshot is about to be taken, for a new resource as for a replacement: only then
        the cloud is asked whether it can work.
        """
        inputs = self._with_defaults(olds, news)
        failures = self._failures(olds, inputs)
        if failures or olds or inputs.get("preflight") == "off" or any(map(contains_unknown, self._judged(inputs))):
            return Checked(inputs, failures)
        return await self._preflight(inputs)

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
            return foreseen_new(self.fields, self.repeated, news)
        return foreseen_updated(self.fields, olds, news, settled=_ready(olds, news))

    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Take the snapshot, or adopt the one that an earlier run began, and return the outputs."""
        info = await self._region(inputs).taker.take(self._wanted(inputs, operation))
        return self._outputs(inputs, info)

    async def hand_over(self, snapshot_id: str, inputs: Properties) -> dict[str, Any]:
        """Let a state hold a snapshot that is still being created, and return its outputs.

        The next `pulumi up` then resumes it by an update; a create no longer adopts it.
        """
        region = self._region(inputs)
        info = await _existing(region, snapshot_id)
        await region.ledger.hand_over(snapshot_id)
        return self._outputs(inputs, info)

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
        return self._outputs(props, info)

    async def update(
        self, snapshot_id: str, _olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Bring the attributes to the inputs, and resume the wait where an earlier run left it."""
        region = self._region(news)
        info = await _existing(region, snapshot_id)
        wanted = self._wanted(news, operation)
        info = await region.taker.wait_ready(info, wanted)
        patience = operation.timeout or UPDATE_PATIENCE
        if await converge(region.records, region.clock, info, wanted.attributes, patience=patience):
            info = await _existing(region, snapshot_id)
        return self._outputs(news, info)

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

    @abstractmethod
    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        """Ask the cloud whether the snapshot can be taken."""

    @abstractmethod
    def _wanted(self, inputs: Properties, operation: Operation) -> Intended:
        """Return the snapshot that the inputs declare."""

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get(self.home_region) or "")))

    def _with_defaults(self, olds: Properties, news: Properties) -> dict[str, Any]:
        inputs = {name: value for name, value in news.items() if value is not None}
        # A snapshot cannot move: where the program names no region, it stays where it was taken.
        inputs.setdefault(self.default_region, olds.get(self.default_region) or self._settings.region)
        inputs["series"] = kept_series(olds.get("series"), inputs.get("series"))
        for field in self.fields:
            if field.is_input and field.default is not None:
                inputs.setdefault(field.name, field.default)
        inputs.setdefault("snapshot_name", default_name(inputs["series"]))
        return {name: value for name, value in inputs.items() if value not in (None, "")}

    def _failures(self, olds: Properties, inputs: Properties) -> dict[str, str]:
        failures = check_fields(self.fields, inputs)
        shrinking = shrinking_retention(self.fields, olds, inputs)
        if shrinking and "retention_days" not in failures:
            failures["retention_days"] = shrinking
        return failures

    def _judged(self, inputs: Properties) -> list[Any]:
        """Return the inputs on which the look ahead depends."""
        return [inputs.get("series"), *self._forcing(inputs).values()]

    def _forcing(self, inputs: Properties) -> dict[str, Any]:
        """Return the inputs whose change makes it another snapshot."""
        forcing = (field.name for field in self.fields if field.change is Change.REPLACE)
        return {name: plain(inputs[name]) for name in forcing if name in inputs}

    def _outputs(self, props: Properties, info: SnapshotInfo) -> dict[str, Any]:
        return recorded_outputs(self.fields, props, info)


def attributes_of(inputs: Properties) -> Attributes:
    """Return the declared attributes of a snapshot."""
    return Attributes(
        series=inputs["series"],
        snapshot_name=inputs.get("snapshot_name"),
        description=inputs.get("description"),
        retention_days=whole(inputs.get("retention_days")),
        resource_group_id=inputs.get("resource_group_id"),
        tags=dict(inputs.get("tags") or {}),
    )


def consequences(inputs: Properties) -> list[str]:
    """Return what the declared policies entail that cannot be undone."""
    if not inputs.get("force_delete"):
        return []
    return ["force_delete is set: once the snapshot is deleted, disks made from it can never be re-initialised"]


def heard_by(operation: Operation) -> Callable[[SnapshotInfo], None]:
    """Return what is to hear of every look at the snapshot, so that the operation's listeners do."""

    def look(info: SnapshotInfo) -> None:
        operation.begun(info.snapshot_id)
        operation.progress(progress_text(info))

    return look


def recorded_outputs(fields: Sequence[Field], props: Properties, info: SnapshotInfo) -> dict[str, Any]:
    """Return the outputs: what only the program knows, joined with what ECS says."""
    declared = [field.name for field in fields if field.is_input and not hasattr(SnapshotInfo, field.name)]
    from_ecs = [field.name for field in fields if field.output and hasattr(SnapshotInfo, field.name)]
    return {
        **{name: props[name] for name in declared if props.get(name) is not None},
        **{name: getattr(info, name) for name in from_ecs},
        "series": info.tags.get(SERIES_TAG) or props.get("series"),
        "generation": generation_of(info),
        "intent": info.tags.get(INTENT_TAG, ""),
        "tags": user_tags(info.tags),
    }


def _ready(olds: Properties, news: Properties) -> bool:
    """Tell whether the snapshot has reached what `wait_until` asks for. Outputs without a status had to be ready."""
    if olds.get("status", "accomplished") == "accomplished":
        return True
    return news.get("wait_until") == "available" and bool(olds.get("available"))


async def _existing(region: Region, snapshot_id: str) -> SnapshotInfo:
    info = await region.snapshots.get(snapshot_id)
    if info is None:
        raise NotFound(
            f"snapshot {snapshot_id} does not exist in region {region.name}",
            remedy="Run `pulumi refresh`, then `pulumi up`: a new snapshot is taken.",
        )
    return info
