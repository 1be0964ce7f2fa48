"""The two ways of paging: NextToken with MaxResults, and PageNumber with PageSize."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ecs_emulator import refusals
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.refusals import Refusal

INVALID_NEXT_TOKEN = Refusal("Invalid.NextToken", 403, "The specified NextToken is invalid.")
_DEFAULT_SIZE = 10
_MAXIMUM_PAGE_SIZE = 100


class Numbered(Protocol):
    """Anything that has a sequence number."""

    @property
    def sequence(self) -> int: ...


R = TypeVar("R", bound=Numbered)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of MaxResults. A number outside of them becomes the nearest limit."""

    minimum: int = 1
    maximum: int = 100


DEFAULT_LIMITS = Limits()


def page_response(
    parameters: Parameters,
    records: Sequence[R],
    render: Callable[[Sequence[R]], Mapping[str, object]],
    limits: Limits = DEFAULT_LIMITS,
) -> dict[str, object]:
    """Return one page of `records` (newest first) as `render` shows it, with the fields about paging.

    If a call uses both ways and has no NextToken, the page number decides.
    """
    if _wants_numbers(parameters):
        return _numbered_page(parameters, _newest_first(records), render)
    return token_page_response(parameters, records, render, limits)


def _wants_numbers(parameters: Parameters) -> bool:
    if parameters.text("NextToken"):
        return False
    return "PageNumber" in parameters or "MaxResults" not in parameters


def _numbered_page(
    parameters: Parameters,
    records: Sequence[R],
    render: Callable[[Sequence[R]], Mapping[str, object]],
) -> dict[str, object]:
    number = _positive(parameters, "PageNumber", 1, None)
    size = _positive(parameters, "PageSize", _DEFAULT_SIZE, _MAXIMUM_PAGE_SIZE)
    page = records[(number - 1) * size : number * size]
    response = {**render(page), "PageNumber": number, "PageSize": size, "TotalCount": len(records)}
    if "MaxResults" in parameters:
        response["NextToken"] = _token(page[-1].sequence) if len(records) > number * size else ""
    return response


def token_page_response(
    parameters: Parameters,
    records: Sequence[R],
    render: Callable[[Sequence[R]], Mapping[str, object]],
    limits: Limits = DEFAULT_LIMITS,
) -> dict[str, object]:
    """Return one page of `records` (newest first), for actions that page by NextToken only."""
    wanted = parameters.number("MaxResults") or _DEFAULT_SIZE
    size = min(limits.maximum, max(limits.minimum, wanted))
    token = parameters.text("NextToken")
    before = _sequence(token) if token else None
    rest = _newest_first([record for record in records if before is None or record.sequence < before])
    page = rest[:size]
    return {**render(page), "NextToken": _token(page[-1].sequence) if len(rest) > size else ""}


def _newest_first(records: Sequence[R]) -> list[R]:
    return sorted(records, key=lambda record: record.sequence, reverse=True)


def _positive(parameters: Parameters, name: str, default: int, maximum: int | None) -> int:
    number = parameters.number(name)
    if number is None:
        return default
    if number < 1 or (maximum is not None and number > maximum):
        raise refusals.INVALID_PARAMETER.error(name=name)
    return number


def _token(sequence: int) -> str:
    return base64.urlsafe_b64encode(f"before:{sequence}".encode()).decode()


def _sequence(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("before:"))
    except (binascii.Error, ValueError):
        raise INVALID_NEXT_TOKEN.error() from None
