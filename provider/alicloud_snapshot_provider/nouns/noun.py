"""What every declared noun is to the adapters, and what passes between the two."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..ecs.settings import Settings
from ..ledger.intent import is_derived
from ..region import Regions
from .fields import Field
from .preferences import DEFAULT_PREFERENCES, Preferences
from .property_values import Properties


@dataclass(frozen=True, slots=True)
class Notes:
    """What the user should read beside the result of a check."""

    facts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def plan(self) -> str:
        """The facts as one message, empty where there are none."""
        return "plan: " + "\n  ".join(self.facts) if self.facts else ""


NOTHING = Notes()


@dataclass(frozen=True, slots=True)
class Checked:
    """The inputs with their defaults, why some cannot work, by property, and the plan facts."""

    inputs: dict[str, Any]
    failures: dict[str, str]
    notes: Notes = NOTHING


@dataclass(frozen=True, slots=True)
class Difference:
    """The inputs that changed: those that force a replacement, and those that update in place; and what to know."""

    replaces: list[str]
    updates: list[str]
    notes: Notes = field(default=Notes(), compare=False)

    @property
    def any(self) -> bool:
        return bool(self.replaces or self.updates)


@dataclass(frozen=True, slots=True)
class Operation:
    """What the engine grants one operation: a time-out in seconds, None for the default, and who hears of it.

    `on_begun` hears the resource's id once ECS has begun it, `progress` one line at every look at what is in progress,
    `tell` what the user should read afterwards, `warn` what the user should not overlook.
    """

    timeout: float | None = None
    on_begun: Callable[[str], None] = field(default=lambda _resource_id: None)
    progress: Callable[[str], None] = field(default=lambda _line: None)
    tell: Callable[[str], None] = field(default=lambda _note: None)
    warn: Callable[[str], None] = field(default=lambda _note: None)


class Noun(ABC):
    """A noun's life cycle. Holds no state: everything is in the inputs, the outputs and the cloud."""

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
        """Serve one resource. `urn` is the one of the call, empty where the host does not tell it."""
        self._regions = regions
        self._settings = settings
        self._preferences = preferences
        self._urn = urn

    @abstractmethod
    async def check(self, olds: Properties, news: Properties) -> Checked:
        """Fill in defaults and judge the inputs. `olds` are the inputs before, empty where a new one is about to be."""

    def check_offline(self, _olds: Properties, _news: Properties) -> Checked | None:
        """Return what `check` returns where that takes no look at the cloud; None where it may take one.

        It spares a host whose calls are synchronous the way to the event loop and back.
        """
        return None

    @abstractmethod
    def diff(self, olds: Properties, news: Properties) -> Difference:
        """Compare the outputs before with the checked inputs."""

    @abstractmethod
    def preview(self, olds: Properties, news: Properties) -> dict[str, Any]:
        """Return the outputs as far as they are known before a create, where `olds` are empty, or an update."""

    @abstractmethod
    async def create(self, inputs: Properties, operation: Operation) -> dict[str, Any]:
        """Bring into being what the inputs declare, or adopt what an earlier run began, and return the outputs."""

    async def hand_over(self, _resource_id: str, _inputs: Properties) -> dict[str, Any] | None:
        """Let a state hold what `Operation.on_begun` named, and return its outputs; None if it must be finished."""
        return None

    @abstractmethod
    async def read(self, resource_id: str, props: Properties, operation: Operation) -> dict[str, Any] | None:
        """Return the outputs as ECS has them now; None only where it is certain that the resource is gone."""

    @abstractmethod
    async def update(
        self, resource_id: str, olds: Properties, news: Properties, operation: Operation
    ) -> dict[str, Any]:
        """Bring the resource to the inputs and return the outputs. `olds` are the outputs before."""

    @abstractmethod
    async def delete(self, resource_id: str, props: Properties, operation: Operation) -> None:
        """End the resource. `props` are its outputs."""

    def _clash(self, news: Properties, region: str) -> dict[str, str]:
        """Return why a series that the program names cannot be: another resource of this run has it too."""
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
        """Return the resource's id."""
        return str(outputs[self.id_output])

    def inputs_of(self, outputs: Properties, declared: Properties) -> dict[str, Any]:
        """Return the declared inputs as ECS has them now; where none are, whatever inputs the outputs amount to."""
        names = declared.keys() or {field.name for field in self.fields if field.is_input and outputs.get(field.name)}
        return {name: outputs[name] for name in names if outputs.get(name) is not None}
