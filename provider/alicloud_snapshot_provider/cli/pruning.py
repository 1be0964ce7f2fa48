"""What `prune` and `prune --by-hand` share: the request, the table of verdicts, the question and the removal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..errors import InvalidInput
from ..ledger.retention import Fate, Verdict
from ..ledger.run import Rules
from ..nouns import rules
from ..nouns.fields import check_fields
from ..nouns.keep_fields import KEEP_FIELD, keep_of
from ..overview.made_by_hand import HandPlan
from ..overview.pruning import Plan
from .cells import age_text, gib_text
from .context import Context
from .exit_codes import Exit
from .report.formats import counted
from .screen import Column

JUDGEMENT = (
    Column("AGE"),
    Column("SIZE", right=True),
    Column("FATE"),
    Column("WHY", fold=True),
)
"""The columns that both tables have."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the user asks for. If `sure`, the command asks no question."""

    series: str | None = None
    keep_last: int | None = None
    keep: Mapping[str, int | str | None] = field(default_factory=dict)
    dry_run: bool = False
    sure: bool = False

    @property
    def rules(self) -> Rules | None:
        """The rules that the options give. None means: use the declared ones."""
        given = {name: value for name, value in self.keep.items() if value is not None}
        if self.keep_last is None and not given:
            return None
        return Rules(keep_last=self.keep_last or 1, keep=keep_of({"keep": given}))

    def check_rules(self) -> None:
        """Check the rules that the options give. Raises InvalidInput."""
        reason = rules.keep_last(self.keep_last) if self.keep_last is not None else None
        if reason:
            raise InvalidInput("--keep-last", f"--keep-last {reason}")
        given = {name: value for name, value in self.keep.items() if value is not None}
        wrong = check_fields([KEEP_FIELD], {"keep": given}) if given else {}
        if wrong:
            option, text = "--keep", wrong["keep"].replace("keep.", "--keep-", 1)
            raise InvalidInput(option, text if text.startswith(option) else f"{option} {text}")


@dataclass(frozen=True, slots=True)
class Judged:
    """One snapshot, group or set with its verdict.

    `before` and `after` are the cells around those of JUDGEMENT. `facts` stand before the verdict in the JSON.
    """

    verdict: Verdict[Any]
    cut_at: datetime | None
    gib: float
    before: tuple[str, ...]
    facts: Mapping[str, Any]
    after: tuple[str, ...] = ()

    def row(self, now: float) -> tuple[str, ...]:
        """Return the cells of the table."""
        age = max(0.0, now - self.cut_at.timestamp()) if self.cut_at else None
        judgement = (age_text(age), gib_text(self.gib), self.verdict.fate.value, self.verdict.reason)
        return (*self.before, *judgement, *self.after)

    def record(self) -> dict[str, Any]:
        """Return the same for programs."""
        judgement = {"fate": self.verdict.fate.value, "why": self.verdict.reason, "gib_at_most": round(self.gib, 2)}
        return {**self.facts, **judgement}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What stays and what goes in all `plans`. `kind` follows the number of snapshots in the question."""

    plans: Sequence[Plan | HandPlan]
    judged: Sequence[Judged]
    columns: Sequence[Column]
    nothing: str
    kind: str = ""
    warning: str = ""

    @property
    def removed(self) -> list[Judged]:
        """What goes."""
        return [each for each in self.judged if each.verdict.fate is Fate.REMOVE]

    async def settle(self, context: Context, order: Order) -> Exit:
        """Show it, ask, and remove what goes."""
        screen = context.screen
        if not screen.for_programs:
            self._show(context)
        if self.removed and self.warning:
            screen.warn(self.warning)
        if self.removed and not order.dry_run:
            if not order.sure and not screen.agrees(f"Remove {counted(len(self.removed), 'snapshot')}{self.kind}?"):
                screen.say("nothing was changed")
                return Exit.FINE
            for plan in self.plans:
                await plan.carry_out(screen.say)
        if screen.for_programs:
            screen.json([each.record() for each in self.judged])
        return Exit.FINE

    def _show(self, context: Context) -> None:
        if not self.judged:
            context.screen.say(f"{self.nothing} in {context.place}")
            return
        context.screen.table(self.columns, [each.row(context.clock.now()) for each in self.judged])
        gib = sum(each.gib for each in self.removed)
        context.screen.say("")
        context.screen.say(
            f"{len(self.judged) - len(self.removed)} stay, {len(self.removed)} go: at most {gib_text(gib)} and "
            f"{context.price.text(context.price.of(gib))} less"
        )
