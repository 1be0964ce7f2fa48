"""The defaults of inputs that a program does not declare, and the check that a retention does not shrink."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..ecs.wire_format import whole
from ..ledger.intent import DERIVED_SERIES
from .fields import Change, Field, changed, plain
from .property_values import UNKNOWN, Properties
from .rules import is_name_character


def with_defaults(
    fields: Iterable[Field], olds: Properties, news: Properties, *, region_input: str, region: str
) -> dict[str, Any]:
    """Return the inputs with the defaults of the fields and the region, and with the old series if that was derived."""
    inputs = defaulted(fields, olds, news, region_input=region_input, region=region)
    series = kept_series(olds.get("series"), inputs.get("series"))
    return {**inputs, "series": series} if series else inputs


def defaulted(
    fields: Iterable[Field], olds: Properties, news: Properties, *, region_input: str, region: str
) -> dict[str, Any]:
    """Return the inputs with the defaults of the fields and the region."""
    inputs = {name: value for name, value in news.items() if value is not None}
    # A record cannot move. If the program names no region, the old one counts.
    inputs.setdefault(region_input, olds.get(region_input) or region)
    for field in fields:
        if field.is_input and field.default is not None:
            inputs.setdefault(field.name, field.default)
    return {name: value for name, value in inputs.items() if value not in (None, "")}


def kept_series(old: Any, new: Any) -> Any:
    """Return the old series if both are derived: a rename by an alias keeps it, as Pulumi keeps automatic names."""
    both_derived = all(isinstance(value, str) and DERIVED_SERIES.fullmatch(value) for value in (old, new))
    return old if both_derived else new


def sorted_lists(inputs: Properties, *names: str) -> dict[str, Any]:
    """Return the inputs with the named lists sorted and without duplicates. An unknown list stays unknown."""
    known = {name: inputs[name] for name in names if _is_known_list(inputs.get(name))}
    return {**inputs, **{name: sorted(set(value)) for name, value in known.items()}}


def _is_known_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def default_name(series: Any) -> Any:
    """Return a name made from project, stack and resource. ECS wants a letter first, and reserves "auto"."""
    if not isinstance(series, str):
        return series
    derived = DERIVED_SERIES.fullmatch(series)
    plain_text = re.sub(r"[^\w:.-]+", "-", derived["path"] if derived else series)
    name = "".join(each if is_name_character(each) else "-" for each in plain_text).strip("-")
    if not name[:1].isalpha() or name.lower().startswith("auto") or len(name) < 2:
        name = f"snapshot-{name}"
    return name[:128]


def shrinking_retention(fields: Iterable[Field], olds: Properties, inputs: Properties) -> str | None:
    """Return why the declared retention cannot work, or None. `olds` are the old inputs.

    Source: the limits in "Extend the retention period of a snapshot" of the user guide.
    """
    old, new = whole(olds.get("retention_days")), inputs.get("retention_days")
    replaced = changed(fields, olds, inputs, Change.REPLACE)
    if not olds or replaced or new is UNKNOWN or old is new is None:
        return None
    if old is None:
        return (
            f"cannot be set to {plain(new)} afterwards: ECS keeps it until it is deleted and shortens no retention, "
            "so remove it, or change triggers to take a new snapshot with it"
        )
    if new is None:
        return f"cannot be removed, it was {old}: ECS only lets retention grow, so set it higher or change triggers"
    if isinstance(plain(new), int) and plain(new) < old:
        return f"cannot shrink from {old} to {plain(new)}: ECS only lets retention grow, so set at least {old}"
    return None
