"""What Pulumi's engine keeps of one resource, and which operations it runs: the state of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloud import SERIES, Cloud
from fragile import FragileRegions, Hit, live

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.errors import SnapshotError
from alicloud_snapshot_provider.freezes.spec import Freeze
from alicloud_snapshot_provider.guards.drill import GuardDrill
from alicloud_snapshot_provider.guards.guard import Guard, GuardRules, GuardTarget
from alicloud_snapshot_provider.ledger.ownership import OWNER_KEY
from alicloud_snapshot_provider.ledger.run import Entry, StateEvidence
from alicloud_snapshot_provider.nouns.lifecycle import rules_of
from alicloud_snapshot_provider.nouns.noun import Noun
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.registry import NOUNS

SYSTEM, DATA = "d-demo-system", "d-demo-data"
DERIVED = "project/dev/before#0123456789"
"""The series that `before` derives in the stack of `URN`."""
URN = "urn:pulumi:dev::project::alicloud-snapshot:index:Snapshot::"


def _entry(held: Held, urn: str) -> Entry:
    outputs = held.outputs
    return Entry(
        urn=urn,
        kind="",
        region=str(outputs.get("region") or ""),
        series=str(outputs.get("series") or ""),
        owner=str(outputs.get(OWNER_KEY) or ""),
        record_id=held.id,
        rules=rules_of(outputs),
    )


class CheckFailed(Exception):
    """The inputs cannot work; the text is what the user reads."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the state holds of one resource."""

    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@dataclass
class Stack:
    """One declared resource, run by run. Each run is a process of its own, which may take a hit.

    `always` are arguments that every run declares; by default those of a snapshot of `disk`.
    """

    cloud: Cloud
    series: str = SERIES
    disk: str = SYSTEM
    noun: str = "Snapshot"
    always: Mapping[str, Any] | None = None
    held: Held | None = None
    replaced: list[Held] = field(default_factory=list)
    destroying: bool = False
    creating: list[Mapping[str, Any]] = field(default_factory=list)
    processes: list[FragileRegions] = field(default_factory=list)
    urn: str = ""
    stored: set[str] = field(default_factory=set)
    """The ids of all that the state has ever held."""

    async def up(self, hit: Hit | None = None, **arguments: Any) -> None:
        """Bring the resource to the arguments, as the engine does. Raises CheckFailed, or what the provider raises."""
        regions = self._process(hit)
        await live(regions, self._up(self._resource(regions), arguments))

    async def replace(self, hit: Hit | None = None, **arguments: Any) -> None:
        """Replace the resource by force: `pulumi up --replace`. The engine does not tell the provider."""
        regions = self._process(hit)
        await live(regions, self._replace(self._resource(regions), arguments))

    async def replace_deleted_first(self, hit: Hit | None = None, **arguments: Any) -> None:
        """Replace it as the engine does where what it depends on is replaced, and deleted before."""
        regions = self._process(hit)
        await live(regions, self._replace_deleted_first(self._resource(regions), arguments))

    async def orphaned_up(self, **arguments: Any) -> None:
        """Run a process whose engine dies at once: nobody stores what it makes."""
        regions = self._process(None)

        async def gone() -> bool:
            return False

        regions.run.engine_answers = gone
        held, replaced = self.held, list(self.replaced)
        try:
            await live(regions, self._up(self._resource(regions), arguments))
        finally:
            self.held, self.replaced = held, replaced

    async def preview(self, hit: Hit | None = None, **arguments: Any) -> None:
        regions = self._process(hit)
        await live(regions, self._checked(self._resource(regions), arguments))

    async def refresh(self, hit: Hit | None = None) -> None:
        regions = self._process(hit)
        await live(regions, self._refresh(self._resource(regions)))

    async def destroy(self, hit: Hit | None = None) -> None:
        regions = self._process(hit)
        await live(regions, self._destroy(self._resource(regions)))

    async def adopt(self, snapshot_id: str, **arguments: Any) -> None:
        """Import a snapshot, then update it to the arguments."""
        await self.imports(snapshot_id)
        await self.up(**arguments)

    async def imports(self, snapshot_id: str) -> None:
        """Import a snapshot, of which the engine only knows the id."""
        resource = self._resource(self._process(None))
        known = {"series": self.series, "region": self.cloud.region.name}
        outputs = await resource.read(snapshot_id, known, self.cloud.operation())
        assert outputs is not None
        self._hold(Held(snapshot_id, resource.inputs_of(outputs, {}), outputs))

    async def guard(
        self,
        hit: Hit | None = None,
        keep_last: int = 3,
        freeze: Freeze | None = None,
        drill: GuardDrill | None = None,
    ) -> list[SnapshotInfo]:
        """Take the snapshot that a guarded change of the disk waits for."""
        regions = self._process(hit)
        guard = Guard(regions.of(self.cloud.settings), GuardRules(keep_last=keep_last, freeze=freeze, drill=drill))
        guarded = GuardTarget("the update of web", lambda _disk: self.series, disk_ids=[self.disk])
        taken: list[SnapshotInfo] = []

        async def protect() -> None:
            taken.extend(await guard.protect(guarded, progress=lambda _info: None, tell=self.cloud.notes.append))

        await live(regions, protect())
        return taken

    def _process(self, hit: Hit | None) -> FragileRegions:
        regions = FragileRegions(self.cloud.regions, hit)
        regions.run.evidence = self._evidence
        self.processes.append(regions)
        return regions

    async def _evidence(self) -> StateEvidence:
        """Tell what the stored state says, as `pulumi stack export` does."""
        held = [each for each in [self.held, *self.replaced] if each]
        entries = {each.id: _entry(each, self.urn) for each in held}
        return StateEvidence(entries, {each[OWNER_KEY]: str(each.get("series")) for each in self.creating})

    def _resource(self, regions: FragileRegions) -> Noun:
        return NOUNS[self.noun](regions, self.cloud.settings, urn=self.urn)

    async def _up(self, resource: Noun, arguments: Mapping[str, Any]) -> None:
        inputs = await self._checked(resource, arguments)
        if self.held is None:
            await self._create(resource, inputs)
        else:
            await self._change(resource, self.held, inputs)
        await self._delete_replaced(resource)

    async def _replace(self, resource: Noun, arguments: Mapping[str, Any]) -> None:
        held = self.held
        await self._create(resource, await self._checked_anew(resource, arguments))
        if held is not None:
            self.replaced.append(held)
        await self._delete_replaced(resource)

    async def _replace_deleted_first(self, resource: Noun, arguments: Mapping[str, Any]) -> None:
        held = self.held
        if held is not None:
            resource.diff(held.outputs, {**held.inputs, "disk_id": UNKNOWN})
            await resource.delete(held.id, held.outputs, self.cloud.operation())
            self.held = None
        await self._create(resource, await self._checked_anew(resource, arguments))

    async def _checked_anew(self, resource: Noun, arguments: Mapping[str, Any]) -> dict[str, Any]:
        always = {"disk_id": self.disk, "series": self.series} if self.always is None else self.always
        checked = await resource.check({}, {**always, **arguments})
        if checked.failures:
            raise CheckFailed(str(checked.failures))
        return checked.inputs

    async def _checked(self, resource: Noun, arguments: Mapping[str, Any]) -> dict[str, Any]:
        olds = self.held.inputs if self.held else {}
        always = {"disk_id": self.disk, "series": self.series} if self.always is None else self.always
        news = {**always, **arguments}
        checked = await resource.check(olds, news)
        if not checked.failures and self.held and resource.diff(self.held.outputs, checked.inputs).replaces:
            checked = await resource.check({}, news)  # the engine checks a replacement as a new resource
        if checked.failures:
            raise CheckFailed(str(checked.failures))
        return checked.inputs

    async def _create(self, resource: Noun, inputs: Mapping[str, Any]) -> None:
        self._begin(inputs)
        try:
            outputs = await resource.create(inputs, self.cloud.operation())
        except SnapshotError:
            self._forget(inputs)
            raise
        self._forget(inputs)
        self._hold(Held(resource.id_of(outputs), inputs, outputs))

    def _hold(self, held: Held) -> None:
        self.held = held
        self.stored.add(held.id)

    def _begin(self, inputs: Mapping[str, Any]) -> None:
        """Store that a creation is about to begin. Its entry stays until it is stored, or has failed."""
        if OWNER_KEY in inputs:
            self.creating.append(inputs)

    def _forget(self, inputs: Mapping[str, Any]) -> None:
        self.creating = [each for each in self.creating if each is not inputs]

    async def _change(self, resource: Noun, held: Held, inputs: Mapping[str, Any]) -> None:
        difference = resource.diff(held.outputs, inputs)
        if difference.replaces:
            await self._create(resource, inputs)
            self.replaced.append(held)
        elif difference.updates:
            outputs = await resource.update(held.id, held.outputs, inputs, self.cloud.operation())
            self.held = Held(held.id, inputs, outputs)

    async def _delete_replaced(self, resource: Noun) -> None:
        for held in list(self.replaced):
            await resource.delete(held.id, held.outputs, self.cloud.operation())
            self.replaced.remove(held)

    async def _refresh(self, resource: Noun) -> None:
        if self.held is None:
            return
        outputs = await resource.read(self.held.id, self.held.outputs, self.cloud.operation())
        self.held = None if outputs is None else Held(self.held.id, self.held.inputs, outputs)

    async def _destroy(self, resource: Noun) -> None:
        await self._delete_replaced(resource)
        if self.held is not None:
            self.destroying = True
            await resource.delete(self.held.id, self.held.outputs, self.cloud.operation())
            self.held, self.destroying = None, False


def stack(cloud: Cloud, name: str = "before", *, series: str = DERIVED, disk: str = SYSTEM) -> Stack:
    """Return a state of one snapshot, which nothing has been declared in yet."""
    return Stack(cloud, series=series, disk=disk, urn=URN + name)
