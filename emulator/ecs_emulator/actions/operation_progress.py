"""Results of calls that answer with HTTP 200 and tell what became of each of their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ecs_emulator.refusals import EcsError


def attempted(items: Mapping[str, str], perform: Callable[[], None]) -> dict[str, object]:
    """Perform one part of a call and return its `OperationProgress`; `items` say by name and id what it is about."""
    try:
        perform()
    except EcsError as error:
        return _progress(items, "Failed", error.code, error.message)
    return _progress(items, "Success")


def operation_progress_set(parts: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Return the results of all parts as answers nest them."""
    return {"OperationProgressSet": {"OperationProgress": list(parts)}}


def _progress(items: Mapping[str, str], status: str, code: str = "", message: str = "") -> dict[str, object]:
    return {
        "OperationStatus": status,
        "ErrorCode": code,
        "ErrorMsg": message,
        "RelatedItemSet": {"RelatedItem": [{"Name": name, "Value": value} for name, value in items.items()]},
    }
