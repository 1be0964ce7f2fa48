"""The component `StackGuard`: what it registers, how it binds its hooks, and what it says when it cannot guard."""

# ruff: noqa: N802 - the protocol gives the methods their names

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from cloud import open_cloud
from google.protobuf import empty_pb2
from grpc.aio import AbortError
from pulumi.runtime.proto import callback_pb2, provider_pb2, resource_pb2, resource_pb2_grpc

from alicloud_snapshot_provider.adapters.plugin import servicer as plugin_servicer
from alicloud_snapshot_provider.adapters.plugin.callbacks import Callbacks
from alicloud_snapshot_provider.adapters.plugin.servicer import Servicer
from alicloud_snapshot_provider.adapters.plugin.stack_guard import StackGuard, stack_guard
from alicloud_snapshot_provider.adapters.plugin.wire import to_wire
from alicloud_snapshot_provider.adapters.stored_state import StoredResources, resources_in
from alicloud_snapshot_provider.errors import SnapshotError
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN, Properties
from plugin_calls import Context, Log

DISK = "alicloud:ecs/ecsDisk:EcsDisk"
ATTACHMENT = "alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment"
UPDATE = "alicloud-snapshot:guard:before_update"
DELETE = "alicloud-snapshot:guard:before_delete, declared until its resources are gone"
STACK = "urn:pulumi:stack::project::pulumi:pulumi:Stack::project-stack"
STARTED = datetime(2026, 11, 1, tzinfo=UTC)
URN = "urn:pulumi:stack::project::alicloud-snapshot:index:StackGuard::guard"


def asked(preview: bool = False, kind: str = "StackGuard", **inputs: Any) -> provider_pb2.ConstructRequest:
    token = f"alicloud-snapshot:index:{kind}"
    return provider_pb2.ConstructRequest(type=token, name="guard", inputs=to_wire(inputs), dryRun=preview)


def bound(guard: StackGuard, options: resource_pb2.TransformResourceOptions, **declared: str) -> Any:
    request = resource_pb2.TransformRequest(**{"type": DISK, "name": "data", **declared}, options=options)
    return guard.bound(request).options if guard.guards(request.type, request.name) else options


def test_it_adds_its_hooks_behind_others_and_keeps_every_other_option() -> None:
    options = resource_pb2.TransformResourceOptions(depends_on=[URN], protect=True)
    options.hooks.before_update.append("theirs")
    options.hooks.after_create.append("made")
    expected = resource_pb2.TransformResourceOptions()
    expected.CopyFrom(options)
    expected.hooks.before_update.append(UPDATE)
    expected.hooks.before_delete.append(DELETE)
    assert bound(stack_guard(asked()), options) == expected


@pytest.mark.parametrize(
    ("inputs", "declared", "hooks"),
    [
        ({}, {}, ([UPDATE], [DELETE])),
        ({}, {"type": ATTACHMENT}, ([], [DELETE])),
        ({}, {"type": "alicloud:vpc/network:Network"}, ([], [])),
        ({"exclude": ["data"]}, {}, ([], [])),
        ({"exclude": ["data"]}, {"name": "other"}, ([UPDATE], [DELETE])),
        ({"types": [DISK]}, {}, ([UPDATE], [DELETE])),
        ({"types": [DISK]}, {"type": ATTACHMENT}, ([], [])),
        ({"changes": ["update"]}, {}, ([UPDATE], [])),
        ({"changes": ["replace"]}, {}, ([], [DELETE])),
    ],
)
def test_it_binds_the_hooks_of_its_changes_to_its_types(
    inputs: dict[str, Any], declared: dict[str, str], hooks: tuple[list[str], list[str]]
) -> None:
    options = bound(stack_guard(asked(**inputs)), resource_pb2.TransformResourceOptions(), **declared)
    assert (list(options.hooks.before_update), list(options.hooks.before_delete)) == hooks


@pytest.mark.parametrize("preview", [True, False])
async def test_a_hook_hands_over_the_settings_and_no_output_that_may_be_secret(preview: bool) -> None:
    taken: list[Properties] = []

    async def take(arguments: Properties) -> str:
        taken.append(arguments)
        return "no"

    outputs = to_wire({"zoneId": "cn-hangzhou-h", "password": "hunter2", "kmsKeyId": UNKNOWN})
    changing = resource_pb2.ResourceHookRequest(type=DISK, name="data", urn=URN, id="d-1", old_outputs=outputs)
    guard = stack_guard(asked(preview, settings={"keepLast": 2}))
    answer = await guard.run("delete", take, changing.SerializeToString())

    assert resource_pb2.ResourceHookResponse.FromString(answer).error == "no"
    resource = {"change": "delete", "type": DISK, "name": "data", "urn": URN, "id": "d-1"}
    resource |= {"outputs": {"zoneId": "cn-hangzhou-h"}}
    assert taken == [{"resource": resource, "settings": {"keep_last": 2}, "preview": preview}]


@dataclass
class Engine(resource_pb2_grpc.ResourceMonitorServicer):
    """A monitor that knows a program with these resources."""

    declared: tuple[str, ...] = ()
    features: tuple[str, ...] = ("resourceHooks",)
    taken_names: tuple[str, ...] = ()
    told: list[str] = field(default_factory=list)
    callbacks: dict[str, callback_pb2.Callback] = field(default_factory=dict)
    transforms: list[callback_pb2.Callback] = field(default_factory=list)

    async def SupportsFeature(self, request: Any, context: Any) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in self.features)

    async def RegisterResource(self, request: Any, context: Any) -> resource_pb2.RegisterResourceResponse:
        self.told.append(f"{request.type} {request.name} {list(request.dependencies)}")
        return resource_pb2.RegisterResourceResponse(urn=URN)

    async def RegisterResourceOutputs(self, request: Any, context: Any) -> empty_pb2.Empty:
        self.told.append(f"outputs {request.urn}")
        return empty_pb2.Empty()

    async def RegisterResourceHook(self, request: Any, context: Any) -> empty_pb2.Empty:
        if request.name in self.taken_names:
            await context.abort(grpc.StatusCode.UNKNOWN, f'resource hook already registered for name "{request.name}"')
        self.told.append(f"{request.name} {request.on_dry_run}")
        self.callbacks[request.name] = request.callback
        return empty_pb2.Empty()

    async def RegisterStackTransform(self, request: Any, context: Any) -> empty_pb2.Empty:
        self.told.append(f"transform at {request.target}")
        self.transforms.append(request)
        return empty_pb2.Empty()

    async def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        if request.args["urn"] not in self.declared:
            await context.abort(grpc.StatusCode.UNKNOWN, f"unknown resource {request.args['urn']}")
        return provider_pb2.InvokeResponse()


@dataclass
class Plugin:
    """The servicer of a plugin, its callbacks, and the engine that calls it."""

    engine: Engine
    callbacks: Callbacks
    servicer: Servicer
    address: str
    log: Log
    pending: list[str]
    """The names of the resources that the run is changing."""

    async def construct(self, request: provider_pb2.ConstructRequest) -> str:
        """Return the URN, or the text of the error."""
        request.monitorEndpoint = self.address
        context = Context()
        try:
            return str((await self.servicer.Construct(request, context)).urn)
        except AbortError:
            return context.text

    async def declare(self, name: str, kind: str = DISK, parent: str = STACK, **options: Any) -> list[str]:
        """Declare a resource, and return the hooks that it got."""
        asked = resource_pb2.TransformResourceOptions(**options)
        declared = resource_pb2.TransformRequest(type=kind, name=name, parent=parent, options=asked)
        answer = await self._call(self.engine.transforms[-1], declared)
        hooks = resource_pb2.TransformResponse.FromString(answer).options.hooks
        return [*hooks.before_update, *hooks.before_delete]

    async def _call(self, callback: callback_pb2.Callback, message: Any) -> bytes:
        request = callback_pb2.CallbackInvokeRequest(token=callback.token, request=message.SerializeToString())
        return bytes((await self.callbacks.Invoke(request, Context())).response)

    async def hook(self, name: str) -> str:
        """Return what a hook answers for a disk."""
        changing = resource_pb2.ResourceHookRequest(type=DISK, name="data", urn=URN, id="d-none")
        answer = await self._call(self.engine.callbacks[name], changing)
        return str(resource_pb2.ResourceHookResponse.FromString(answer).error)


@pytest.fixture
async def plugin(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Plugin]:
    async with open_cloud() as cloud:
        engine, callbacks, log = Engine(), Callbacks("127.0.0.1:1"), Log()
        pending: list[str] = []
        servicer = Servicer(log, cloud.regions, callbacks)

        async def resources(types: Any) -> StoredResources:
            return resources_in(types, STARTED, stored(*pending))

        monkeypatch.setattr(servicer._stored_state, "resources", resources)
        server = grpc.aio.server()
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(engine, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            yield Plugin(engine, callbacks, servicer, f"127.0.0.1:{port}", log, pending)
        finally:
            await server.stop(grace=None)


def _urn(name: str, kind: str = DISK) -> str:
    return f"urn:pulumi:stack::project::{kind}::{name}"


STORED = [
    {"urn": _urn("one"), "type": DISK},
    {"urn": _urn("two"), "type": DISK},
    {"urn": _urn("read"), "type": DISK, "external": True},
    {"urn": _urn("vpc", "alicloud:vpc/network:Network"), "type": "alicloud:vpc/network:Network"},
]


def stored(*pending: str, kind: str = "updating", time: str = "2026-11-01T00:00:01.123456789Z") -> dict[str, Any]:
    """Return what `pulumi stack export` prints."""
    operations = [{"type": kind, "resource": {"urn": _urn(name)}} for name in pending]
    return {"deployment": {"manifest": {"time": time}, "resources": STORED, "pending_operations": operations}}


async def test_it_registers_itself_its_hooks_and_then_what_binds_them(plugin: Plugin) -> None:
    request = asked()
    request.dependencies.append(_urn("one"))
    assert await plugin.construct(request) == URN
    assert plugin.engine.told == [
        f"alicloud-snapshot:index:StackGuard guard ['{_urn('one')}']",
        f"outputs {URN}",
        f"{UPDATE} True",
        f"{DELETE} True",
        "transform at 127.0.0.1:1",
    ]


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (asked(changes=["create"]), "changes must be of update, replace, delete, got 'create': correct it"),
        (
            asked(settings={"keepLast": 0}),
            "settings.keepLast must be at least 1, got 0: a guard never removes its newest snapshot",
        ),
        (
            asked(types=["alicloud:ecs/image:Image"]),
            "types must be of alicloud:ecs/disk:Disk, alicloud:ecs/diskAttachment:DiskAttachment, "
            "alicloud:ecs/ecsDisk:EcsDisk, alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment, "
            "alicloud:ecs/instance:Instance, got 'alicloud:ecs/image:Image': correct it",
        ),
        (asked(keepLast=3), "keepLast is not an argument: the arguments are changes, settings, types, exclude"),
        (
            asked(settings={"region": UNKNOWN}),
            "settings of the guard is not known yet\n"
            "  what to do: Give the guard values that are known before this run.",
        ),
        (asked(kind="Guard"), "alicloud-snapshot has no Guard\n  what to do: Correct the type: there is StackGuard."),
    ],
)
async def test_what_it_cannot_work_with_is_said_before_anything_is_registered(
    plugin: Plugin, request_: provider_pb2.ConstructRequest, text: str
) -> None:
    assert await plugin.construct(request_) == text
    assert plugin.engine.told == []


async def test_an_engine_without_hooks_is_refused(plugin: Plugin) -> None:
    plugin.engine.features = ()
    assert await plugin.construct(asked()) == (
        "this Pulumi cannot guard: it has no resource hooks\n  what to do: Install Pulumi 3.182 or later."
    )


async def test_a_second_guard_of_the_same_name_is_refused(plugin: Plugin) -> None:
    plugin.engine.taken_names = (UPDATE,)
    assert await plugin.construct(asked()) == (
        f"another guard of this program has the hook '{UPDATE}'\n  what to do: Give each guard a name of its own."
    )


async def test_what_was_declared_before_it_is_refused_by_name(plugin: Plugin) -> None:
    plugin.engine.declared = tuple(each["urn"] for each in STORED)
    assert await plugin.construct(asked()) == (
        "declared before the guard, so not guarded: one, two\n"
        "  what to do: Give each of them the option dependsOn with the guard, or name it in exclude."
    )
    plugin.engine.declared = (_urn("one"),)
    assert await plugin.construct(asked(exclude=["one"])) == URN


async def test_what_is_changing_already_is_refused_too(plugin: Plugin) -> None:
    plugin.pending.append("two")
    assert "declared before the guard, so not guarded: two\n" in await plugin.construct(asked())


def test_only_the_changes_of_this_run_count() -> None:
    assert resources_in([DISK], STARTED, stored("one")) == StoredResources([_urn("one"), _urn("two")], {_urn("one")})
    assert resources_in([DISK], STARTED, stored("one", time="2026-10-31T23:59:59Z")).changing == set()
    assert resources_in([DISK], STARTED, stored("one", kind="creating")).changing == set()


async def test_what_comes_after_it_by_chance_is_guarded_with_a_warning(plugin: Plugin) -> None:
    await plugin.construct(asked())
    network, server = "alicloud:vpc/network:Network", "example:index:Server"
    assert await plugin.declare("direct", depends_on=[URN]) == [UPDATE, DELETE]
    assert await plugin.declare("net", network, depends_on=[URN]) == []
    assert await plugin.declare("by-net", depends_on=[_urn("net", network)]) == [UPDATE, DELETE]
    assert await plugin.declare("shop", server, depends_on=[URN]) == []
    assert await plugin.declare("in-shop", parent=_urn("shop", server)) == [UPDATE, DELETE]
    assert await plugin.declare("by-that", depends_on=[_urn("in-shop", f"{server}${DISK}")]) == [UPDATE, DELETE]
    assert plugin.log.told == []

    assert await plugin.declare("lucky", parent="") == [UPDATE, DELETE]
    assert plugin.log.told == [
        "lucky does not depend on the guard: it is guarded only because it came later in this run. Give it the option "
        "dependsOn with the guard."
    ]


async def test_a_hook_says_why_the_change_must_not_start(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    await plugin.construct(asked())

    async def refused(*_: Any) -> None:
        raise SnapshotError("data was left untouched: keep_last is odd", remedy="Correct it.")

    monkeypatch.setattr(plugin_servicer, "protect", refused)
    assert await plugin.hook(UPDATE) == "data was left untouched: keepLast is odd\n  what to do: Correct it."

    async def broken(*_: Any) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(plugin_servicer, "protect", broken)
    assert await plugin.hook(DELETE) == "KeyError: 'lost'"
