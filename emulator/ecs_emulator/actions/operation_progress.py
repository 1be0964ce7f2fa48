"""Results of calls that answer with HTTP 200 and have a result for each of their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ecs_emulator.refusals import EcsError

Part = tuple[Mapping[str, str], Callable[[], None]]
"""One part of a call, with the name and id of its resource."""


def operation_progress_set(parts: Sequence[Part], last_refusal: EcsError | None = None) -> dict[str, object]:
    """Perform each part of a call by itself, and return the results in the form of the answer."""
    refusals = [None] * (len(parts) - 1) + [last_refusal]
    results = [_attempted(items, perform, refusal) for (items, perform), refusal in zip(parts, refusals, strict=False)]
    return {"OperationProgressSet": {"OperationProgress": results}}


def _attempted(items: Mapping[str, str], perform: Callable[[], None], refusal: EcsError | None) -> dict[str, object]:
    try:
        if refusal is not None:
            raise refusal
        perform()
    except EcsError as error:
        return _progress(items, "Failed", error.code, error.message)
    return _progress(items, "Success")


def _progress(items: Mapping[str, str], status: str, code: str = "", message: str = "") -> dict[str, object]:
    return {
        "OperationStatus": status,
        "ErrorCode": code,
        "ErrorMsg": message,
        "RelatedItemSet": {"RelatedItem": [{"Name": name, "Value": value} for name, value in items.items()]},
    }
