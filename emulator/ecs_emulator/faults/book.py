"""All active fault rules, and those that hit a call."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from ecs_emulator.faults.rule import FaultRule, read_rule


@dataclass(slots=True)
class _Tally:
    rule: FaultRule
    added_at: float
    matched: int = 0
    struck: int = 0

    def draws(self, action: str, now: float) -> bool:
        """Count a call, and return whether the rule hits it."""
        if not fnmatchcase(action, self.rule.action) or self._is_over(now):
            return False
        self.matched += 1
        if self.matched < self.rule.nth or not self._luck():
            return False
        self.struck += 1
        return True

    def _is_over(self, now: float) -> bool:
        times, window = self.rule.times, self.rule.for_seconds
        if times is not None and self.struck >= times:
            return True
        return window is not None and now >= self.added_at + window

    def _luck(self) -> bool:
        if self.rule.probability is None:
            return True
        digest = hashlib.sha256(f"{self.rule.seed}:{self.matched}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64 < self.rule.probability


class FaultBook:
    """The active rules, each with its own count."""

    def __init__(self) -> None:
        self._tallies: list[_Tally] = []
        self._added = 0

    def add(self, data: object, now: float) -> FaultRule:
        """Add a rule from plain data, active from the emulated time `now`. Returns it with its id."""
        rule = read_rule(data)
        self._added += 1
        rule = replace(rule, id=rule.id or f"fault-{self._added}")
        self._tallies.append(_Tally(rule, now))
        return rule

    def rules(self) -> list[FaultRule]:
        return [tally.rule for tally in self._tallies]

    def struck(self, rule_id: str) -> int:
        """Return how many calls a rule has hit."""
        return sum(tally.struck for tally in self._tallies if tally.rule.id == rule_id)

    def clear(self) -> None:
        self._tallies.clear()

    def drawn(self, action: str, now: float) -> list[FaultRule]:
        """Return the rules that hit this call of `action`."""
        return [tally.rule for tally in self._tallies if tally.draws(action, now)]
