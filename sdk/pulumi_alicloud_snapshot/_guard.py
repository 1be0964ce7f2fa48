"""Snapshot before change: hooks that take snapshots right before a resource is changed, replaced or deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import pulumi

from alicloud_snapshot_provider.adapters.declaration_error import DeclarationError

from ._declared_resource import plain_data
from ._freeze import FreezeArgs
from ._keep import KeepArgs
from ._properties.choices import OutsideWindow, WaitUntil
from ._series import series_of

if TYPE_CHECKING:
    from alicloud_snapshot_provider.adapters.hooks import GuardPlan
    from alicloud_snapshot_provider.guards.guard import GuardRules

Change = Literal["update", "replace", "delete"]


class GuardSettings(TypedDict, total=False):
    """How a guard takes and keeps its snapshots. All settings are optional."""

    keep_last: int
    """Snapshots of each disk that stay, the newest first; 3 by default."""
    keep: KeepArgs | Mapping[str, Any]
    """Which snapshots of each disk stay by the calendar, beside those of `keep_last`; without outputs in it."""
    retention_days: int
    """Days after which ECS deletes a snapshot by itself."""
    min_age: str
    """A duration such as "30m" for which an earlier snapshot is still fresh enough."""
    wait_until: WaitUntil
    """"accomplished" (default) or "available"."""
    timeout: str
    """A duration after which the wait ends and the change is aborted."""
    tags: Mapping[str, str]
    """Tags of your own."""
    freeze: FreezeArgs | Mapping[str, Any]
    """Commands right before and right after the cut, one freeze for all disks of a change; without outputs in it."""
    drill: Mapping[str, Any]
    """How what was taken is proven before the change begins, as the arguments of `RestoreDrill` say it: `instance_id`,
    `checks`, `file_system_check`, `zone_id` and `disk_category`; without outputs in it."""
    window: str
    """Maintenance hours with time zone, such as "01:00-05:00 Asia/Shanghai"."""
    outside_window: OutsideWindow
    """What a change outside of `window` meets: "warn" (default) takes the snapshot, "fail" aborts the change."""
    region: str
    """The region of the disks; by default that of the guarded resource, else `alicloud:region`."""


ALL_CHANGES: tuple[Change, ...] = ("update", "replace", "delete")


def snapshot_before(
    *changes: Change,
    disk_id: pulumi.Input[str] | None = None,
    instance_id: pulumi.Input[str] | None = None,
    name: str | None = None,
    **settings: Unpack[GuardSettings],
) -> pulumi.ResourceOptions:
    """Return options that make a resource's change wait for a snapshot.

    `changes` are "update", "replace" and "delete"; all three by default. The snapshot is of `disk_id`, or of every
    disk of `instance_id`, or of the guarded resource itself where it is an `alicloud.ecs` disk, instance or disk
    attachment. Merge the options into others with `pulumi.ResourceOptions.merge`. Give them to a disk's attachment
    as well: the engine deletes it before the disk.

    `settings` are those of `GuardSettings`.

    A failed snapshot aborts the change with one sentence. `name` identifies the guard in the state where `disk_id` or
    `instance_id` is another resource's output. Since the state then names hooks, `pulumi destroy` needs
    `--run-program`.

    Raises ValueError where an argument cannot work.
    """
    from alicloud_snapshot_provider.adapters.hooks import guard_binding, guard_name  # noqa: PLC0415

    wanted = _checked_changes(changes)
    facts = [name] if name else [_identity(disk_id), _identity(instance_id)]
    plan = _plan(disk_id, instance_id, settings)
    binding = guard_binding(
        plan, wanted, guard_name("snapshot_before", wanted, facts, sorted(settings.items(), key=str))
    )
    return pulumi.ResourceOptions(hooks=binding)


def guard_stack(
    *changes: Change,
    types: Collection[str] | None = None,
    exclude: Collection[str] = (),
    **settings: Unpack[GuardSettings],
) -> None:
    """Have a snapshot taken right before any ECS instance or disk of this stack is changed, replaced or deleted.

    Call it once, before the resources are declared. `types` are the guarded resource types, `alicloud.ecs` instances,
    disks and, where they are deleted or replaced, disk attachments by default: a disk is detached only once its
    snapshot is safe, and its deletion then keeps that snapshot. `exclude` are names of resources to leave alone,
    a disk and its attachment each; `changes` and `settings` are those of `snapshot_before`.

    Leave the guard in the program until the resources that it guards are gone, also where it no longer declares them.
    """
    from alicloud_snapshot_provider.adapters.hooks import guard_binding, guard_name  # noqa: PLC0415
    from alicloud_snapshot_provider.guards.changing_resource import ATTACHMENT_TYPES, GUARDED_TYPES  # noqa: PLC0415

    wanted = _checked_changes(changes)
    guarded = frozenset(types or GUARDED_TYPES)
    name = guard_name("guard_stack", wanted, sorted(settings.items(), key=str))
    plan = _plan(None, None, settings)
    every = pulumi.ResourceOptions(hooks=guard_binding(plan, wanted, name))
    ends = [change for change in wanted if change != "update"]
    detaching = pulumi.ResourceOptions(hooks=guard_binding(plan, ends, name))

    def add_hooks(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ not in guarded or args.name in exclude:
            return None
        options = detaching if args.type_ in ATTACHMENT_TYPES else every
        return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, options))

    pulumi.runtime.register_resource_transform(add_hooks)


def _plan(
    disk_id: pulumi.Input[str] | None,
    instance_id: pulumi.Input[str] | None,
    settings: GuardSettings,
) -> GuardPlan:
    from alicloud_snapshot_provider.adapters.hooks import GuardPlan  # noqa: PLC0415

    return GuardPlan(
        _rules(settings),
        series_of,
        disk_ids=() if disk_id is None else (disk_id,),
        instance_id=instance_id or "",
        region=settings.get("region", ""),
    )


def _rules(settings: GuardSettings) -> GuardRules:
    from alicloud_snapshot_provider.guards.fields import GUARD_FIELDS, guard_rules  # noqa: PLC0415
    from alicloud_snapshot_provider.nouns.fields import check_fields  # noqa: PLC0415

    unknown = sorted(set(settings) - set(GuardSettings.__annotations__))
    if unknown:
        raise DeclarationError(
            f"{unknown[0]} is not a setting of a guard: use {', '.join(GuardSettings.__annotations__)}"
        )
    plain: dict[str, Any] = {name: plain_data(value) for name, value in settings.items()}
    _refuse(check_fields(GUARD_FIELDS, plain))
    return guard_rules(plain)


def _refuse(failures: Mapping[str, str]) -> None:
    for name, reason in failures.items():
        raise DeclarationError(reason if reason.startswith(f"{name}.") else f"{name} {reason}")


def _checked_changes(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    unknown = [change for change in changes if change not in ALL_CHANGES]
    if unknown:
        raise DeclarationError(f"changes must be of {', '.join(ALL_CHANGES)}, got {unknown[0]!r}: correct it")
    return changes or ALL_CHANGES


def _identity(value: pulumi.Input[str] | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise DeclarationError(
        "snapshot_before needs a name where disk_id or instance_id is an output: give name, the same in every run"
    )
