"""Runs every scenario and writes bench/results.md; ends with 1 where a goal is missed.

With names of ways, such as `"one set, dynamic"`, it runs those ways only, with 1,000 snapshots, or 2,000 in a large
region, prints the page and writes nothing. `share`, with a count if wished, measures the provider's own share.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.bench.engine import LARGE, SETS, WAYS, Way, measure
from tests.bench.reference import measure_reference
from tests.bench.report import judge, page
from tests.bench.result import Result
from tests.bench.share import COUNTS, Share, measure_shares
from tests.bench.startup import COMMANDS, first_answer
from workbench.environment import ROOT, say

_COUNTS = (100, 1_000)
_LARGE_COUNT = 2_000


def main(names: Sequence[str]) -> int:
    """Measure, write, judge."""
    if names[:1] == ["share"]:
        return _printed([], [share for count in map(int, names[1:] or COUNTS[:1]) for share in measure_shares(count)])
    if names:
        return _shown([way for way in (*WAYS, *SETS, *LARGE) if way.name in names])
    results = [result for count in _COUNTS for result in _measured(count)]
    results += [_of(way, _LARGE_COUNT) for way in LARGE]
    shares = [share for count in COUNTS for share in measure_shares(count)]
    first_answers = {way: first_answer(way) for way in COMMANDS}
    goals = judge(results, shares, first_answers)
    target = ROOT / "bench" / "results.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(results, shares, first_answers, goals))
    print(target.read_text())
    return 0 if all(goal.kept for goal in goals) else 1


def _shown(ways: Sequence[Way]) -> int:
    """Measure many snapshots in some ways, and print the page."""
    return _printed([_of(way, _LARGE_COUNT if way.foreign else _COUNTS[-1]) for way in ways], [])


def _printed(results: Sequence[Result], shares: Sequence[Share]) -> int:
    goals = judge(results, shares, {})
    print(page(results, shares, {}, goals))
    return 0 if goals and all(goal.kept for goal in goals) else 1


def _measured(count: int) -> list[Result]:
    ways = WAYS + SETS if count == _COUNTS[-1] else WAYS
    return [measure_reference(count), *(_of(way, count) for way in ways)]


def _of(way: Way, count: int) -> Result:
    say(f"{count} snapshots of 60 s, {way.name}")
    return measure(way, count)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
