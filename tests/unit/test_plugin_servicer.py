"""The plugin's answers to the engine, on an emulated cloud whose clock jumps over every wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from cloud import Cloud, open_cloud
from google.protobuf import empty_pb2
from grpc.aio import AbortError
from pulumi.runtime.proto import provider_pb2

from alicloud_snapshot_provider.adapters.plugin.callbacks import Callbacks
from alicloud_snapshot_provider.adapters.plugin.servicer import Servicer
from alicloud_snapshot_provider.adapters.plugin.wire import from_wire, to_wire, with_secrets
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from plugin_calls import Context, Log

URN = "urn:pulumi:stack::project::alicloud-snapshot:index:Snapshot::web"
DISK = "d-demo-system"


@dataclass
class Plugin:
    """The servicer with what stands around it."""

    cloud: Cloud
    log: Log
    servicer: Servicer

    async def inputs(self, **arguments: Any) -> Any:
        request = provider_pb2.CheckRequest(urn=URN, news=to_wire({"diskId": DISK, **arguments}))
        answer = await self.servicer.Check(request, Context())
        assert not answer.failures
        return answer.inputs

    async def create(self, patience: float = 0.0, **arguments: Any) -> Any:
        request = provider_pb2.CreateRequest(urn=URN, properties=await self.inputs(**arguments), timeout=patience)
        return await self.servicer.Create(request, Context())

    async def failing_create(self, patience: float = 0.0) -> Context:
        context = Context()
        request = provider_pb2.CreateRequest(urn=URN, properties=await self.inputs(), timeout=patience)
        with pytest.raises(AbortError):
            await self.servicer.Create(request, context)
        return context

    async def diff(self, olds: Any, news: Any) -> Any:
        return await self.servicer.Diff(provider_pb2.DiffRequest(urn=URN, id="s-1", olds=olds, news=news), Context())


@pytest.fixture
async def plugin() -> AsyncIterator[Plugin]:
    async with open_cloud() as cloud:
        log = Log()
        servicer = Servicer(log, cloud.regions, Callbacks("127.0.0.1:1"))
        settings = {
            "region": "cn-hangzhou",
            "endpoint": cloud.emulator.endpoint,
            "protocol": "HTTP",
            "accessKey": "emulator-key-id",
            "secretKey": "emulator-key-secret",
        }
        variables = {f"alicloud-snapshot:config:{name}": value for name, value in settings.items()}
        await servicer.Configure(provider_pb2.ConfigureRequest(variables=variables), Context())
        yield Plugin(cloud, log, servicer)


async def test_a_preview_knows_what_is_declared_and_what_repeats_it(plugin: Plugin) -> None:
    inputs = await plugin.inputs(tags={"team": "web"})
    answer = await plugin.servicer.Create(
        provider_pb2.CreateRequest(urn=URN, properties=inputs, preview=True), Context()
    )
    foreseen = from_wire(answer.properties).values
    assert foreseen["sourceDiskId"] == DISK
    assert foreseen["regionId"] == "cn-hangzhou"
    assert (foreseen["tags"], foreseen["description"]) == ({"team": "web"}, "")
    assert foreseen["creationTime"] is UNKNOWN, "a policy pack takes a missing output for one that is not set"
    assert plugin.cloud.emulator.calls(mutating=True) == []


async def test_a_preview_sends_the_unknown_inputs_and_the_unknown_outputs_that_are_secret(plugin: Plugin) -> None:
    inputs = with_secrets(await plugin.inputs(diskId=UNKNOWN), {"diskId"})
    request = provider_pb2.CreateRequest(urn=URN, properties=inputs, preview=True)
    foreseen = from_wire((await plugin.servicer.Create(request, Context())).properties)
    assert (foreseen.values["diskId"], foreseen.values["sourceDiskId"]) == (UNKNOWN, UNKNOWN)
    assert foreseen.secrets >= {"diskId", "sourceDiskId"}


async def test_a_preview_of_an_update_keeps_what_stays(plugin: Plugin) -> None:
    made = await plugin.create(description="before")
    news = await plugin.inputs(description="after")
    request = provider_pb2.UpdateRequest(urn=URN, id=made.id, olds=made.properties, news=news, preview=True)
    foreseen = from_wire((await plugin.servicer.Update(request, Context())).properties).values
    assert foreseen["description"] == "after"
    assert foreseen["lastModifiedTime"] is UNKNOWN
    assert foreseen["status"] == "accomplished"


async def test_a_preview_says_the_plan_once(plugin: Plugin) -> None:
    inputs = await plugin.inputs()
    assert (plugin.log.told, plugin.log.passed) == ([], []), "the check does not know whether this is a preview"
    request = provider_pb2.CreateRequest(urn=URN, properties=inputs, preview=True)
    await plugin.servicer.Create(request, Context())
    await plugin.servicer.Create(request, Context())
    (plan,) = plugin.log.told
    assert plan.startswith("plan:\n  full snapshot, about 1 min, at most 40 GiB and USD 0.69 a month\n  system disk d-")
    assert plugin.log.passed == []


async def test_after_the_preview_the_summary_of_the_plan_and_the_progress_pass(plugin: Plugin) -> None:
    made = await plugin.create()
    assert plugin.log.told == []
    assert plugin.log.passed[:2] == [
        "full snapshot, about 1 min, at most 40 GiB and USD 0.69 a month",
        f"snapshot {made.id} 0 %",
    ]


async def test_warnings_stay_in_the_preview_and_after_it(plugin: Plugin) -> None:
    await plugin.inputs(window="03:00-03:01 UTC", triggers="v1")
    assert [text.partition(":")[0] for text in plugin.log.told] == ["now is outside the maintenance window 03"]


async def test_a_preview_of_a_replacement_says_what_stays_behind_what_is_taken(plugin: Plugin) -> None:
    made = await plugin.create()
    moved = to_wire({**from_wire(made.properties).values, "diskId": "d-demo-data"})
    await plugin.servicer.Check(provider_pb2.CheckRequest(urn=URN, olds=made.properties, news=moved), Context())
    await plugin.diff(made.properties, moved)
    inputs = await plugin.inputs(diskId="d-demo-data")
    await plugin.servicer.Create(provider_pb2.CreateRequest(urn=URN, properties=inputs, preview=True), Context())
    (plan,) = plugin.log.told
    assert plan.startswith("plan:\n  full snapshot, about ")
    assert f"\n  history: the newest 1 of disk {DISK} stays" in plan


async def test_a_wait_that_timed_out_is_handed_over_and_resumed_by_an_update(plugin: Plugin) -> None:
    context = await plugin.failing_create(patience=3.0)
    assert context.detail is not None
    assert context.detail.reasons == [context.text]
    assert f"snapshot {context.detail.id} of disk {DISK} is not accomplished after 3 s" in context.text
    (snapshot,) = plugin.cloud.emulator.world.snapshots
    assert "alicloud-snapshot:being-created" not in snapshot.tags

    olds, news = context.detail.properties, context.detail.inputs
    changes = (await plugin.diff(olds, news)).detailedDiff
    assert {name: change.kind for name, change in changes.items()} == {"status": provider_pb2.PropertyDiff.UPDATE}
    request = provider_pb2.UpdateRequest(urn=URN, id=context.detail.id, olds=olds, news=news)
    updated = await plugin.servicer.Update(request, Context())
    assert from_wire(updated.properties).values["status"] == "accomplished"


async def test_where_handing_over_fails_the_error_is_plain_and_the_next_create_adopts(plugin: Plugin) -> None:
    plugin.cloud.emulator.add_faults({"action": "TagResources", "code": "Forbidden.RAM", "status": 403, "times": 1})
    context = await plugin.failing_create(patience=3.0)
    assert context.detail is None
    assert "is not accomplished after 3 s" in context.text

    (snapshot,) = plugin.cloud.emulator.world.snapshots
    assert (await plugin.create()).id == snapshot.id


async def test_a_cancel_ends_a_wait_with_partial_state(plugin: Plugin) -> None:
    waiting = asyncio.create_task(plugin.failing_create())
    await plugin.log.progressing.wait()
    await plugin.servicer.Cancel(empty_pb2.Empty(), Context())
    context = await waiting
    assert context.detail is not None
    assert context.text == (
        f"cancelled while waiting for {context.detail.id}, which goes on in the cloud\n"
        f"  what to do: Run `pulumi up` again: it resumes {context.detail.id}."
    )


async def test_a_snapshot_that_fails_while_it_is_resumed_is_replaced(plugin: Plugin) -> None:
    held = (await plugin.failing_create(patience=3.0)).detail
    assert held is not None
    plugin.cloud.emulator.fail_snapshot(held.id)
    context = Context()
    request = provider_pb2.UpdateRequest(urn=URN, id=held.id, olds=held.properties, news=held.inputs)
    with pytest.raises(AbortError):
        await plugin.servicer.Update(request, context)
    assert context.detail is not None
    assert list((await plugin.diff(context.detail.properties, held.inputs)).replaces) == ["status"]


async def test_an_import_gives_inputs_that_need_no_change(plugin: Plugin) -> None:
    made = await plugin.create(description="as it is", tags={"team": "web"})
    answer = await plugin.servicer.Read(provider_pb2.ReadRequest(urn=URN, id=made.id), Context())
    checked = await plugin.servicer.Check(
        provider_pb2.CheckRequest(urn=URN, olds=answer.inputs, news=answer.inputs), Context()
    )
    assert list((await plugin.diff(answer.properties, checked.inputs)).diffs) == []


async def test_what_is_gone_reads_as_nothing(plugin: Plugin) -> None:
    state = to_wire({**from_wire(await plugin.inputs()).values, "snapshotId": "s-none"})
    request = provider_pb2.ReadRequest(urn=URN, id="s-none", properties=state)
    assert (await plugin.servicer.Read(request, Context())).id == ""


async def test_the_state_of_the_dynamic_resource_is_rewritten_by_an_update(plugin: Plugin) -> None:
    inputs = from_wire(await plugin.inputs()).values
    dynamic = {"__provider": "pickled", "disk_id": DISK, "status": "accomplished", "series": inputs["series"]}
    dynamic |= {"region": "cn-hangzhou", "snapshot_name": inputs["snapshotName"]}
    found = await plugin.diff(to_wire(dynamic), to_wire(inputs))
    assert (list(found.diffs), list(found.replaces)) == (["__provider"], [])


async def test_a_delete_ends_with_its_time_out(plugin: Plugin) -> None:
    made = await plugin.create()
    busy = {"action": "DeleteSnapshot", "code": "IdempotentProcessing", "status": 403, "times": None}
    plugin.cloud.emulator.add_faults(busy)
    context = Context()
    request = provider_pb2.DeleteRequest(urn=URN, id=made.id, properties=made.properties, timeout=20.0)
    with pytest.raises(AbortError):
        await plugin.servicer.Delete(request, context)
    assert context.text == (
        f"deleting {made.id} has not ended after 20 s\n  what to do: Run it again, or raise customTimeouts.delete."
    )


async def test_an_error_that_nobody_meant_is_one_line(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("alicloud_snapshot_provider.snapshots.resource.SnapshotResource.create", broken)
    assert (await plugin.failing_create()).text == "KeyError: 'lost'"


async def test_what_the_plugin_does_not_have_is_said_with_what_it_has(plugin: Plugin) -> None:
    asked, checked = Context(), Context()
    with pytest.raises(AbortError):
        await plugin.servicer.Invoke(provider_pb2.InvokeRequest(tok="alicloud-snapshot:index:getDisk"), asked)
    with pytest.raises(AbortError):
        await plugin.servicer.Check(provider_pb2.CheckRequest(urn=URN.replace("Snapshot::", "Disk::")), checked)
    assert asked.text.startswith("alicloud-snapshot has no getDisk\n  what to do: Correct the type: there is getSnap")
    assert checked.text.startswith("alicloud-snapshot has no Disk\n  what to do: Correct the type: there is Snapshot")


async def test_a_function_names_what_is_wrong_with_its_arguments(plugin: Plugin) -> None:
    request = provider_pb2.InvokeRequest(tok="alicloud-snapshot:index:getSnapshots", args=to_wire({"diskID": DISK}))
    (failure,) = (await plugin.servicer.Invoke(request, Context())).failures
    assert failure.reason == "is not an argument: did you mean diskId?"


@pytest.mark.parametrize(
    ("function", "arguments", "text"),
    [
        ("getSnapshots", {}, "no filter is given: give ids, diskId, series, guarded or tags"),
        ("getSnapshot", {"diskId": "d-none"}, "no snapshot in cn-hangzhou matches diskId='d-none'"),
    ],
)
async def test_a_question_without_an_answer_is_an_error(
    plugin: Plugin, function: str, arguments: dict[str, str], text: str
) -> None:
    context = Context()
    request = provider_pb2.InvokeRequest(tok=f"alicloud-snapshot:index:{function}", args=to_wire(arguments))
    with pytest.raises(AbortError):
        await plugin.servicer.Invoke(request, context)
    assert text in context.text


DATA = "d-demo-data"


def changing(kind: str = "ecsDisk:EcsDisk", name: str = "data", change: str = "delete", **more: Any) -> dict[str, Any]:
    resource_type = f"alicloud:ecs/{kind}"
    urn = f"urn:pulumi:stack::project::{resource_type}::{name}"
    return {"change": change, "type": resource_type, "name": name, "urn": urn, "id": DATA, **more}


async def protected(plugin: Plugin, previewed: bool = False, **arguments: Any) -> list[str]:
    token = "alicloud-snapshot:index:protect"
    context = Context()
    request = provider_pb2.InvokeRequest(tok=token, args=to_wire(arguments), preview=previewed)
    try:
        answer = await plugin.servicer.Invoke(request, context)
    except AbortError:
        raise AssertionError(context.text) from None
    assert not answer.failures, [f"{each.property}: {each.reason}" for each in answer.failures]
    return list(from_wire(getattr(answer, "return")).values["snapshotIds"])


async def test_a_guard_takes_the_snapshots_of_what_is_about_to_change(plugin: Plugin) -> None:
    web = changing("instance:Instance", "web", "update", id="i-demo", outputs={"availabilityZone": "cn-hangzhou-h"})
    taken = await protected(plugin, resource=web, settings={"tags": {"kept": "yes"}})

    assert sorted(taken) == sorted(plugin.cloud.alive())
    assert {plugin.cloud.record(each).disk_id for each in taken} == {DISK, DATA}
    assert {plugin.cloud.record(each).description for each in taken} == {"before the update of web"}


@pytest.mark.parametrize("told_by", ["the engine", "the program"])
async def test_a_guard_takes_nothing_in_a_preview(plugin: Plugin, told_by: str) -> None:
    by_engine = told_by == "the engine"
    arguments = {} if by_engine else {"preview": True}
    assert await protected(plugin, by_engine, resource=changing(), **arguments) == []
    assert plugin.cloud.mutations() == []
    assert plugin.log.told[0].startswith("before the delete of data: takes a snapshot:\n  full ")


async def test_the_update_of_an_attachment_needs_no_snapshot(plugin: Plugin) -> None:
    attachment = changing("ecsDiskAttachment:EcsDiskAttachment", "attachment", "update", id=f"{DATA}:i-demo")
    assert await protected(plugin, resource=attachment) == []
    assert plugin.cloud.alive() == []


async def test_a_guard_prunes_its_own_series_and_leaves_what_others_hold_of_the_disk(plugin: Plugin) -> None:
    cloud = plugin.cloud
    cloud.emulator.add_seed({"snapshots": [{"id": "s-by-hand", "disk_id": DATA}]})
    held = (await cloud.take(disk_id=DATA))["snapshot_id"]
    (of_another,) = await protected(plugin, resource=changing(name="another"), settings={"keepLast": 1})
    own = [(await protected(plugin, resource=changing(), settings={"keepLast": 1}))[0] for _ in range(3)]

    assert sorted(cloud.alive()) == sorted(["s-by-hand", held, of_another, own[-1]])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"resource": changing("instance:Instance", "web", id="i-none")},
            "web was left untouched: instance i-none has no disks in region cn-hangzhou",
        ),
        (
            {"resource": changing("vpc:Network")},
            "the guard of data does not know which disk a alicloud:ecs/vpc:Network stands on",
        ),
        ({"resource": changing(), "diskIds": [UNKNOWN]}, "the guarded disk is not known yet"),
        ({"resource": changing(change="create")}, "must be of update, delete, got "),
        ({"resource": changing(), "settings": {"keepLast": 0}}, "keepLast must be at least 1, got 0"),
        ({"resource": changing(), "instanceId": "web"}, "must be the id of an instance"),
        ({}, "is required: set it"),
    ],
)
async def test_what_a_guard_cannot_work_with_is_said(plugin: Plugin, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(AssertionError) as caught:
        await protected(plugin, **arguments)
    assert text in str(caught.value)
    assert plugin.cloud.mutations() == []


async def checked(plugin: Plugin, **arguments: Any) -> provider_pb2.InvokeResponse:
    request = provider_pb2.InvokeRequest(tok="alicloud-snapshot:index:checkGuard", args=to_wire(arguments))
    return await plugin.servicer.Invoke(request, Context())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            {"settings": {"minAge": "soon"}},
            "settings.minAge must be a duration such as 30m, 12h or 7d, got 'soon': correct it",
        ),
        ({"changes": ["update", "create"]}, "must be of update, replace, delete, got 'create': correct it"),
    ],
)
async def test_a_guards_settings_are_checked_before_anything_changes(
    plugin: Plugin, arguments: dict[str, Any], reason: str
) -> None:
    (failure,) = (await checked(plugin, **arguments)).failures
    assert failure.reason == reason


@pytest.mark.parametrize(
    ("arguments", "hooks"),
    [
        ({}, {"update", "delete"}),
        ({"changes": ["update"]}, {"update"}),
        ({"changes": ["replace"]}, {"delete"}),
        ({"changes": ["delete", "replace"]}, {"delete"}),
    ],
)
async def test_a_guard_is_told_its_types_and_the_hooks_of_its_changes(
    plugin: Plugin, arguments: dict[str, Any], hooks: set[str]
) -> None:
    told = from_wire(getattr(await checked(plugin, **arguments), "return")).values
    assert len(told["types"]) == 5
    assert set(told["hooks"]) == hooks
    assert {name.split(",")[0] for name in told["hooks"].values()} == {f"before_{hook}" for hook in hooks}
