"""What Pulumi knows of a stack: its configuration, and the snapshots that its state holds."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ..errors import InvalidInput
from ..ledger.intent import scope_of
from ..ledger.ownership import OWNER_KEY, lineage_of
from ..ledger.run import Rules
from ..nouns.lifecycle import rules_of
from ..overview.orphans import Claims

_OURS = ("pulumi-python:dynamic/alicloud-snapshot:", "alicloud-snapshot:")
_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class StackState:
    """The claims of a state, the regions of its snapshots, and their series with the rules of each.

    `named` are the ids of all snapshots in the state, also those of other providers.
    `lineages` are the names of the histories of its entries.
    """

    claims: Claims
    regions: frozenset[str] = frozenset()
    series: Mapping[str, Rules] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    lineages: frozenset[str] = frozenset()

    @property
    def scopes(self) -> frozenset[str]:
        """Every scope under which the stack's snapshots are recorded, including the names of named series."""
        return self.claims.scopes | {scope_of(series) for series in self.series}


def project_file(folder: Path) -> Path | None:
    """Return the file of the Pulumi project that `folder` is in, or None."""
    candidates = (parent / name for parent in (folder, *folder.parents) for name in _PROJECT_FILES)
    return next((file for file in candidates if file.is_file()), None)


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One value of a stack's configuration. `secret` means that the stack's file has it encrypted."""

    value: str
    secret: bool


def config_entries() -> dict[str, ConfigEntry]:
    """Return the configuration of the current stack, with secrets. Raises InvalidInput if Pulumi has none."""
    config = json.loads(_pulumi("config", "--show-secrets", "--json"))
    return {key: ConfigEntry(str(entry.get("value", "")), bool(entry.get("secret"))) for key, entry in config.items()}


def current_config() -> dict[str, str]:
    """Return the texts of the current stack's configuration. Raises InvalidInput if Pulumi has none."""
    return {key: entry.value for key, entry in config_entries().items()}


def current_state(project: Path) -> StackState:
    """Return what the current stack's state holds. Raises InvalidInput if Pulumi has no such state.

    The resources name the stack. If there are none, Pulumi is asked, which takes a while.
    """
    state = read_state(json.loads(_pulumi("stack", "export")))
    if state.claims.scopes:
        return state
    name = yaml.safe_load(project.read_text(encoding="utf-8"))["name"]
    scope = f"{name}/{_pulumi('stack', '--show-name').strip()}"
    return replace(state, claims=replace(state.claims, scopes=frozenset({scope})))


def state_file(path: Path) -> StackState:
    """Return what an exported state holds. Raises InvalidInput if the file has none."""
    try:
        exported = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _no_state(f"{path} cannot be read ({error})") from None
    return read_state(exported)


def read_state(exported: Any) -> StackState:
    """Read the JSON of `pulumi stack export`. Raises InvalidInput if it is something else."""
    deployment = exported.get("deployment") if isinstance(exported, Mapping) else None
    if not isinstance(deployment, Mapping):
        raise _no_state("there is no deployment in the state")
    resources = [entry for entry in deployment.get("resources") or () if isinstance(entry, Mapping)]
    ours = [entry for entry in resources if _is_ours(entry)]
    held = {claimed: entry.get("outputs") or {} for entry in ours for claimed in _claimed(entry)}
    urns = [str(entry.get("urn", "")).split("::") for entry in resources]
    claims = Claims(
        held={snapshot_id: _rules(outputs) for snapshot_id, outputs in held.items()},
        scopes=frozenset(f"{urn[1]}/{urn[0].removeprefix('urn:pulumi:')}" for urn in urns if len(urn) > 1),
        names=frozenset("::".join(urn[3:]) for urn in urns),
    )
    outputs = [entry.get("outputs") or {} for entry in ours]
    return StackState(
        claims,
        frozenset(str(each["region"]) for each in outputs if each.get("region")),
        {str(each["series"]): _rules(each) for each in outputs if each.get("series")},
        frozenset(text for text in _texts(deployment) if text.startswith("s-")),
        frozenset(lineage_of(str((each.get("outputs") or {}).get(OWNER_KEY) or ""), str(each["id"])) for each in ours),
    )


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _claimed(entry: Mapping[str, Any]) -> list[str]:
    """Return the snapshots that a resource holds: itself, or the members of a set."""
    outputs = entry.get("outputs") or {}
    members = outputs.get("snapshot_ids") or outputs.get("snapshotIds") or {}
    return [str(entry["id"]), *map(str, members.values())]


def _rules(outputs: Mapping[str, Any]) -> Rules:
    """Return the rules that a resource declares. The dynamic provider and the plugin spell them differently."""
    return rules_of({"keep_last": outputs.get("keep_last") or outputs.get("keepLast"), "keep": outputs.get("keep")})


def _no_state(problem: str) -> InvalidInput:
    return InvalidInput("--state", problem, remedy="Write one with `pulumi stack export --file FILE`.")


def _is_ours(resource: Mapping[str, Any]) -> bool:
    return bool(resource.get("id")) and str(resource.get("type", "")).startswith(_OURS)


def _pulumi(*arguments: str) -> str:
    """Return the output of a Pulumi command."""
    executable = shutil.which("pulumi")
    if executable is None:
        raise InvalidInput(
            "pulumi", "there is no pulumi on the PATH", remedy="Install it, or run it outside of the project's folder."
        )
    answer = subprocess.run(  # noqa: S603  (fixed commands without a shell)
        [executable, *arguments, "--non-interactive"], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise InvalidInput(
            "pulumi",
            f"`pulumi {' '.join(arguments)}` failed: {reason.removeprefix('error: ')}",
            remedy="Select a stack with `pulumi stack select`, or run it outside of the project's folder.",
        )
    return answer.stdout
