"""The interface between the adapters and every resource type: the class `Noun` and the values of its methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from ..ecs.settings import Settings
from ..ledger.intent import is_derived
from ..region import Regions
from .fields import Field
from .preferences import DEFAULT_PREFERENCES, Preferences
from .property_values import Properties


@dataclass(frozen=True, slots=True)
class Notes:
    """The lines that the user reads beside the result of a check or a diff."""

    facts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def plan(self) -> str:
        """The facts as one message, or "" if there are none.

        Pulumi repeats a message's first line in the rows of its resource: no fact is on it, so that each is read once.
        """
        return "\n  ".join(("plan:", *self.facts)) if self.facts else ""

    @property
    def summary(self) -> str:
        """The first fact, or "" if there are none. Nothing else of the plan is shown after the preview."""
        return self.facts[0] if self.facts else ""

    def show_plan(self, *, preview: bool, note: Callable[[str], None], progress: Callable[[str], None]) -> None:
        """In a preview show the plan as one note. After it show only the summary, as progress in the row."""
        if self.plan and preview:
            note(self.plan)
        elif self.summary:
            progress(self.summary)


NOTHING = Notes()


@dataclass(frozen=True, slots=True)
class Checked:
    """The inputs with their defaults, the reasons why some cannot work by property, and the notes."""

    inputs: dict[str, Any]
    failures: dict[str, str]
    notes: Notes = NOTHING

    def with_notes(self, more: Notes) -> Checked:
        """Return a copy with more facts and warnings."""
        notes = Notes((*self.notes.facts, *more.facts), (*self.notes.warnings, *more.warnings))
        return replace(self, notes=notes)


@dataclass(frozen=True, slots=True)
class Difference:
    """The changed inputs: those that replace the resource and those that update it, and the notes."""

    replaces: list[str]
    updates: list[str]
    notes: Notes = field(default=Notes(), compare=False)

    @property
    def any(self) -> bool:
        return bool(self.replaces or self.updates)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the engine. `timeout` is in seconds, None for the default.

    Callbacks: `on_begun` gets the resource's id once ECS has it, and `progress` one line after every poll. `tell` gets
    information for the user, and `warn` what the user should not overlook.
    """

    timeout: float | None = None
    on_begun: Callable[[str], None] = field(default=lambda _resource_id: None)
    progress: Callable[[str], None] = field(default=lambda _line: None)
    tell: Callable[[str], None] = field(default=lambda _note: None)
    warn: Callable[[str], None] = field(default=lambda _note: None)


class Noun(ABC):
    """The life cycle of a resource type. It has no state: everything is in the inputs, the outputs and the cloud."""

    fields: ClassVar[tuple[Field, ...]]
    id_output: ClassVar[str]
    """The output that is the resource's id."""

    def __init__(
        self,
        regions: Regions,
        settings: Settings,
        preferences: Preferences = DEFAULT_PREFERENCES,
        urn: str = "",
    ) -> None:
        """Serve one resource. `urn` is "" if the dynamic host does not say it."""
        self._regions = regions
        self._settings = settings
        self._preferences = preferences
        self._urn = urn

    @abstractmethod
    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Add the defaults and check the inputs. `olds` are the old inputs, empty for a new resource."""

    def check_offline(self, _olds: Properties, _news: Properties) -> Checked | None:
        """Return the result of `check` if it needs no call to ECS, else None.

        The calls of the dynamic host are synchronous: this saves it a task in the event loop.
        """
        return None

    @abstractmethod
    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the old outputs with the checked inputs."""

    @abstractmethod
    def preview(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs that a preview can know. `olds` are the old outputs, empty before a create."""

    @abstractmethod
    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Create the resource, or adopt what an earlier run began, and return the outputs."""

    async def hand_over(self, _resource_id: str, _inputs: Properties) -> dict[str, Any] | None:
        """Let a state hold what `Operation.on_begun` named, and return its outputs; None if it must be finished."""
        return None

    @abstractmethod
    async def read(self, resource_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the current outputs, or None if it is certain that the resource is gone."""

    @abstractmethod
    async def update(
        self, resource_id: str, olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Update the resource to the inputs and return the outputs. `olds` are the old outputs."""

    @abstractmethod
    async def delete(self, resource_id: str, props: Properties, operation: Operation) -> None:
        """Delete the resource. `props` are its outputs."""

    def _clash(self, news: Properties, region: str) -> dict[str, str]:
        """Return the reason if another resource of this run has the same explicit series."""
        series = news.get("series")
        if not isinstance(series, str) or is_derived(series):
            return {}
        other = self._regions.run.declare(self._urn, region or self._settings.region, series)
        if other is None:
            return {}
        names = " and ".join(repr(urn.split("::")[-1]) for urn in (other, self._urn))
        return {"series": f"is {series!r} for {names} alike, and each needs a history of its own: rename one of them"}

    @staticmethod
    def _verdict(
        inputs: dict[str, Any], failures: dict[str, str], facts: Iterable[str], warnings: Iterable[str]
    ) -> Checked:
        """Return the failures of a preflight if `preflight` is "error". Otherwise `warnings` tell them."""
        if failures and inputs.get("preflight") == "error":
            return Checked(inputs, failures)
        return Checked(inputs, {}, Notes(tuple(facts), tuple(warnings)))

    def id_of(self, outputs: Properties) -> str:
        """Return the id of the resource."""
        return str(outputs[self.id_output])

    def inputs_of(self, outputs: Properties, declared: Properties) -> dict[str, Any]:
        """Return the current values of the declared inputs, or of all inputs for an import, which declares none."""
        names = declared.keys() or {field.name for field in self.fields if field.is_input and outputs.get(field.name)}
        return {name: outputs[name] for name in names if outputs.get(name) is not None}
