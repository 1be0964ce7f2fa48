"""What the stand-in refuses, and how it says so."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2

from alicloud_standin.servicer import Servicer
from ecs_emulator import Emulator

DISK = "alicloud:ecs/ecsDisk:EcsDisk"


class Aborted(Exception):
    """What the engine would show."""


class Context:
    async def abort(self, _code: object, details: str) -> None:
        raise Aborted(details)


@pytest.fixture
async def servicer(emulator: Emulator) -> Servicer:
    settings = {
        "region": "cn-hangzhou",
        "endpoints": f'[{{"ecs": "{emulator.endpoint}"}}]',
        "protocol": "HTTP",
        "accessKey": "emulator-key-id",
        "secretKey": "emulator-key-secret",
    }
    servicer = Servicer()
    variables = {f"alicloud:config:{name}": value for name, value in settings.items()}
    await servicer.Configure(provider_pb2.ConfigureRequest(variables=variables), Context())
    return servicer


async def test_a_property_that_it_does_not_serve_is_a_check_failure(servicer: Servicer) -> None:
    request = provider_pb2.CheckRequest(type=DISK, news=_struct({"size": 40, "storageSetId": "ss-1"}))
    answer = await servicer.Check(request, Context())

    (failure,) = answer.failures
    assert failure.property == "storageSetId"
    assert failure.reason == "the stand-in does not serve it: install the official alicloud plugin"


async def test_a_type_that_it_does_not_serve_is_refused(servicer: Servicer) -> None:
    network = provider_pb2.CheckRequest(type="alicloud:vpc/network:Network")
    with pytest.raises(Aborted, match=r"^the stand-in does not serve alicloud:vpc/network:Network: install "):
        await servicer.Check(network, Context())


async def test_a_change_that_it_cannot_make_is_refused_in_the_preview(servicer: Servicer) -> None:
    olds, news = _struct({"category": "cloud_essd"}), _struct({"category": "cloud_auto"})
    request = provider_pb2.UpdateRequest(type=DISK, id="d-demo-data", old_inputs=olds, news=news, preview=True)
    with pytest.raises(Aborted, match=r"^the stand-in does not change category in place: install "):
        await servicer.Update(request, Context())


async def test_an_error_of_ecs_is_one_line_with_its_code(servicer: Servicer) -> None:
    disk = {"zoneId": "cn-hangzhou-h", "category": "cloud_essd", "size": 1, "snapshotId": "s-none"}
    with pytest.raises(Aborted, match=r"^CreateDisk: InvalidSnapshotId\.NotFound: .*request id: [0-9A-F-]+$"):
        await servicer.Create(provider_pb2.CreateRequest(type=DISK, properties=_struct(disk)), Context())


async def test_deleting_what_is_gone_already_succeeds(servicer: Servicer) -> None:
    await servicer.Delete(provider_pb2.DeleteRequest(type=DISK, id="d-none"), Context())


async def test_what_is_gone_reads_as_nothing(servicer: Servicer) -> None:
    answer = await servicer.Read(provider_pb2.ReadRequest(type=DISK, id="d-none"), Context())
    assert answer == provider_pb2.ReadResponse()


async def test_what_was_changed_outside_is_read_into_the_inputs(servicer: Servicer) -> None:
    inputs = _struct({"diskName": "renamed in the console since", "size": 100})
    request = provider_pb2.ReadRequest(type=DISK, id="d-demo-data", inputs=inputs)
    answer = await servicer.Read(request, Context())
    assert json_format.MessageToDict(answer.inputs) == {"diskName": "web-server-data", "size": 100}


async def test_a_disk_is_detached_once_its_snapshot_is_accomplished(servicer: Servicer, emulator: Emulator) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-1", "disk_id": "d-demo-data", "status": "progressing"}]})
    attachment = provider_pb2.DeleteRequest(
        type="alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment", id="d-demo-data:i-demo"
    )
    await servicer.Delete(attachment, Context())

    assert [event.id for event in emulator.events("snapshot.accomplished")] == ["s-1"]
    refused, *_, detached = emulator.calls("DetachDisk")
    assert (refused.code, detached.code) == ("IncorrectDiskStatus.CreatingSnapshot", None)


def _struct(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())
