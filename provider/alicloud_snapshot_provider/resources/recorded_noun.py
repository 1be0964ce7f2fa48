"""What every noun that is recorded in a series does, from check to delete: a snapshot, a copy, a group."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from ..ecs.models import whole
from ..errors import NotFound
from ..lifecycle.freeze import CONSISTENCY_APPLICATION, CONSISTENCY_CRASH
from ..lifecycle.intent import CONSISTENCY_TAG, INTENT_TAG, SERIES_TAG, generation_of, user_tags
from ..lifecycle.ledger import Ledger
from ..lifecycle.records import R, Recorded, Records
from ..lifecycle.region import Region
from ..lifecycle.retirement import Retirement, RetirementRules
from .fields import Change, Field, changed, check_fields, plain
from .foresight import foreseen_new, foreseen_updated
from .freeze_fields import too_many_tags
from .noun import Checked, Difference, Noun, Operation
from .snapshot_defaults import default_name, with_defaults
from .values import Properties, contains_unknown

W = TypeVar("W")
W_contra = TypeVar("W_contra", contravariant=True)
"""What is wanted, as the taker of a kind of records understands it."""

SECOND_LOOK = 2.0
"""Seconds after which a snapshot that was not listed is looked for once more."""


class Takes(Protocol[R, W_contra]):
    """Takes what is wanted."""

    async def take(self, wanted: W_contra) -> R: ...
    async def wait_ready(self, info: R, wanted: W_contra) -> R: ...
    async def converge(self, info: R, wanted: W_contra) -> bool: ...


class Keeper(Protocol[R, W_contra]):
    """The services that one kind of records has in one region."""

    @property
    def records(self) -> Records[R]: ...
    @property
    def ledger(self) -> Ledger[R]: ...
    @property
    def taker(self) -> Takes[R, W_contra]: ...
    @property
    def retirement(self) -> Retirement[R]: ...


class RecordedNoun(Noun, Generic[R, W]):
    """The life cycle of a resource that is one record of ECS.

    `default_region` is the input whose default is the configured region, `home_region` the one that says where the
    record is. `name_input` is the input that names it. `repeated` maps outputs to the inputs that they repeat under
    another name.
    """

    name_input: ClassVar[str] = "snapshot_name"
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
        info = await self._keeper(inputs).taker.take(self._wanted(inputs, operation))
        return self._outputs(inputs, info)

    async def hand_over(self, resource_id: str, inputs: Properties) -> dict[str, Any]:
        """Let a state hold what is still being created, and return its outputs.

        The next `pulumi up` then resumes it by an update; a create no longer adopts it.
        """
        info = await self._existing(inputs, resource_id)
        await self._keeper(inputs).ledger.hand_over(resource_id)
        return self._outputs(inputs, info)

    async def read(self, resource_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the outputs as ECS has them now; None only where ECS, asked twice, does not list the record.

        `operation.tell` hears what drifted and what it means.
        """
        records = self._keeper(props).records
        info = await records.get(resource_id)
        if info is None:
            await self._region(props).clock.sleep(SECOND_LOOK)
            info = await records.get(resource_id)
        if info is None:
            operation.tell(await self._loss(resource_id, props))
            return None
        for note in self._drift(props, info):
            operation.tell(note)
        return self._outputs(props, info)

    async def update(
        self, resource_id: str, _olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Bring the attributes to the inputs, and resume the wait where an earlier run left it."""
        taker = self._keeper(news).taker
        wanted = self._wanted(news, operation)
        info = await taker.wait_ready(await self._existing(news, resource_id), wanted)
        if await taker.converge(info, wanted):
            info = await self._existing(news, resource_id)
        return self._outputs(news, info)

    async def delete(self, resource_id: str, props: Properties, operation: Operation) -> None:
        """Retire the record: into the history of its series, or with the whole series, as the policies say.

        Raises InUse, naming the images and disks that hold what has to go.
        """
        rules = RetirementRules(
            keep_last=whole(props.get("keep_last")) or 1,
            deletion_policy=props.get("deletion_policy") or "delete",
            force_delete=bool(props.get("force_delete")),
        )
        own = self._own(resource_id, props)
        await self._keeper(props).retirement.retire(own, str(props.get("series")), rules, operation.tell)

    @abstractmethod
    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        """Ask the cloud whether what the inputs declare can be taken."""

    @abstractmethod
    def _wanted(self, inputs: Properties, operation: Operation) -> W:
        """Return what the inputs declare."""

    @abstractmethod
    def _keeper(self, props: Properties) -> Keeper[R, W]:
        """Return the services of this kind of records in the record's region."""

    @abstractmethod
    def _own(self, resource_id: str, props: Properties) -> R:
        """Return the record as the state knows it."""

    @abstractmethod
    def _drift(self, before: Properties, info: R) -> list[str]:
        """Compare the outputs before with the record as it is; each note says what changed and what follows."""

    @abstractmethod
    async def _loss(self, resource_id: str, before: Properties) -> str:
        """Say what it means that the record is gone."""

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get(self.home_region) or "")))

    def _with_defaults(self, olds: Properties, news: Properties) -> dict[str, Any]:
        settled = with_defaults(self.fields, olds, news, region_input=self.default_region, region=self._settings.region)
        name = default_name(settled.get("series"))
        return ({self.name_input: name} if name else {}) | settled

    def _failures(self, _olds: Properties, inputs: Properties) -> dict[str, str]:
        return too_many_tags(inputs) | check_fields(self.fields, inputs)

    def _judged(self, inputs: Properties) -> list[Any]:
        """Return the inputs on which the look ahead depends."""
        return [inputs.get("series"), *self._forcing(inputs).values()]

    def _forcing(self, inputs: Properties) -> dict[str, Any]:
        """Return the inputs whose change makes it another record."""
        forcing = (field.name for field in self.fields if field.change is Change.REPLACE)
        return {name: plain(inputs[name]) for name in forcing if name in inputs}

    def _outputs(self, props: Properties, info: R) -> dict[str, Any]:
        return recorded_outputs(self.fields, props, info)

    async def _existing(self, props: Properties, resource_id: str) -> R:
        records = self._keeper(props).records
        info = await records.get(resource_id)
        if info is None:
            raise NotFound(
                f"{records.kind} {resource_id} does not exist in region {self._region(props).name}",
                remedy=f"Run `pulumi refresh`, then `pulumi up`: a new {records.kind} is taken.",
            )
        return info


def recorded_outputs(fields: Sequence[Field], props: Properties, info: Recorded) -> dict[str, Any]:
    """Return the outputs: what only the program knows, joined with what ECS says."""
    declared = [field.name for field in fields if field.is_input and not hasattr(info, field.name)]
    from_ecs = [field.name for field in fields if field.output and hasattr(info, field.name)]
    return {
        **{name: props[name] for name in declared if props.get(name) is not None},
        **{name: getattr(info, name) for name in from_ecs},
        **({"consistency": _consistency(info)} if any(field.name == "consistency" for field in fields) else {}),
        "series": info.tags.get(SERIES_TAG) or props.get("series"),
        "generation": generation_of(info),
        "intent": info.tags.get(INTENT_TAG, ""),
        "tags": user_tags(info.tags),
    }


def _consistency(info: Recorded) -> str:
    proven = info.tags.get(CONSISTENCY_TAG) == CONSISTENCY_APPLICATION
    return CONSISTENCY_APPLICATION if proven else CONSISTENCY_CRASH


def _ready(olds: Properties, news: Properties) -> bool:
    """Tell whether the snapshot has reached what `wait_until` asks for. Outputs without a status had to be ready."""
    if olds.get("status", "accomplished") == "accomplished":
        return True
    return news.get("wait_until") == "available" and bool(olds.get("available"))
