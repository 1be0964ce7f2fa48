"""The region, the credentials and the stack of a command. The stack is that of the current folder, if there is one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..ecs.settings import Settings, resolve_settings
from ..errors import InvalidInput
from ..nouns import rules
from ..nouns.preferences import Preferences, resolve_preferences
from .stack_state import StackState, current_config, current_state, project_file, state_file


@dataclass(frozen=True, slots=True)
class Target:
    """`region_names` is never empty. `stack` is None if no state is known."""

    settings: Settings
    preferences: Preferences
    region_names: Sequence[str]
    stack: StackState | None


def find_target(regions: Sequence[str], state: Path | None = None) -> Target:
    """Read the configuration and the state of the current stack. Outside of a project only the environment counts.

    Without `regions` it takes the configured region and those of the stack's snapshots. Raises InvalidInput.
    """
    for name in regions:
        reason = rules.region(name)
        if reason:
            raise InvalidInput("--region", f"--region {reason}")
    project = project_file(Path.cwd())
    config, stack = _of_stack(project, state)
    settings = resolve_settings(lambda key: config.get(f"alicloud:{key}"), os.environ)
    wanted = list(dict.fromkeys(regions)) or sorted({settings.region, *(stack.regions if stack else ())} - {""})
    return Target(settings, resolve_preferences(config.get), wanted or [""], stack)


def _of_stack(project: Path | None, state: Path | None) -> tuple[Mapping[str, str], StackState | None]:
    """Ask Pulumi for both at once, because each answer takes about a second."""
    exported = state_file(state) if state is not None else None
    if project is None:
        return {}, exported
    with ThreadPoolExecutor(max_workers=2) as pool:
        config = pool.submit(current_config)
        found = pool.submit(current_state, project) if exported is None else None
        return config.result(), found.result() if found else exported
