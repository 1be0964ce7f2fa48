"""Runs every scenario and writes bench/results.md; ends with 1 where a goal is missed."""

from __future__ import annotations

import sys

from tests.bench.engine import WAYS, measure
from tests.bench.reference import measure_reference
from tests.bench.report import judge, page
from tests.bench.result import Result
from tests.bench.startup import COMMANDS, first_answer
from workbench.environment import ROOT, say

_COUNTS = (100, 1_000)


def main() -> int:
    """Measure, write, judge."""
    results = [result for count in _COUNTS for result in _measured(count)]
    first_answers = {way: first_answer(way) for way in COMMANDS}
    goals = judge(results, first_answers)
    target = ROOT / "bench" / "results.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(results, first_answers, goals))
    print(target.read_text())
    return 0 if all(goal.kept for goal in goals) else 1


def _measured(count: int) -> list[Result]:
    results = [measure_reference(count)]
    for way in WAYS:
        say(f"{count} snapshots of 60 s, {way.name}")
        results.append(measure(way, count))
    return results


if __name__ == "__main__":
    sys.exit(main())
