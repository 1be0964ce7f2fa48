"""Finds the instances and disks in a previewed stack that have no guard, for the command `guarded`.

The engine writes the names of a resource's hooks into the preview's JSON. It shows them to no policy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .changing_resource import DISK_TYPES, INSTANCE_TYPES

GUARD_HOOK = "alicloud-snapshot:"
"""The beginning of the name of each guard's hook, in every language."""
STAYS = ", declared until its resources are gone"
"""Part of the name of a delete hook. The engine shows only that name if the guard was removed too early."""
HOOKS = {"update": "BeforeUpdate", "delete": "BeforeDelete"}
"""The changes that a guard can wait for, with the engine's names of their hooks. A replacement is a deletion."""
_TYPES = INSTANCE_TYPES | DISK_TYPES
_STAY = frozenset({"same", "create", "update", "replace", "create-replacement", "import", "import-replacement"})
_GO = frozenset({"delete", "delete-replaced", "replace"})


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A resource with the changes that no guard waits for.

    `deleted_now` means that this run deletes it without a guard: the engine runs the hooks that the state records.
    """

    urn: str
    type: str
    name: str
    changes: Sequence[str]
    deleted_now: bool
    declared: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many instances and disks a preview shows, and which of them are unguarded."""

    count: int
    unguarded: Sequence[Unguarded]


def coverage_of(
    steps: Sequence[Mapping[str, Any]], changes: Collection[str] = tuple(HOOKS), exclude: Collection[str] = ()
) -> Coverage:
    """Judge the steps of a preview. `changes` must be guarded; `exclude` has names of resources that need no guard."""
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for step in steps:
        urn = str(step.get("urn", ""))
        if _type_of(urn) in _TYPES and _name_of(urn) not in exclude and step.get("op") in _STAY | _GO:
            seen.setdefault(urn, []).append(step)
    judged = [_judge(urn, each, changes) for urn, each in seen.items()]
    return Coverage(len(judged), [each for each in judged if each.changes])


def _judge(urn: str, steps: Sequence[Mapping[str, Any]], changes: Collection[str]) -> Unguarded:
    declared = [step["newState"] for step in steps if step["op"] in _STAY and step.get("newState")]
    going = [step["oldState"] for step in steps if step["op"] in _GO and step.get("oldState")]
    missing = {change for state in declared if _is_ours_to_change(state) for change in _without_guard(state, changes)}
    lost = any("delete" in _without_guard(state, changes) for state in going if _is_ours_to_delete(state))
    return Unguarded(
        urn,
        _type_of(urn),
        _name_of(urn),
        [change for change in HOOKS if change in missing or (lost and change == "delete")],
        deleted_now=lost,
        declared=bool(declared),
    )


def _without_guard(state: Mapping[str, Any], changes: Collection[str]) -> Iterator[str]:
    hooks = state.get("resourceHooks") or {}
    for change in changes:
        names = hooks.get(HOOKS[change]) or ()
        if not any(str(name).startswith(GUARD_HOOK) for name in names):
            yield change


def _is_ours_to_change(state: Mapping[str, Any]) -> bool:
    """Tell whether the stack manages the resource. A stack never changes what it only reads."""
    return not state.get("external")


def _is_ours_to_delete(state: Mapping[str, Any]) -> bool:
    return _is_ours_to_change(state) and not state.get("retainOnDelete")


def _type_of(urn: str) -> str:
    """Return the type of the resource: a URN names those of its parents before it."""
    parts = urn.split("::", maxsplit=3)
    return parts[2].rpartition("$")[2] if len(parts) > 3 else ""


def _name_of(urn: str) -> str:
    return urn.split("::", maxsplit=3)[-1]
