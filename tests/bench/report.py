"""Writes what was measured as a page, with the machine's facts and whether each goal holds."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.bench.result import SNAPSHOT_SECONDS, Goal, Result
from tests.bench.share import Share, share_goals, share_table


def page(
    results: Sequence[Result], shares: Sequence[Share], first_answers: Mapping[str, float], goals: Sequence[Goal]
) -> str:
    """Return the page."""
    tables = [*_table(results), *share_table(shares), *_startup(first_answers), *_goals(goals)]
    return "\n".join([*_heading(), *tables]) + "\n"


def judge(results: Sequence[Result], shares: Sequence[Share], first_answers: Mapping[str, float]) -> list[Goal]:
    """Return the goals for every way but the reference."""
    ours = [result for result in results if result.way != "reference"]
    goals = [goal for result in ours for goal in _goals_of(result)] + share_goals(shares)
    goals += _goals_of_previews(ours, shares)
    answer = first_answers.get("plugin")
    if answer is None:
        return goals
    return [*goals, Goal("plugin: first answer within 0.6 s", f"{answer:.2f} s", answer <= 0.6)]


def _goals_of(result: Result) -> list[Goal]:
    name = f"{result.way}, {result.count}"
    if result.foreign:
        return _goals_in_a_large_region(name, result)
    most = 25 if result.count <= 100 else 250
    goals = [Goal(f"{name}: at most {most} Describe calls", str(result.describes), result.describes <= most)]
    if result.count <= 100:
        p50, p99 = result.lag(0.5), result.lag(0.99)
        limit = 1.1 * SNAPSHOT_SECONDS + result.noop_seconds
        return [
            *goals,
            Goal(f"{name}: lag p50 within 1.5 s", f"{p50:.2f} s", p50 <= 1.5),
            Goal(f"{name}: lag p99 within 5 s", f"{p99:.2f} s", p99 <= 5.0),
            Goal(
                f"{name}: wall within 1.1 × the longest snapshot plus the engine's no-op",
                f"{result.wall:.1f} s of {limit:.1f} s",
                result.wall <= limit,
            ),
        ]
    peak = result.cost.peak_mb
    return [*goals, Goal(f"{name}: provider's peak memory within 250 MB", f"{peak:.0f} MB", peak <= 250)]


def _goals_in_a_large_region(name: str, result: Result) -> list[Goal]:
    beyond = result.wall - result.noop_seconds - SNAPSHOT_SECONDS
    return [
        Goal(f"{name}: at most 500 Describe calls", str(result.describes), result.describes <= 500),
        Goal(f"{name}: at most 250 calls in the preview", str(result.preview_calls), result.preview_calls <= 250),
        Goal(
            f"{name}: wall within 60 s of the longest snapshot plus the engine's no-op", f"{beyond:.1f} s", beyond <= 60
        ),
    ]


def _goals_of_previews(results: Sequence[Result], shares: Sequence[Share]) -> list[Goal]:
    """Compare the preview in a large region with the preview of as many snapshots in an empty one."""
    empty = {(f"large region, {share.way}", share.count): share.phases["preview"].seconds for share in shares}
    compared = [(result, empty.get((result.way, result.count))) for result in results]
    return [
        Goal(
            f"{result.way}, {result.count}: preview at most 1.1 × that in an empty region",
            f"{result.preview_seconds / seconds:.2f} ×",
            result.preview_seconds <= 1.1 * seconds,
        )
        for result, seconds in compared
        if seconds
    ]


def _heading() -> list[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return [
        "# Benchmark",
        "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, in one run: {os.cpu_count()} cores, "
        f"{memory:.0f} GiB of memory, {platform.system()} {platform.machine()}, Python {platform.python_version()}; "
        "the emulator runs on the same cores. Every snapshot takes 60 s.",
        "",
        "`dynamic` and `plugin` are ours on the real engine, `one set` with all snapshots as one `SnapshotSet`, which "
        "is handed over once all are accomplished; `reference` polls each snapshot on its own at 5, 8, 14 s "
        "and then every 10 s, as pulumi_alicloud does, without an engine. In the `large region`, 10,000 other "
        "snapshots are there before, and ECS allows 1,000 calls a minute of each Describe. Lag is the time from a "
        "snapshot's end to its hand-over.",
        "",
    ]


def _table(results: Sequence[Result]) -> list[str]:
    if not results:
        return []
    rows = [
        "| snapshots | way | wall s | × longest | Describe | ListTagResources | lag p50 s | lag p99 s | "
        "provider CPU s | peak MB | preview s (calls) | no-op up s (calls) |",
        "| " + " | ".join(["---"] * 12) + " |",
    ]
    return [*rows, *map(_row, results), ""]


def _row(result: Result) -> str:
    shown = [
        str(result.count),
        result.way,
        f"{result.wall:.1f}",
        f"{result.stretch:.2f}",
        str(result.describes),
        str(result.others),
        f"{result.lag(0.5):.2f}",
        f"{result.lag(0.99):.2f}",
    ]
    if result.way == "reference":
        shown += ["–"] * 4
    else:
        shown += [
            f"{result.cost.cpu:.1f}",
            f"{result.cost.peak_mb:.0f}",
            f"{result.preview_seconds:.1f} ({result.preview_calls})",
            f"{result.noop_seconds:.1f} ({result.noop_calls})",
        ]
    return f"| {' | '.join(shown)} |"


def _startup(first_answers: Mapping[str, float]) -> list[str]:
    if not first_answers:
        return []
    shown = ", ".join(f"{way} {seconds:.2f} s" for way, seconds in first_answers.items())
    return [f"From the start of the process to its first answer, best of 5: {shown}.", ""]


def _goals(goals: Sequence[Goal]) -> list[str]:
    rows = [f"| {goal.text} | {goal.measured} | {'yes' if goal.kept else 'NO'} |" for goal in goals]
    return ["| goal | measured | kept |", "| --- | --- | --- |", *rows]
