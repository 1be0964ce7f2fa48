"""The dynamic provider: passes the synchronous calls of Pulumi's dynamic host on to the asynchronous core.

Pulumi pickles an instance into the state, as a reference to `alicloud_snapshot_provider.dynamic_provider`. So an
instance keeps only its noun.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from .. import dynamic_provider
from ..ecs.settings import Settings, resolve_settings
from ..errors import Cancelled, InvalidInput, SnapshotError, SnapshotFailed, WaitTimeout
from ..nouns.noun import NOTHING, Noun, Operation
from ..nouns.preferences import Preferences, resolve_preferences
from ..nouns.property_values import Properties
from ..printable import visible
from ..registry import NOUNS
from . import dynamic_host
from .partial_state import BegunResource, PartialState, partial_state
from .pulumi_values import PREVIEW_KEY, from_pulumi, to_pulumi
from .runtime import runtime

P = ParamSpec("P")
T = TypeVar("T")


def _report_errors(
    method: Callable[Concatenate[DynamicProvider, P], T],
) -> Callable[Concatenate[DynamicProvider, P], T]:
    """Show an error as one message. Turn other BaseExceptions into an Exception: after those the host never answers."""

    @wraps(method)
    def call(self: DynamicProvider, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except SnapshotError as error:
            raise dynamic_host.clean_error(str(error)) from None
        except PartialState as state:
            raise dynamic_host.partial_state_error(state) from None
        except Exception:
            raise
        except BaseException as error:
            raise RuntimeError(f"interrupted by {type(error).__name__}") from error

    return call


class DynamicProvider(ResourceProvider):
    """Serves one noun to Pulumi's dynamic host."""

    serialize_as_secret_always = False

    def __init__(self, noun: str) -> None:
        super().__init__()
        self._noun = noun
        self._settings = Settings()
        self._preferences = Preferences()

    def __reduce__(self) -> tuple[Callable[[str], DynamicProvider], tuple[str]]:
        return dynamic_provider, (self._noun,)

    @_report_errors
    def configure(self, req: ConfigureRequest) -> None:
        dynamic_host.lift_concurrency()
        dynamic_host.on_cancel(runtime().cancel)
        runtime().serve(dynamic_host.engine_answers, dynamic_host.engine_address())
        self._settings = resolve_settings(lambda key: req.config.get(f"alicloud:{key}"), os.environ)
        self._preferences = resolve_preferences(req.config.get)

    @_report_errors
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        try:
            resource, before, after = self._resource(), from_pulumi(olds), from_pulumi(news)
            runtime().previews = bool(after.pop(PREVIEW_KEY, False))
            checked = resource.check_offline(before, after) or runtime().run(resource.check(before, after))
        except InvalidInput as error:
            return CheckResult(news, [CheckFailure(error.property_name, str(error))])
        if checked.notes != NOTHING:
            dynamic_host.current_call().show_notes(checked.notes, preview=runtime().previews)
        failures = [CheckFailure(name, visible(reason, lines=True)) for name, reason in checked.failures.items()]
        return CheckResult(to_pulumi(checked.inputs), failures)

    @_report_errors
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        difference = self._resource().diff(from_pulumi(olds), from_pulumi(news))
        dynamic_host.current_call().show_notes(difference.notes, preview=runtime().previews)
        return DiffResult(changes=difference.any, replaces=difference.replaces, stables=[], delete_before_replace=None)

    @_report_errors
    def create(self, props: dict[str, Any]) -> CreateResult:
        resource, inputs, begun = self._resource(), from_pulumi(props), BegunResource()
        try:
            outputs = runtime().run(resource.create(inputs, _operation(begun)))
        except (WaitTimeout, Cancelled) as error:
            raise _partial_state_or_error(resource, inputs, error, begun.resource_id) from None
        return CreateResult(resource.id_of(outputs), to_pulumi(outputs))

    @_report_errors
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        outputs = runtime().run(self._resource().read(id_, from_pulumi(props), _operation()))
        if outputs is None:
            return ReadResult(None, {})
        return ReadResult(id_, to_pulumi(outputs))

    @_report_errors
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        resource, inputs = self._resource(), from_pulumi(news)
        try:
            outputs = runtime().run(resource.update(_id, from_pulumi(olds), inputs, _operation()))
        except SnapshotFailed as error:
            raise _partial_state_or_error(resource, inputs, error, _id) from None
        return UpdateResult(to_pulumi(outputs))

    @_report_errors
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        runtime().run(self._resource().delete(_id, from_pulumi(props), _operation()))

    def _resource(self) -> Noun:
        urn = dynamic_host.current_call().urn
        runtime().stored_state.set_stack(urn)
        return NOUNS[self._noun](runtime().regions, self._settings, self._preferences, urn)


def _operation(begun: BegunResource | None = None) -> Operation:
    host = dynamic_host.current_call()
    return Operation(
        timeout=host.timeout,
        on_begun=(begun or BegunResource()).remember,
        progress=host.show_progress,
        tell=host.show_note,
        warn=host.show_warning,
    )


def _partial_state_or_error(
    resource: Noun, inputs: Properties, error: SnapshotError, resource_id: str
) -> PartialState | SnapshotError:
    """Return the error to raise after a wait that did not end, so that the id gets into the state.

    If the host keeps no partial state, the next create adopts the snapshot.
    """
    if not dynamic_host.keeps_partial_state():
        return error
    return runtime().finish(partial_state(resource, inputs, error, resource_id))
