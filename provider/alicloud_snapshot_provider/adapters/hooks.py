"""Resource hooks: a guarded resource's change begins only once its snapshots are ready.

Hooks run in the program's process. Many run at once, so each is a coroutine that hands its work to the background
loop and waits for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from weakref import WeakKeyDictionary

import pulumi
from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions
from pulumi.runtime import is_dry_run
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import get_engine, get_monitor

from ..ecs.models import SnapshotInfo
from ..ecs.settings import resolve_settings
from ..ecs.zones import region_of_zone
from ..errors import SnapshotError
from ..guards.guard import Guard, Guarded, GuardRules, Tell
from ..ledger.intent import Intent, generation_of
from ..nouns.preferences import Preferences, resolve_preferences
from ..printable import visible
from ..region import Region
from ..snapshots.spec import Progress
from ..waiting.progress import progress_text
from .refused import Refused
from .runtime import runtime

Change = Literal["update", "replace", "delete"]

INSTANCE_TYPES = frozenset({"alicloud:ecs/instance:Instance"})
DISK_TYPES = frozenset({"alicloud:ecs/ecsDisk:EcsDisk", "alicloud:ecs/disk:Disk"})
ATTACHMENT_TYPES = frozenset(
    {"alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment", "alicloud:ecs/diskAttachment:DiskAttachment"}
)
"""What the engine deletes before a disk, or the instance that has it: detaching is the first step of their deletion."""
_registrations: WeakKeyDictionary[Any, dict[str, tuple[GuardPlan, ResourceHook]]] = WeakKeyDictionary()
"""The hooks of each run of a program, which its connection to the engine stands for."""
_detached: WeakKeyDictionary[Any, dict[tuple[Region, str], _Detached]] = WeakKeyDictionary()
"""The disks that each run of a program has let go of: nothing writes to them any more."""
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


@dataclass(frozen=True, slots=True)
class _Detached:
    """The snapshot from right before a disk was detached, None in a preview, and when it had been attached."""

    rules: GuardRules
    snapshot: SnapshotInfo | None
    attached_time: str


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
    region = runtime().regions.of(_settings(plan, args))
    guarded = await _guarded(plan, change, args)

    def tell(note: str) -> None:
        _show(args.urn, note)

    def progress(info: SnapshotInfo) -> None:
        _show(args.urn, progress_text(info), ephemeral=True)

    if is_dry_run():
        work = _foresee(region, plan.rules, guarded, args, tell)
    else:
        work = _protect(region, plan.rules, guarded, args, progress, tell)
    await _in_background(work)


async def _foresee(region: Region, rules: GuardRules, guarded: Guarded, args: ResourceHookArgs, tell: Tell) -> None:
    disk_id = next(iter(guarded.disk_ids), "")
    if args.type in DISK_TYPES and (region, disk_id) in _detached_disks():
        tell(f"before {guarded.reason}: keeps the snapshot from before {disk_id} was detached")
        return
    await Guard(region, rules, _preferences().price).foresee(guarded, tell=tell)
    if args.type in ATTACHMENT_TYPES:
        _detached_disks()[region, disk_id] = _Detached(rules, None, "")


async def _protect(
    region: Region, rules: GuardRules, guarded: Guarded, args: ResourceHookArgs, progress: Progress, tell: Tell
) -> None:
    if args.type in DISK_TYPES and await _hand_on(region, rules, guarded):
        rules = replace(rules, min_age=math.inf)
    taken = await Guard(region, rules).protect(guarded, progress=progress, tell=tell)
    if args.type in ATTACHMENT_TYPES:
        for info in taken:
            disk = await region.disks.get(info.source_disk_id)
            attached_time = disk.attached_time if disk else ""
            _detached_disks()[region, info.source_disk_id] = _Detached(rules, info, attached_time)


async def _hand_on(region: Region, rules: GuardRules, guarded: Guarded) -> bool:
    """Let a detached disk's snapshot be the disk's own next one, so that it is not taken twice, and tell whether."""
    for disk_id in guarded.disk_ids:
        detached = _detached_disks().pop((region, disk_id), None)
        disk = await region.disks.get(disk_id)
        if detached is None or detached.snapshot is None or detached.rules != rules or disk is None:
            return False
        if (disk.status, disk.attached_time) != ("Available", detached.attached_time):
            return False
        series = guarded.series_of(disk_id)
        generation = 1 + max(map(generation_of, await region.ledger.members(series)), default=0)
        tags = Intent(series, {"disk_id": disk_id}, generation).tags()
        await region.records.tag([detached.snapshot.snapshot_id], tags)
    return True


def _detached_disks() -> dict[tuple[Region, str], _Detached]:
    run = get_monitor()
    return {} if run is None else _detached.setdefault(run, {})


async def _in_background(work: Any) -> Any:
    return await asyncio.wrap_future(runtime().submit(work))


async def _guarded(plan: GuardPlan, change: str, args: ResourceHookArgs) -> Guarded:
    disk_ids = [await _known(disk_id) for disk_id in plan.disk_ids]
    instance_id = await _known(plan.instance_id) if plan.instance_id else ""
    if not disk_ids and not instance_id:
        disk_ids, instance_id = _own(args)
    return Guarded(
        reason=f"the {change} of {args.name}",
        series_of=lambda disk_id: plan.series_of(f"{args.name}:{disk_id}", args.urn),
        disk_ids=disk_ids,
        instance_id=instance_id,
    )


def _own(args: ResourceHookArgs) -> tuple[list[str], str]:
    """Return what the guarded resource itself is: its disk, or its instance."""
    if args.type in INSTANCE_TYPES:
        return [], args.id
    if args.type in DISK_TYPES:
        return [args.id], ""
    if args.type in ATTACHMENT_TYPES:
        return [str((args.old_outputs or {}).get("diskId") or args.id.partition(":")[0])], ""
    raise SnapshotError(
        f"the guard of {args.name} does not know which disk a {args.type} stands on",
        remedy="Give snapshot_before a disk_id or an instance_id.",
    )


async def _known(value: pulumi.Input[str]) -> str:
    known = await pulumi.Output.from_input(value).future()
    if not known:
        raise SnapshotError("the guarded disk is not known yet", remedy="Guard a disk that exists before this run.")
    return str(known)


def _settings(plan: GuardPlan, args: ResourceHookArgs) -> Any:
    config = pulumi.Config("alicloud")
    settings = resolve_settings(config.get, os.environ)
    outputs = args.old_outputs or {}
    zone = outputs.get("zoneId") or outputs.get("availabilityZone") or ""
    return settings.in_region(plan.region or region_of_zone(str(zone)))


def _preferences() -> Preferences:
    return resolve_preferences(lambda key: pulumi.Config(key.partition(":")[0]).get(key.partition(":")[2]))


def _show(urn: str, message: str, *, ephemeral: bool = False) -> None:
    engine = get_engine()
    if engine is not None:
        text = visible(message, lines=True)
        engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=ephemeral))
