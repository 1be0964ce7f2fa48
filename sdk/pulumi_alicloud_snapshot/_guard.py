"""Guards for a program: hooks that take snapshots right before Pulumi updates, replaces or deletes a resource."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal, Unpack

import pulumi

from alicloud_snapshot_provider.adapters.declaration_error import DeclarationError

from ._declared_resource import plain_data
from ._properties.guard_settings import GuardSettings
from ._series import series_of

if TYPE_CHECKING:
    from alicloud_snapshot_provider.adapters.hooks import GuardPlan
    from alicloud_snapshot_provider.guards.guard import GuardRules

Change = Literal["update", "replace", "delete"]


ALL_CHANGES: tuple[Change, ...] = ("update", "replace", "delete")


def snapshot_before(
    *changes: Change,
    disk_id: pulumi.Input[str] | None = None,
    instance_id: pulumi.Input[str] | None = None,
    name: str | None = None,
    **settings: Unpack[GuardSettings],
) -> pulumi.ResourceOptions:
    """Return resource options that make the changes of a resource wait for a snapshot.

    `changes` are "update", "replace" and "delete"; all three by default. The snapshot is taken of `disk_id`, or of
    every disk of `instance_id`. Without both, the resource itself must be an `alicloud.ecs` disk, instance or disk
    attachment. Merge the options into others with `pulumi.ResourceOptions.merge`. Give them to a disk's attachment,
    too: the engine deletes it before the disk.

    `settings` are those of `GuardSettings`. If a snapshot fails, the change does not start, and the error says why.

    `name` identifies the guard in the state. It is needed if `disk_id` or `instance_id` is an output. The state names
    the hooks, so `pulumi destroy` needs `--run-program`. Raises ValueError if an argument cannot work.
    """
    from alicloud_snapshot_provider.adapters.hooks import guard_binding, guard_name  # noqa: PLC0415

    wanted = _checked_changes(changes)
    facts = [name] if name else [_identity(disk_id), _identity(instance_id)]
    hook_name = guard_name("snapshot_before", wanted, facts, sorted(settings.items(), key=str))
    plan = _plan(settings, disk_id, instance_id)
    return pulumi.ResourceOptions(hooks=guard_binding(plan, wanted, hook_name))


def guard_stack(
    *changes: Change,
    types: Collection[str] | None = None,
    exclude: Collection[str] = (),
    **settings: Unpack[GuardSettings],
) -> None:
    """Take a snapshot right before Pulumi updates, replaces or deletes an ECS instance or disk of this stack.

    Call it once, before the program declares the resources. `types` are the resource types to guard. By default they
    are the instances, the disks and the disk attachments of `alicloud.ecs`. An attachment is guarded only when it is
    deleted or replaced: the disk is detached when its snapshot is safe, and the deletion of the disk reuses that
    snapshot. `exclude` are names of resources that are not guarded; name a disk and its attachment. `changes` and
    `settings` are those of `snapshot_before`.

    Keep the call in the program until the guarded resources are gone, even if the program no longer declares them.
    """
    from alicloud_snapshot_provider.adapters.hooks import guard_binding, guard_name  # noqa: PLC0415
    from alicloud_snapshot_provider.guards.changing_resource import ATTACHMENT_TYPES, GUARDED_TYPES  # noqa: PLC0415

    wanted = _checked_changes(changes)
    guarded = frozenset(types or GUARDED_TYPES)
    name = guard_name("guard_stack", wanted, sorted(settings.items(), key=str))
    plan = _plan(settings)
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
    settings: GuardSettings,
    disk_id: pulumi.Input[str] | None = None,
    instance_id: pulumi.Input[str] | None = None,
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
    for name, reason in check_fields(GUARD_FIELDS, plain).items():
        raise DeclarationError(reason if reason.startswith(f"{name}.") else f"{name} {reason}")
    return guard_rules(plain)


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
