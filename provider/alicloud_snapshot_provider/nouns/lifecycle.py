"""The life cycle of every resource with a series: snapshots, copies, groups and sets, from check to delete."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from ..ecs.wire_format import whole
from ..errors import NotFound, PermissionDenied, Retryable, SnapshotError
from ..freezes.fields import too_many_tags
from ..freezes.spec import CONSISTENCY_APPLICATION, CONSISTENCY_CRASH
from ..ledger.intent import (
    CONSISTENCY_TAG,
    GENERATION_TAG,
    INTENT_TAG,
    SCOPE_TAG,
    SERIES_TAG,
    generation_of,
    intent_in,
    is_derived,
    user_tags,
)
from ..ledger.ledger import Ledger
from ..ledger.ownership import OWNER_KEY, OWNERSHIP_TAG, Phase, belongs_to_another, held_by, ownership_of
from ..ledger.records import R, Recorded, Records
from ..ledger.retention_facts import history_of, retention_facts
from ..ledger.retirement import Deletion, Retirement
from ..ledger.run import Entry, Rules
from ..region import SECOND_LOOK, Region
from ..snapshots.spec import CommonSpec
from .defaults import default_name, with_defaults
from .fields import Change, Field, changed, check_fields, plain
from .keep_fields import keep_of
from .noun import Checked, Difference, Notes, Noun, Operation
from .preview import preview_of_new, preview_of_update, unchecked_warning
from .property_values import Properties, contains_unknown

W = TypeVar("W", bound=CommonSpec)
W_contra = TypeVar("W_contra", contravariant=True)

UNTAGGED_KEY = "__untagged"
"""An output: the record has lost the tags of its series. Pulumi does not show it."""
IMPORTED_KEY = "__imported"
"""An output: the id of a record that another entry of a state held when this state imported it."""
MOST_NAMED = 5
"""The most records of other owners that a warning names."""


class RecordTaker(Protocol[R, W_contra]):
    """Takes records of one kind."""

    async def take(self, spec: W_contra) -> R: ...
    async def wait_ready(self, info: R, spec: W_contra) -> R: ...
    async def converge(self, info: R, spec: W_contra) -> bool: ...


class Services(Protocol[R, W_contra]):
    """The services for one kind of records in one region."""

    @property
    def records(self) -> Records[R]: ...
    @property
    def ledger(self) -> Ledger[R]: ...
    @property
    def taker(self) -> RecordTaker[R, W_contra]: ...
    @property
    def retirement(self) -> Retirement[R]: ...


class RecordedNoun(Noun, Generic[R, W]):
    """The life cycle of a resource that is one record.

    `name_input` is the input with the record's name. `default_region` is the input whose default is the configured
    region. `home_region` is the input with the record's region. `repeated` maps outputs to the inputs whose values
    they have.
    """

    name_input: ClassVar[str] = "snapshot_name"
    default_region: ClassVar[str] = "region"
    home_region: ClassVar[str] = "region"
    repeated: ClassVar[Mapping[str, str]]

    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Add the defaults and check the inputs. `olds` are the old inputs.

        `olds` are empty if a snapshot will be taken, for a new resource or a replacement. Only then the preflight asks
        ECS.
        """
        checked = self._checked_offline(olds, news)
        inputs = checked.inputs
        if checked.failures or olds or inputs.get("preflight") == "off":
            return checked
        if contains_unknown(self._judged(inputs)):
            return checked
        try:
            checked = await self._preflight(inputs)
        except Retryable as error:
            checked = Checked(inputs, {}, Notes(warnings=(unchecked_warning(error),)))
        return await self._warn_of_other_owners(await self._preview_retention(checked))

    async def _warn_of_other_owners(self, checked: Checked) -> Checked:
        """Add a warning if the program names a series in which another owner holds records: by chance, most likely."""
        series = checked.inputs.get("series")
        if checked.failures or not isinstance(series, str) or is_derived(series):
            return checked
        known = {str(checked.inputs.get(OWNER_KEY) or ""), *self._regions.run.owners}
        try:
            members = await self._services(checked.inputs).ledger.members(series)
        except SnapshotError:
            return checked
        others = [each.record_id for each in members if ownership_of(each).held and belongs_to_another(each, known)]
        if not others:
            return checked
        named = ", ".join(others[:MOST_NAMED]) + (" and more" if len(others) > MOST_NAMED else "")
        warning = (
            f"series {series!r} also has {named}, which another state or resource holds: neither touches what the "
            "other has; set another series to tell the two apart"
        )
        return checked.with_notes(Notes(warnings=(warning,)))

    async def _preview_retention(self, checked: Checked) -> Checked:
        """Add to the plan what `keep` will do to the history."""
        inputs = checked.inputs
        rules = rules_of(inputs)
        if not rules.keep or checked.failures or not checked.notes.facts:
            return checked
        replaced = self._regions.run.replaced_by(self._urn)
        try:
            members = await self._services(inputs).ledger.members(inputs["series"]) if replaced else []
        except Retryable:
            members = []
        facts = retention_facts(history_of(members, replaced), rules, self._regions.clock.now())
        return checked.with_notes(Notes(tuple(facts)))

    def check_offline(self, olds: Properties, news: Properties) -> Checked | None:
        """Return the result of `check` for an existing record, which needs no call to ECS."""
        return self._checked_offline(olds, news) if olds else None

    def _checked_offline(self, olds: Properties, news: Properties) -> Checked:
        inputs = self._with_defaults(olds, news)
        self._regions.run.covered.update(_declared_disks(inputs))
        return Checked(inputs, self._clash(news, str(news.get(self.home_region) or "")) | self._failures(olds, inputs))

    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the old outputs with the checked inputs.

        A failed snapshot is replaced. A snapshot that is not ready is updated: the update waits for it.
        """
        replaces = changed(self.fields, olds, news, Change.REPLACE)
        updates = changed(self.fields, olds, news, Change.UPDATE)
        if olds.get("status") == "failed":
            replaces.append("status")
        elif not _ready(olds, news):
            updates.append("status")
        elif olds.get(UNTAGGED_KEY):
            updates.append("series")
        self._remember(olds, news, replaced=bool(replaces))
        return Difference(replaces, updates, Notes(_history_facts(self._disk_ids(olds), news) if replaces else ()))

    def preview(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs that a preview can know. `olds` are the old outputs, empty for a new snapshot."""
        if not olds:
            return preview_of_new(self.fields, self.repeated, news)
        return preview_of_update(self.fields, olds, news, ready=_ready(olds, news))

    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Take the snapshot, or adopt the one that an earlier run began, and return the outputs."""
        spec = self._spec(inputs, operation)
        try:
            info = await self._services(inputs).taker.take(spec)
        except SnapshotError:
            self._regions.run.fail(spec.named_disks)
            raise
        self._regions.run.holds(self._entry(inputs, info, taken=True))
        return self._outputs(inputs, info)

    async def hand_over(self, resource_id: str, inputs: Properties) -> dict[str, Any]:
        """Let the state hold a record that is not ready, and return its outputs.

        The next `pulumi up` resumes it by an update. A create no longer adopts it.
        """
        info = await self._existing(inputs, resource_id)
        await self._regions.run.require_engine(resource_id)
        await self._services(inputs).ledger.hand_over(info, held_by(inputs.get(OWNER_KEY, "")))
        return self._outputs(inputs, info)

    async def read(self, resource_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the current outputs, or None if ECS, asked twice, does not list the record.

        `get` and an import read by the id alone: then it raises NotFound, since the dynamic host has no None for them.
        `operation.tell` gets what drifted.
        """
        info = await self._find(resource_id, props)
        if info is None:
            await self._region(props).clock.sleep(SECOND_LOOK)
            info = await self._find(resource_id, props)
        if info is None and not props.get(self.id_output):
            raise no_such_record(f"{self._services(props).records.kind} {resource_id}", self._region(props))
        if info is None:
            operation.tell(await self._loss(resource_id, props))
            return None
        for note in self._drift(props, info):
            operation.tell(note)
        outputs = self._outputs(props, info) | self._import_of(resource_id, props, info)
        if IMPORTED_KEY in outputs:
            return outputs
        if _lost_its_series(props, info):
            operation.tell(
                f"the tags that record {resource_id} in its series were taken away outside Pulumi: "
                "the next `pulumi up` puts them back"
            )
        elif not _is_unheld(props, info):
            return outputs
        elif props.get(OWNER_KEY):  # an import and `get` have no owner
            operation.tell(
                f"the tags of {resource_id} say {info.tags[OWNERSHIP_TAG]}, but this stack holds it: "
                "the next `pulumi up` puts them back"
            )
        return {
            **outputs,
            **{name: props[name] for name in ("generation", "intent") if name in props},
            UNTAGGED_KEY: True,
        }

    async def update(
        self, resource_id: str, olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Update the attributes, and resume the wait of an earlier run."""
        taker = self._services(news).taker
        spec = self._spec(news, operation)
        info = await taker.wait_ready(await self._existing(olds, resource_id), spec)
        if await taker.converge(info, spec) | await self._put_back(olds, news, info, operation):
            info = await self._existing(olds, resource_id)
        return self._outputs(news, info) | self._import_of(resource_id, olds, info)

    async def _put_back(self, olds: Properties, news: Properties, info: R, operation: Operation) -> bool:
        """Write the tags of the series and the owner again, if a refresh found them gone or wrong."""
        if not olds.get(UNTAGGED_KEY):
            return False
        known = {GENERATION_TAG: str(int(olds.get("generation") or 0)), INTENT_TAG: str(olds.get("intent") or "")}
        tags = {**known, **held_by(news.get(OWNER_KEY) or "").tags}
        try:
            await self._services(news).records.mark([info], tags)
        except PermissionDenied as error:
            operation.warn(f"the tags that record {info.record_id} in its series are not put back: {error.problem}")
        return True

    async def delete(self, resource_id: str, props: Properties, operation: Operation) -> None:
        """Retire the record: see `ledger/retirement.py`. Raises InUse, which names the images and disks."""
        record = await self._find(resource_id, props)
        if record and self._is_anothers(resource_id, props):
            operation.tell(f"keep {resource_id}: another entry of a state held it when this one imported it")
            record = None
        disk_ids = frozenset(record.source_disks if record else self._disk_ids(props))
        entry = replace(self._entry_of(resource_id, props), disk_ids=disk_ids)
        await self._services(props).retirement.let_go(Deletion(entry, record), self._regions.run, operation.tell)

    def _import_of(self, resource_id: str, props: Properties, info: R) -> dict[str, Any]:
        """Return the output that tells an import of what another entry holds. Only an import reads by the id alone."""
        if props.get(self.id_output):
            imported = self._is_anothers(resource_id, props)
        else:
            imported = ownership_of(info).names_holder
        return {IMPORTED_KEY: resource_id} if imported else {}

    def _is_anothers(self, resource_id: str, props: Properties) -> bool:
        """Tell whether another entry held the record when this state imported it. Tags that are lost do not matter."""
        return bool(props.get(IMPORTED_KEY) == resource_id)

    def _remember(self, olds: Properties, news: Properties, *, replaced: bool) -> None:
        """Record in the run what the state holds, and whether it will be replaced."""
        entry = replace(self._entry_of(str(olds.get(self.id_output) or ""), olds), rules=rules_of(news))
        if replaced:
            self._regions.run.replaces(entry)
        else:
            self._regions.run.holds(entry)

    def _entry(self, inputs: Properties, info: R, *, taken: bool) -> Entry:
        found = self._entry_of(info.record_id, inputs)
        return replace(found, disk_ids=frozenset(info.source_disks), taken=taken)

    def _entry_of(self, resource_id: str, props: Properties) -> Entry:
        return Entry(
            urn=self._urn,
            kind=self.id_output,
            region=str(props.get(self.home_region) or ""),
            series=str(props.get("series") or ""),
            owner=str(props.get(OWNER_KEY) or ""),
            record_id=resource_id,
            rules=rules_of(props),
            disk_ids=self._disk_ids(props),
        )

    def _disk_ids(self, props: Properties) -> frozenset[str]:
        """Return the disks of a record by its properties."""
        by_disk = props.get("snapshot_ids")
        named = by_disk if isinstance(by_disk, Mapping) else [props.get("disk_id")]
        return frozenset(each for each in named if isinstance(each, str))

    @abstractmethod
    async def _preflight(self, inputs: dict[str, Any]) -> Checked:
        """Ask ECS whether it would take the snapshot."""

    @abstractmethod
    def _spec(self, inputs: Properties, operation: Operation) -> W:
        """Return the spec that the inputs declare."""

    @abstractmethod
    def _services(self, props: Properties) -> Services[R, W]:
        """Return the services in the record's region."""

    async def _find(self, resource_id: str, props: Properties) -> R | None:
        """Return the record in ECS, or None if it is gone."""
        return await self._services(props).records.get(resource_id)

    @abstractmethod
    def _drift(self, before: Properties, info: R) -> list[str]:
        """Compare the old outputs with the record. Each note says what changed and what the next `pulumi up` does."""

    @abstractmethod
    async def _loss(self, resource_id: str, before: Properties) -> str:
        """Return a note about a record that is gone."""

    def _region(self, props: Properties) -> Region:
        return self._regions.of(self._settings.in_region(str(props.get(self.home_region) or "")))

    def _with_defaults(self, olds: Properties, news: Properties) -> dict[str, Any]:
        inputs = with_defaults(self.fields, olds, news, region_input=self.default_region, region=self._settings.region)
        name = default_name(inputs.get("series"))
        owner = olds.get(OWNER_KEY) if olds else self._regions.run.owner_for(self._urn)
        return ({self.name_input: name} if name else {}) | inputs | ({OWNER_KEY: owner} if owner else {})

    def _failures(self, _olds: Properties, inputs: Properties) -> dict[str, str]:
        return too_many_tags(inputs) | check_fields(self.fields, inputs)

    def _judged(self, inputs: Properties) -> list[Any]:
        """Return the inputs that the preflight needs."""
        return [inputs.get("series"), *self._replace_inputs(inputs).values()]

    def _replace_inputs(self, inputs: Properties) -> dict[str, Any]:
        """Return the inputs whose change takes a new record."""
        names = (field.name for field in self.fields if field.change is Change.REPLACE)
        return {name: plain(inputs[name]) for name in names if name in inputs}

    def _outputs(self, props: Properties, info: R) -> dict[str, Any]:
        return recorded_outputs(self.fields, props, info)

    async def _existing(self, props: Properties, resource_id: str) -> R:
        info = await self._find(resource_id, props)
        if info is None:
            records = self._services(props).records
            raise NotFound(
                f"{records.kind} {resource_id} does not exist in region {self._region(props).name}",
                remedy=f"Run `pulumi refresh`, then `pulumi up`: a new {records.kind} is taken.",
            )
        return info


def no_such_record(what: str, region: Region) -> NotFound:
    """Return the error of `get` and of an import if the id names nothing."""
    return NotFound(
        f"there is no {what} in region {region.name}",
        remedy="Correct the id, or give the region that it is in; `alicloud-snapshot list` shows what there is.",
    )


def recorded_outputs(fields: Sequence[Field], props: Properties, info: Recorded) -> dict[str, Any]:
    """Return the outputs: the inputs that ECS does not know, and the values of ECS."""
    declared = [field.name for field in fields if field.is_input and not hasattr(info, field.name)]
    from_ecs = [field.name for field in fields if field.output and hasattr(info, field.name)]
    return {
        **{name: props[name] for name in declared if props.get(name) is not None},
        **{name: getattr(info, name) for name in from_ecs},
        **({"consistency": _consistency(info)} if any(field.name == "consistency" for field in fields) else {}),
        "series": info.tags.get(SERIES_TAG) or props.get("series"),
        "generation": generation_of(info),
        "intent": intent_in(info.tags),
        "tags": user_tags(info.tags),
        **({OWNER_KEY: props[OWNER_KEY]} if props.get(OWNER_KEY) else {}),
    }


def _declared_disks(inputs: Properties) -> list[str]:
    """Return the disks in the inputs, without unknown ones."""
    listed = inputs.get("disk_ids")
    named = [inputs.get("disk_id"), *(listed if isinstance(listed, list) else ())]
    return [each for each in named if isinstance(each, str)]


def rules_of(props: Properties) -> Rules:
    """Return the rules for history and destroy that the properties declare."""
    policy = props.get("deletion_policy")
    return Rules(
        keep_last=whole(props.get("keep_last")) or 1,
        keep=keep_of(props),
        deletion_policy="retain" if policy == "retain" else "delete",
        force_delete=bool(props.get("force_delete")),
    )


def _history_facts(before: Collection[str], news: Properties) -> tuple[str, ...]:
    """Return a fact about the history of the disks that a replacement no longer names.

    There is none if the disk is replaced in the same run: the new one is still unknown.
    """
    named = news.get("disk_id") or news.get("disk_ids")
    left = sorted(set(before).difference(named if isinstance(named, list) else [named]))
    if not named or not left:
        return ()
    count, disks = rules_of(news).keep_last, f"disk {left[0]}" if len(left) == 1 else f"disks {', '.join(left)}"
    return (
        f"history: the newest {count} of {disks} stay{'s' if count == 1 else ''}, also once the disk is gone; then "
        'a destroy of this resource leaves the last one, and all with deletion_policy="retain" or retain_on_delete',
    )


def _lost_its_series(props: Properties, info: Recorded) -> bool:
    """Tell whether tags are gone that the state has seen. For an imported snapshot it has seen none."""
    return bool(props.get("intent")) and any(not info.tags.get(tag) for tag in (SERIES_TAG, SCOPE_TAG, INTENT_TAG))


def _is_unheld(props: Properties, info: Recorded) -> bool:
    """Tell whether the tags say that no state holds the record, so that a guard or a history may prune it.

    A retained record stays retained, unless this state imports it: this state may be a copy of the other one.
    """
    phase = ownership_of(info).phase
    unheld = OWNERSHIP_TAG in info.tags and phase is not Phase.HELD
    return unheld and (phase is not Phase.RETAINED or not props.get(OWNER_KEY))


def _consistency(info: Recorded) -> str:
    proven = info.tags.get(CONSISTENCY_TAG) == CONSISTENCY_APPLICATION
    return CONSISTENCY_APPLICATION if proven else CONSISTENCY_CRASH


def _ready(olds: Properties, news: Properties) -> bool:
    """Tell whether the snapshot has reached `wait_until`. Outputs without a status are those of a ready one."""
    if olds.get("status", "accomplished") == "accomplished":
        return True
    return news.get("wait_until") == "available" and bool(olds.get("available"))
