"""Answers Diff: what changed by property, so that the engine can show it and apply `replaceOnChanges`."""

from __future__ import annotations

from pulumi.runtime.proto import provider_pb2

from ...nouns.noun import Notes, Noun
from ...nouns.property_values import Properties
from .cases import camel_case
from .names import Names

_Kind = provider_pb2.PropertyDiff.Kind
_DYNAMIC = "__provider"
"""Only the state of a dynamic resource has it. An update then moves the state to the plugin, and nothing else."""


def difference(
    resource: Noun, names: Names, olds: Properties, news: Properties
) -> tuple[provider_pb2.DiffResponse, Notes]:
    """Compare the old outputs with the checked inputs. Return the notes, too."""
    before, after = names.to_core(olds), names.to_core(news)
    found = resource.diff(before, after)
    # An output such as `status` is not among the inputs.
    after = {**after, **{field.name: None for field in resource.fields if not field.is_input}}
    kinds = {camel_case(name): _kind(name, before, after, replaces=False) for name in found.updates}
    kinds |= {camel_case(name): _kind(name, before, after, replaces=True) for name in found.replaces}
    if _DYNAMIC in olds:
        kinds[_DYNAMIC] = _Kind.DELETE
    return _response(kinds, replaces=[camel_case(name) for name in found.replaces]), found.notes


def config_difference(olds: Properties, news: Properties) -> provider_pb2.DiffResponse:
    """Compare the inputs of a provider. No change replaces a resource: each one stays in its region."""
    changed = sorted(name for name in {*olds, *news} if olds.get(name) != news.get(name))
    return _response({name: _kind(name, olds, news, replaces=False) for name in changed}, replaces=[])


def _response(kinds: dict[str, _Kind.ValueType], replaces: list[str]) -> provider_pb2.DiffResponse:
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if kinds else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=list(kinds),
        replaces=replaces,
        detailedDiff={name: provider_pb2.PropertyDiff(kind=kind) for name, kind in kinds.items()},
        hasDetailedDiff=True,
    )


def _kind(name: str, olds: Properties, news: Properties, *, replaces: bool) -> _Kind.ValueType:
    if name not in olds:
        return _Kind.ADD_REPLACE if replaces else _Kind.ADD
    if name not in news:
        return _Kind.DELETE_REPLACE if replaces else _Kind.DELETE
    return _Kind.UPDATE_REPLACE if replaces else _Kind.UPDATE
