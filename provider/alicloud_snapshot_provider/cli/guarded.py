"""`alicloud-snapshot guarded`: whether every instance and disk of a previewed stack has a guard, for CI."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import InvalidInput, Permanent
from ..guards.unguarded import HOOKS, Coverage, Unguarded, coverage_of
from .exit_codes import Exit
from .screen import Screen
from .stack_state import project_file

PREVIEW = "pulumi preview --json --show-sames | alicloud-snapshot guarded"
_GUARDS = {
    "python": "guard_stack()",
    "nodejs": "snapshots.guardStack();",
    "go": "alicloudsnapshot.GuardStack(ctx, nil)",
}
"""The line that guards a stack, by the runtime of its project."""
_IN_OTHER_LANGUAGES = "a StackGuard, which each of them names in dependsOn"


@dataclass(frozen=True, slots=True)
class Rule:
    """The changes that must be guarded, all where none is given, and the names of resources to leave alone."""

    changes: Sequence[str] = ()
    exclude: Sequence[str] = ()


def report_unguarded(screen: Screen, rule: Rule) -> Exit:
    """Judge the preview on standard input; FOUND where something is unguarded. Raises InvalidInput where it is none."""
    if sys.stdin.isatty():
        raise _no_preview("standard input is a terminal")
    coverage = coverage_of(_steps(sys.stdin.read()), rule.changes or tuple(HOOKS), rule.exclude)
    runtime = _runtime()
    if screen.for_programs:
        screen.json([_record(each, runtime) for each in coverage.unguarded])
    else:
        _show(screen, coverage, runtime)
    return Exit.FOUND if coverage.unguarded else Exit.FINE


def _steps(text: str) -> Sequence[Mapping[str, Any]]:
    """Return the steps of a preview that succeeded and shows all resources: a check must not pass as it saw none."""
    try:
        digest = json.loads(text)
    except ValueError:
        raise _no_preview("standard input is no JSON") from None
    if not isinstance(digest, Mapping) or not {"steps", "diagnostics", "changeSummary"} & set(digest):
        raise _no_preview("standard input is no preview")
    errors = [str(each.get("message", "")) for each in digest.get("diagnostics") or () if each["severity"] == "error"]
    if errors:
        raise Permanent(f"the preview failed: {errors[0].strip()}", remedy="Correct that first.")
    steps: Sequence[Mapping[str, Any]] = digest.get("steps") or ()
    if sum(step.get("op") == "same" for step in steps) < (digest.get("changeSummary") or {}).get("same", 0):
        raise _no_preview("the preview leaves out what stays the same")
    return steps


def _no_preview(problem: str) -> InvalidInput:
    return InvalidInput("stdin", f"{problem}, so nobody knows what is guarded", remedy=f"Run `{PREVIEW}`.")


def _runtime() -> str:
    """Return the runtime of the project in whose folder this is, that of Python where there is none."""
    project = project_file(Path.cwd())
    runtime = yaml.safe_load(project.read_text(encoding="utf-8")).get("runtime") if project else "python"
    return str(runtime.get("name") if isinstance(runtime, Mapping) else runtime)


def _show(screen: Screen, coverage: Coverage, runtime: str) -> None:
    for each in coverage.unguarded:
        screen.say(f"{each.name} ({each.type}): no snapshot is taken before its {' and '.join(each.changes)}")
        screen.say(f"  {_mending(each, runtime)}")
    screen.say(f"{len(coverage.unguarded)} of {coverage.count} instances and disks without a guard")


def _mending(unguarded: Unguarded, runtime: str) -> str:
    """Return the line that mends it."""
    line = _GUARDS.get(runtime, _IN_OTHER_LANGUAGES)
    if not unguarded.deleted_now:
        return f"add before the resources: {line}"
    again = "" if unguarded.declared else " and the resource"
    return f"this run would delete it: first run `pulumi up` without that change, with {line}{again}"


def _record(unguarded: Unguarded, runtime: str) -> dict[str, object]:
    return {
        "urn": unguarded.urn,
        "type": unguarded.type,
        "name": unguarded.name,
        "unguarded": list(unguarded.changes),
        "mend": _mending(unguarded, runtime),
    }
