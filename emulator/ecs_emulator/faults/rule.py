"""One rule: which calls go wrong, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecs_emulator.records.codec import RecordError, decode

FaultKind = Literal["error", "drop", "latency", "html", "stale", "fail_snapshot", "stop_instance", "refuse_part"]


@dataclass(frozen=True, slots=True)
class FaultRule:
    """Matching calls of `action` (a name, or a pattern such as `Describe*`) go wrong in the way of `kind`.

    Which: from the `nth` matching call on, or each one with `probability` (`seed` makes it the same in every run),
    at most `times` times (None: always), and only for `for_seconds` emulated seconds if that is given.
    When: `before` the effect (nothing has changed) or `after` it (the client does not know of it).
    `seconds` are wall seconds for `latency`, and emulated ones for `stale`. `refuse_part` refuses the last part of a
    call with `code`, if the call answers with HTTP 200 and a result for each part.
    """

    id: str = ""
    action: str = "*"
    kind: FaultKind = "error"
    when: Literal["before", "after"] = "before"
    nth: int = 1
    probability: float | None = None
    seed: int = 0
    times: int | None = 1
    for_seconds: float | None = None
    code: str = "InternalError"
    status: int | None = None
    message: str | None = None
    retry_after_ms: int | None = None
    seconds: float = 0.0


def read_rule(data: object) -> FaultRule:
    """Return a rule from plain data. Raises RecordError if it is impossible.

    A rule with `for_seconds` is active for all that time, unless `times` limits it.
    """
    if isinstance(data, dict) and data.get("for_seconds") is not None:
        data = {"times": None, **data}
    rule = decode(FaultRule, data, "fault")
    if rule.nth < 1:
        raise RecordError("fault.nth", f"{rule.nth} is below 1", "Count calls from 1")
    if rule.probability is not None and not 0 <= rule.probability <= 1:
        raise RecordError("fault.probability", f"{rule.probability} is no probability", "Give 0 to 1")
    return rule
