"""Makes the resource hooks of the guards: a change waits until its snapshots are ready.

Hooks run in the process of the program, and many run at the same time. So each hook is a coroutine that runs its work
on the background loop and waits for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from weakref import WeakKeyDictionary

import pulumi
from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions
from pulumi.runtime import is_dry_run
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import get_engine, get_monitor

from ..ecs.settings import resolve_settings
from ..errors import SnapshotError
from ..guards.changes import GuardedChanges
from ..guards.changing_resource import ChangingResource
from ..guards.guard import GuardRules, GuardTarget
from ..guards.unguarded import GUARD_HOOK, STAYS
from ..nouns.preferences import Preferences, resolve_preferences
from ..printable import visible
from ..waiting.progress import Milestones
from .declaration_error import DeclarationError
from .runtime import runtime

Change = Literal["update", "replace", "delete"]

_registrations: WeakKeyDictionary[Any, dict[str, tuple[GuardPlan, ResourceHook]]] = WeakKeyDictionary()
"""The hooks by run of a program. The connection to the engine stands for the run."""
_runs: WeakKeyDictionary[Any, GuardedChanges] = WeakKeyDictionary()
"""The guarded changes by run of a program."""
_DELETE = "before_delete"
_MOMENTS: Mapping[Change, str] = {"update": "before_update", "replace": "before_delete", "delete": "before_delete"}


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """What a guard protects: the given disks or instance, or else the resource. `series_of` gets name and URN."""

    rules: GuardRules
    series_of: Callable[[str, str], str]
    disk_ids: Sequence[pulumi.Input[str]] = ()
    instance_id: pulumi.Input[str] = ""
    region: str = ""


def guard_binding(plan: GuardPlan, changes: Sequence[Change], name: str) -> ResourceHookBinding:
    """Return the hooks that run `plan` before each of `changes`. `name` must be the same in every run.

    The state records the names of delete hooks. When the program no longer declares the resource, the engine finds
    the hook by its name. Raises ValueError if another plan of this run has the same name.
    """
    moments = dict.fromkeys(_MOMENTS[change] for change in changes)
    hooks: dict[str, Any] = {moment: [_registered(plan, moment, f"{name}:{moment}")] for moment in moments}
    return ResourceHookBinding(**hooks)


def guard_name(*facts: object) -> str:
    """Return a hook name that depends only on `facts`."""
    return GUARD_HOOK + hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


def _registered(plan: GuardPlan, moment: str, name: str) -> ResourceHook:
    """Return the hook with this name. Several resources share it: the engine accepts a name only once in a run."""
    run = get_monitor()
    hooks = {} if run is None else _registrations.setdefault(run, {})
    if name not in hooks:
        if moment == _DELETE:
            _hook(plan, moment, name)  # states of release 0.1.0 have this name
        hooks[name] = (plan, _hook(plan, moment, name + STAYS if moment == _DELETE else name))
    registered, hook = hooks[name]
    if registered != plan:
        raise DeclarationError(
            "another guard of this program has the same name: give each snapshot_before a name of its own"
        )
    return hook


def _hook(plan: GuardPlan, moment: str, name: str) -> ResourceHook:
    change = moment.removeprefix("before_")

    async def take_snapshots(args: ResourceHookArgs) -> None:
        try:
            await _run(plan, change, args)
        except SnapshotError as error:
            raise pulumi.RunError(f"{args.name} was left untouched: {error}") from None

    return ResourceHook(name, take_snapshots, ResourceHookOptions(on_dry_run=True))


async def _run(plan: GuardPlan, change: str, args: ResourceHookArgs) -> None:
    resource = ChangingResource(change, args.type, args.name, args.urn, args.id, args.old_outputs or {})
    settings = resolve_settings(pulumi.Config("alicloud").get, os.environ)
    region = runtime().regions.of(settings.in_region(plan.region or resource.region))
    target = await _target(plan, resource)
    run = get_monitor()
    changes = GuardedChanges() if run is None else _runs.setdefault(run, GuardedChanges())

    def tell(note: str) -> None:
        _show(args.urn, note)

    progress = Milestones(partial(_show, args.urn, ephemeral=True)).hear
    work: Coroutine[Any, Any, Any]
    if is_dry_run():
        work = changes.preview(region, plan.rules, _preferences().price, resource, target, tell=tell)
    else:
        work = changes.protect(region, plan.rules, resource, target, progress=progress, tell=tell)
    await asyncio.wrap_future(runtime().submit(work))


async def _target(plan: GuardPlan, resource: ChangingResource) -> GuardTarget:
    disk_ids: Sequence[str] = [await _known(disk_id) for disk_id in plan.disk_ids]
    instance_id = await _known(plan.instance_id) if plan.instance_id else ""
    return resource.target(disk_ids, instance_id, plan.series_of)


async def _known(value: pulumi.Input[str]) -> str:
    known = await pulumi.Output.from_input(value).future()
    if not known:
        raise SnapshotError("the guarded disk is not known yet", remedy="Guard a disk that exists before this run.")
    return str(known)


def _preferences() -> Preferences:
    return resolve_preferences(lambda key: pulumi.Config(key.partition(":")[0]).get(key.partition(":")[2]))


def _show(urn: str, message: str, *, ephemeral: bool = False) -> None:
    engine = get_engine()
    if engine is not None:
        text = visible(message, lines=True)
        engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=ephemeral))
