"""Resource hooks: a guarded resource's change begins only once its snapshots are ready.

Hooks run in the program's process. Many run at once, so each is a coroutine that hands its work to the background
loop and waits for it.
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

from ..ecs.settings import Settings, resolve_settings
from ..errors import SnapshotError
from ..guards.changes import Changes
from ..guards.changing import Changing
from ..guards.guard import Guarded, GuardRules
from ..nouns.preferences import Preferences, resolve_preferences
from ..printable import visible
from ..waiting.progress import Milestones
from .refused import Refused
from .runtime import runtime

Change = Literal["update", "replace", "delete"]

_registrations: WeakKeyDictionary[Any, dict[str, tuple[GuardPlan, ResourceHook]]] = WeakKeyDictionary()
"""The hooks of each run of a program, which its connection to the engine stands for."""
_runs: WeakKeyDictionary[Any, Changes] = WeakKeyDictionary()
"""The guarded changes of each run of a program."""
_DELETE = "before_delete"
_STAYS = ", declared until its resources are gone"
"""Part of a delete hook's name, which is all that the engine shows where the guard went with its resources."""
_MOMENTS: Mapping[Change, str] = {"update": "before_update", "replace": "before_delete", "delete": "before_delete"}


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """What a guard protects: the given disks or instance, else the resource itself. `series_of` gets name and URN."""

    rules: GuardRules
    series_of: Callable[[str, str], str]
    disk_ids: Sequence[pulumi.Input[str]] = ()
    instance_id: pulumi.Input[str] = ""
    region: str = ""


def guard_binding(plan: GuardPlan, changes: Sequence[Change], name: str) -> ResourceHookBinding:
    """Return the hooks that run `plan` before each of `changes`. `name` must be the same in every run.

    The state records a delete hook's name, and the engine looks it up again when the program no longer declares
    the resource. Raises ValueError where another plan of this run has the name.
    """
    moments = dict.fromkeys(_MOMENTS[change] for change in changes)
    hooks: dict[str, Any] = {moment: [_registered(plan, moment, f"{name}:{moment}")] for moment in moments}
    return ResourceHookBinding(**hooks)


def guard_name(*facts: object) -> str:
    """Return a hook name that depends on nothing but `facts`."""
    return "alicloud-snapshot:" + hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


def _registered(plan: GuardPlan, moment: str, name: str) -> ResourceHook:
    """Return the hook of this name: the engine takes each once in a run, also where several resources have it."""
    run = get_monitor()
    hooks = {} if run is None else _registrations.setdefault(run, {})
    if name not in hooks:
        if moment == _DELETE:
            _hook(plan, moment, name)  # states of 0.1.0 know it by this name
        hooks[name] = (plan, _hook(plan, moment, name + _STAYS if moment == _DELETE else name))
    registered, hook = hooks[name]
    if registered != plan:
        raise Refused("another guard of this program has the same name: give each snapshot_before a name of its own")
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
    changing = Changing(change, args.type, args.name, args.urn, args.id, args.old_outputs or {})
    region = runtime().regions.of(_settings(plan, changing))
    guarded = await _guarded(plan, changing)
    changes = _changes()

    def tell(note: str) -> None:
        _show(args.urn, note)

    progress = Milestones(partial(_show, args.urn, ephemeral=True)).hear
    work: Coroutine[Any, Any, Any]
    if is_dry_run():
        work = changes.preview(region, plan.rules, _preferences().price, changing, guarded, tell=tell)
    else:
        work = changes.protect(region, plan.rules, changing, guarded, progress=progress, tell=tell)
    await _in_background(work)


def _changes() -> Changes:
    run = get_monitor()
    return Changes() if run is None else _runs.setdefault(run, Changes())


async def _in_background(work: Any) -> Any:
    return await asyncio.wrap_future(runtime().submit(work))


async def _guarded(plan: GuardPlan, changing: Changing) -> Guarded:
    disk_ids: Sequence[str] = [await _known(disk_id) for disk_id in plan.disk_ids]
    instance_id = await _known(plan.instance_id) if plan.instance_id else ""
    if not disk_ids and not instance_id:
        disk_ids, instance_id = changing.own()
    return Guarded(
        reason=changing.reason,
        series_of=lambda disk_id: plan.series_of(f"{changing.name}:{disk_id}", changing.urn),
        disk_ids=disk_ids,
        instance_id=instance_id,
    )


async def _known(value: pulumi.Input[str]) -> str:
    known = await pulumi.Output.from_input(value).future()
    if not known:
        raise SnapshotError("the guarded disk is not known yet", remedy="Guard a disk that exists before this run.")
    return str(known)


def _settings(plan: GuardPlan, changing: Changing) -> Settings:
    settings = resolve_settings(pulumi.Config("alicloud").get, os.environ)
    return settings.in_region(plan.region or changing.region)


def _preferences() -> Preferences:
    return resolve_preferences(lambda key: pulumi.Config(key.partition(":")[0]).get(key.partition(":")[2]))


def _show(urn: str, message: str, *, ephemeral: bool = False) -> None:
    engine = get_engine()
    if engine is not None:
        text = visible(message, lines=True)
        engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=ephemeral))
