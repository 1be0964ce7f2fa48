"""What Pulumi's engine keeps of one resource, and which operations it runs: the state of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloud import SERIES, Cloud
from fragile import FragileRegions, Hit, live

from alicloud_snapshot_provider.lifecycle.freeze import Freeze
from alicloud_snapshot_provider.lifecycle.guarding import Guard, Guarded, GuardRules
from alicloud_snapshot_provider.resources.noun import Noun
from alicloud_snapshot_provider.resources.registry import NOUNS

DISK = "d-demo-system"


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
    disk: str = DISK
    noun: str = "Snapshot"
    always: Mapping[str, Any] | None = None
    held: Held | None = None
    replaced: list[Held] = field(default_factory=list)
    destroying: bool = False
    processes: list[FragileRegions] = field(default_factory=list)

    async def up(self, hit: Hit | None = None, **arguments: Any) -> None:
        """Bring the resource to the arguments, as the engine does. Raises CheckFailed, or what the provider raises."""
        regions = self._process(hit)
        await live(regions, self._up(self._resource(regions), arguments))

    async def preview(self, hit: Hit | None = None, **arguments: Any) -> None:
        regions = self._process(hit)
        await live(regions, self._checked(self._resource(regions), arguments))

    async def refresh(self, hit: Hit | None = None) -> None:
        regions = self._process(hit)
        await live(regions, self._refresh(self._resource(regions)))

    async def destroy(self, hit: Hit | None = None) -> None:
        regions = self._process(hit)
        await live(regions, self._destroy(self._resource(regions)))

    async def guard(self, hit: Hit | None = None, keep_last: int = 3, freeze: Freeze | None = None) -> None:
        """Take the snapshot that a guarded change of the disk waits for."""
        regions = self._process(hit)
        guard = Guard(regions.of(self.cloud.settings), GuardRules(keep_last=keep_last, freeze=freeze))
        guarded = Guarded("the update of web", lambda _disk: self.series, disk_ids=[self.disk])
        await live(regions, guard.protect(guarded, progress=lambda _info: None, tell=self.cloud.notes.append))

    def _process(self, hit: Hit | None) -> FragileRegions:
        self.processes.append(FragileRegions(self.cloud.regions, hit))
        return self.processes[-1]

    def _resource(self, regions: FragileRegions) -> Noun:
        return NOUNS[self.noun](regions, self.cloud.settings)

    async def _up(self, resource: Noun, arguments: Mapping[str, Any]) -> None:
        inputs = await self._checked(resource, arguments)
        if self.held is None:
            await self._create(resource, inputs)
        else:
            await self._change(resource, self.held, inputs)
        await self._delete_replaced(resource)

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
        outputs = await resource.create(inputs, self.cloud.operation())
        self.held = Held(resource.id_of(outputs), inputs, outputs)

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
