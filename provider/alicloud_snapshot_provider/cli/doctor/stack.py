"""Checks of the current stack's configuration, and of its secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ...ecs.settings import Settings, explain_settings
from ...errors import InvalidInput
from ...nouns.preferences import resolve_preferences
from ..stack_state import ConfigEntry, config_entries, project_file
from .check import Check, failed, ok, warning

_SECRETS = ("alicloud:secretKey", "alicloud:securityToken", "alicloud-snapshot:secretKey")


@dataclass(frozen=True, slots=True)
class Configured:
    """The configuration. `settings` is None if it cannot be read.

    `origins` says where each value comes from. `runtime` is the project's language, or empty outside of a project.
    """

    checks: list[Check]
    settings: Settings | None
    origins: Mapping[str, str] = field(default_factory=dict)
    runtime: str = ""


def stack_checks() -> Configured:
    """Read the configuration of the stack in this folder. Elsewhere only the environment counts."""
    project = project_file(Path.cwd())
    if project is None:
        return _resolved({}, [ok("configuration", "the environment's, because this folder has no project")], "")
    runtime = _runtime(project)
    try:
        entries = config_entries()
    except InvalidInput as error:
        return Configured([failed("configuration", error.problem, error.remedy)], None, runtime=runtime)
    return _resolved(entries, [_plain_secrets(entries)], runtime)


def _resolved(entries: Mapping[str, ConfigEntry], checks: list[Check], runtime: str) -> Configured:
    values = {key: entry.value for key, entry in entries.items()}
    try:
        resolve_preferences(values.get)
        settings, origins = explain_settings(lambda key: values.get(f"alicloud:{key}"), os.environ)
    except InvalidInput as error:
        return Configured([failed("configuration", error.problem, error.remedy)], None, runtime=runtime)
    return Configured(checks, settings, origins, runtime)


def _plain_secrets(entries: Mapping[str, ConfigEntry]) -> Check:
    plain = [key for key in _SECRETS if key in entries and not entries[key].secret]
    if plain:
        return warning(
            "configuration",
            f"{', '.join(plain)} is in the stack's file as plain text",
            f"Set it again with `pulumi config set --secret {plain[0]}`, and replace the key if others saw the file.",
        )
    ours = sum(key.startswith(("alicloud:", "alicloud-snapshot:")) for key in entries)
    return ok("configuration", f"the stack's, with {ours} alicloud keys, and the environment's")


def _runtime(project: Path) -> str:
    """Return the language of a project. `runtime` is a name, or a mapping that has one."""
    try:
        written: Any = yaml.safe_load(project.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return ""
    runtime = written.get("runtime") if isinstance(written, dict) else ""
    return str(runtime.get("name", "")) if isinstance(runtime, dict) else str(runtime or "")
