"""`alicloud-snapshot drill`: restores snapshots as a test now, as `RestoreDrill` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..drills.fields import RESTORE_DRILL_FIELDS, checks_of
from ..drills.preflight import drill_facts, drill_violations, drill_warnings, survey_drill
from ..drills.run import DrillRun, Proven
from ..drills.spec import DEFAULT_CATEGORY, Drill
from ..errors import InvalidInput
from ..nouns import rules
from ..nouns.fields import check_fields
from ..overview.catalogue import Entry, Filters
from ..region import Region
from .context import Context, in_terms_of_the_command_line
from .exit_codes import Exit
from .list import chosen_entries

_OPTIONS = {
    "instance_id": "--instance",
    "zone_id": "--zone",
    "disk_category": "--disk-category",
    "checks": "--command",
    "series": "SNAPSHOT|SERIES",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What the user asks for: the drill of a snapshot, or of the newest snapshots of a series.

    `timeout`, in seconds, and `exit_code` are for each command. If `sure`, the command asks no question.
    """

    what: str
    instance_id: str | None = None
    zone_id: str | None = None
    disk_category: str = DEFAULT_CATEGORY
    commands: Sequence[str] = ()
    timeout: int | None = None
    exit_code: int | None = None
    file_system_check: bool = True
    sure: bool = False

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The same as inputs of a `RestoreDrill`."""
        given = {
            "instance_id": self.instance_id,
            "zone_id": self.zone_id,
            "disk_category": self.disk_category,
            "file_system_check": self.file_system_check,
            "series": f"drill-of-{self.what}"[:128],
            "checks": {f"command-{number}": self._check(text) for number, text in enumerate(self.commands, 1)},
        }
        return {name: value for name, value in given.items() if value not in (None, {})}

    def _check(self, command: str) -> dict[str, Any]:
        given = {"command": command, "timeout": self.timeout, "exit_code": self.exit_code}
        return {name: value for name, value in given.items() if value is not None}


async def drill_snapshots(context: Context, trial: Trial) -> Exit:
    """Explain the drill, ask, and run it. Raises InvalidInput if it cannot work, and DrillFailed if it fails."""
    _check(trial)
    region, snapshot_ids = await _chosen(context, trial.what)
    drill = _drill(trial, snapshot_ids)
    situation = await survey_drill(region, drill)
    reasons = drill_violations(situation)
    if reasons:
        raise InvalidInput("SNAPSHOT", f"nothing was made: {in_terms_of_the_command_line('; '.join(reasons.values()))}")
    for line in (*drill_warnings(situation), *drill_facts(situation, context.price.currency)):
        context.screen.say(line)
    if not trial.sure and not context.screen.agrees(f"Restore {drill.named} for a trial?"):
        context.screen.say("nothing was made")
        return Exit.FINE
    say = context.screen.say
    proven = await DrillRun(region, replace(drill, tell=say, step=say, warn=context.screen.warn)).run()
    _report(context, region, drill, proven)
    return Exit.FINE


def _check(trial: Trial) -> None:
    fields = [field for field in RESTORE_DRILL_FIELDS if field.name in _OPTIONS]
    for name, reason in check_fields(
        fields, {name: each for name, each in trial.inputs.items() if name in _OPTIONS}
    ).items():
        raise InvalidInput(_OPTIONS[name], f"{_OPTIONS[name]} {reason}")
    if trial.commands and not trial.instance_id:
        raise InvalidInput("--command", "--command needs a helper that runs it", remedy="Give --instance.")


async def _chosen(context: Context, what: str) -> tuple[Region, list[str]]:
    """Return the snapshots to restore, and their region: one, or all members of the newest in a series."""
    if rules.snapshot_id(what) is None:
        region, snapshot = await context.find("snapshot", what, lambda each: each.snapshots.get(what))
        return region, [snapshot.snapshot_id]
    entries = await chosen_entries(context, Filters(series=what))
    newest = next((each for each in entries if each.snapshot.accomplished), None)
    if newest is None:
        raise InvalidInput(
            "SERIES",
            f"there is no accomplished snapshot of series {what} in {context.place}",
            remedy="Look it up with `alicloud-snapshot list`, or give --region with the series' own.",
        )
    region = next(each for each in context.regions if each.name == newest.region)
    return region, [each.snapshot.snapshot_id for each in entries if _belongs(each, newest)]


def _belongs(entry: Entry, newest: Entry) -> bool:
    """Return whether a snapshot is of the same group or set."""
    same = (entry.region, entry.series, entry.generation) == (newest.region, newest.series, newest.generation)
    return same and entry.snapshot.accomplished


def _drill(trial: Trial, snapshot_ids: Sequence[str]) -> Drill:
    return Drill(
        snapshot_ids=tuple(sorted(snapshot_ids)),
        series=trial.inputs["series"],
        instance_id=trial.instance_id or "",
        zone_id=trial.zone_id or "",
        category=trial.disk_category,
        checks=checks_of(trial.inputs) if trial.instance_id else (),
    )


def _report(context: Context, region: Region, drill: Drill, proven: Proven) -> None:
    if context.screen.for_programs:
        context.screen.json(
            {
                "snapshot_ids": list(drill.snapshot_ids),
                "region": region.name,
                "verified_at": proven.proof.at,
                "verified_by": proven.proof.by,
                "verified_checks": list(proven.checks),
                "recorded_on": list(proven.recorded),
            }
        )
        return
    checks = f": {', '.join(proven.checks)}" if proven.checks else ""
    context.screen.say(f"{drill.named}: restored {proven.proof}{checks}; no temporary disk is left")
