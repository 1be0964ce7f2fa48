"""Plays the probes one after the other. Whatever happens, it removes what they made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import SnapshotError
from ..waiting.shield import uncancellable
from .bench import Bench, Subject
from .instances import start_again
from .leftovers import Leftovers
from .life import duration_facts, life
from .outcome import Finding, NotProbed, Verdict, reason_of, redacted
from .table import ROWS, Row

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found: the rows, the seconds that it measured, and why something could not be removed."""

    findings: Sequence[Finding]
    seconds: Mapping[str, float | None]
    left: Mapping[str, str]

    def having(self, verdict: Verdict) -> list[Finding]:
        """Return the findings with a verdict."""
        return [each for each in self.findings if each.verdict is verdict]


class Verification:
    """One verification of one disk. `tell` hears of each row, and of what a killed run left."""

    def __init__(self, subject: Subject, tell: Tell) -> None:
        self._bench = Bench(subject)
        self._tell = tell

    async def run(self) -> Report:
        """Return the report once everything is removed. A cancellation also waits for that."""
        for record_id in await uncancellable(self._clear()):
            self._tell(f"removed {record_id}, which a verification that was killed had left")
        left: dict[str, str] = {}
        try:
            findings = [await self._play(row) for row in ROWS]
            seconds = await self._seconds()
        finally:
            left = await uncancellable(self._end())
        return Report(findings, seconds, left)

    async def _clear(self) -> list[str]:
        await start_again(self._bench)
        return await Leftovers(self._bench).remove()

    async def _end(self) -> dict[str, str]:
        """Remove everything, and return why something is left, by its id."""
        try:
            await start_again(self._bench)
        except SnapshotError as error:
            self._tell(f"the instance could not be started again: {error.problem}")
        leftovers = Leftovers(self._bench)
        try:
            await leftovers.remove()
        except SnapshotError as error:
            self._tell(f"what was made may be left, and the next run removes it: {error.problem}")
        left = {record_id: error.problem for record_id, error in leftovers.failures.items()}
        for record_id, problem in left.items():
            self._tell(f"{record_id} could not be removed, and is billed until the next run removes it: {problem}")
        return left

    async def _play(self, row: Row) -> Finding:
        verdict, seen = await self._judged(row)
        self._tell(f"{verdict.value}: {row.behaviour} ({seen})")
        return Finding(row.id, row.behaviour, row.source, verdict, seen)

    async def _judged(self, row: Row) -> tuple[Verdict, str]:
        if isinstance(row.how, str):
            return Verdict.NOT_PROBED, row.how
        try:
            seen = await row.how(self._bench)
        except NotProbed as reason:
            return Verdict.NOT_PROBED, redacted(str(reason))
        except SnapshotError as error:
            return Verdict.NOT_PROBED, redacted(reason_of(error))
        return Verdict.CONFIRMED if seen.as_told else Verdict.CONTRADICTED, redacted(seen.text)

    async def _seconds(self) -> Mapping[str, float | None]:
        try:
            return duration_facts(await self._bench.shared(life))
        except (NotProbed, SnapshotError):
            return {}
