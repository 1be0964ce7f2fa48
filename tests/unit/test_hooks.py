from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import pulumi
import pytest
from pulumi import ResourceHookArgs

from alicloud_snapshot_provider.adapters import hooks
from alicloud_snapshot_provider.adapters.hooks import Change, GuardPlan, guard_binding, guard_name
from alicloud_snapshot_provider.guards.changing_resource import ChangingResource
from alicloud_snapshot_provider.guards.guard import GuardRules

INSTANCE = "alicloud:ecs/instance:Instance"


@dataclass
class Hook:
    """A resource hook that no engine has to know of."""

    name: str
    callback: Callable[[ResourceHookArgs], Any]
    opts: pulumi.ResourceHookOptions


class Run:
    """What stands for the connection of a program to its engine."""


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run()
    monkeypatch.setattr(hooks, "get_monitor", lambda: run)
    monkeypatch.setattr(hooks, "ResourceHook", Hook)
    monkeypatch.setenv("ALICLOUD_REGION", "cn-hangzhou")


def series_of(name: str, _urn: str) -> str:
    return name


def bound(*changes: Change, **plan: Any) -> dict[str, Sequence[Any]]:
    binding = guard_binding(GuardPlan(GuardRules(), series_of, **plan), changes, "guard")
    return {moment: bound for moment, bound in vars(binding).items() if bound}


def run(hook: Hook, resource_type: str = INSTANCE) -> None:
    asyncio.run(hook.callback(ResourceHookArgs(urn="urn", id="i-1", name="web", type=resource_type)))


def test_a_delete_hook_is_also_known_by_the_name_that_older_states_have(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    monkeypatch.setattr(hooks, "ResourceHook", lambda name, *_args: registered.append(name) or Hook(name, *_args))
    bound("update", "delete")
    bound("update", "delete")

    assert registered == [
        "guard:before_update",
        "guard:before_delete",
        "guard:before_delete, declared until its resources are gone",
    ]


@pytest.mark.parametrize("outputs", [{"diskId": "d-1", "instanceId": "i-1"}, None])
@pytest.mark.parametrize("resource_type", ["ecsDiskAttachment:EcsDiskAttachment", "diskAttachment:DiskAttachment"])
def test_what_an_attachment_stands_for_is_its_disk(resource_type: str, outputs: dict[str, str] | None) -> None:
    args = ResourceHookArgs(
        urn="urn", id="d-1:i-1", name="attachment", type=f"alicloud:ecs/{resource_type}", old_outputs=outputs
    )
    resource = ChangingResource("delete", args.type, args.name, args.urn, args.id, args.old_outputs or {})
    target = asyncio.run(hooks._target(GuardPlan(GuardRules(), series_of), resource))

    assert (target.reason, target.disk_ids, target.instance_id) == ("the delete of attachment", ["d-1"], "")


@pytest.mark.parametrize(
    ("changes", "moments"),
    [
        (["update"], ["before_update"]),
        (["delete"], ["before_delete"]),
        (["replace"], ["before_delete"]),
        (["update", "replace", "delete"], ["before_update", "before_delete"]),
    ],
)
def test_each_change_is_hooked_once_before_it_begins_and_in_previews(changes: list[Change], moments: list[str]) -> None:
    hooked = bound(*changes)

    names = {"before_update": "guard:before_update"}
    names["before_delete"] = "guard:before_delete, declared until its resources are gone"
    assert {moment: [hook.name for hook in bound] for moment, bound in hooked.items()} == {
        moment: [names[moment]] for moment in moments
    }
    assert all(hook.opts.on_dry_run for bound in hooked.values() for hook in bound)


@pytest.mark.parametrize(
    ("plan", "resource_type", "text"),
    [
        (
            {},
            "alicloud:vpc/network:Network",
            "web was left untouched: the guard of web does not know which disk a alicloud:vpc/network:Network stands "
            "on\n  what to do: Name the disk or the instance that the guard is to protect.",
        ),
        (
            {"disk_ids": ("",)},
            INSTANCE,
            "web was left untouched: the guarded disk is not known yet\n"
            "  what to do: Guard a disk that exists before this run.",
        ),
    ],
)
def test_a_guard_that_cannot_work_leaves_the_resource_untouched_and_says_why(
    plan: dict[str, Any], resource_type: str, text: str
) -> None:
    (hook,) = bound("update", **plan)["before_update"]

    with pytest.raises(pulumi.RunError) as caught:
        run(hook, resource_type)

    assert str(caught.value) == text


def test_without_any_region_the_change_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"):
        monkeypatch.delenv(name, raising=False)
    (hook,) = bound("delete")["before_delete"]

    with pytest.raises(pulumi.RunError) as caught:
        run(hook)

    assert str(caught.value) == (
        "web was left untouched: no region is configured\n  what to do: "
        "Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give region=…."
    )


def test_resources_with_the_same_guard_share_its_hooks_within_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = bound("delete"), bound("delete")
    assert first["before_delete"][0] is second["before_delete"][0]

    monkeypatch.setattr(hooks, "get_monitor", Run)
    assert bound("delete")["before_delete"][0] is not first["before_delete"][0]


def test_two_guards_with_one_name_that_protect_different_disks_are_refused() -> None:
    bound("delete", disk_ids=("d-1",))
    with pytest.raises(ValueError, match="another guard") as caught:
        bound("delete", disk_ids=("d-2",))

    assert str(caught.value) == (
        "another guard of this program has the same name: give each snapshot_before a name of its own"
    )


def test_a_guards_name_depends_on_its_facts_alone() -> None:
    assert guard_name("guard_stack", ["update"]) == "alicloud-snapshot:0223fa938706"
    assert guard_name("guard_stack", ["update"]) != guard_name("guard_stack", ["delete"])


def test_a_guards_price_is_the_configured_one(monkeypatch: pytest.MonkeyPatch) -> None:
    configured = {"alicloud-snapshot:pricePerGibMonth": "0.12", "alicloud-snapshot:currency": "CNY"}
    monkeypatch.setattr(hooks.pulumi, "Config", lambda name: Mock(get=lambda key: configured.get(f"{name}:{key}")))
    assert hooks._preferences().price.text(1.0) == "CNY 1.00 a month"
