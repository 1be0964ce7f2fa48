"""Answers the engine's calls: the provider protocol on one side, the nouns on the other."""

# ruff: noqa: ARG002, N802 - the protocol gives the methods their names and arguments

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from alicloud_standin.auto_snapshot_policy import AutoSnapshotPolicy, EcsAutoSnapshotPolicyAttachment
from alicloud_standin.ecs import Ecs, EcsError
from alicloud_standin.ecs_disk import EcsDisk
from alicloud_standin.ecs_disk_attachment import EcsDiskAttachment
from alicloud_standin.ecs_snapshot import EcsSnapshot
from alicloud_standin.image import Image
from alicloud_standin.instance import Instance
from alicloud_standin.noun import Change, Noun, Properties
from alicloud_standin.settings import read_settings

_NOUNS: dict[str, Noun] = {
    noun.pulumi_type: noun
    for noun in (
        AutoSnapshotPolicy(),
        EcsAutoSnapshotPolicyAttachment(),
        EcsDisk(),
        EcsDiskAttachment(),
        EcsSnapshot(),
        Image(),
        Instance(),
    )
}
_REMEDY = "install the official alicloud plugin"
_CONFIGURATION = "alicloud:config:"
_SECRETS = frozenset({"secretKey", "securityToken", "credentialsUri", "assumeRole", "assumeRoleWithOidc"})
"""These keys are secret in the state, even if the stack's configuration has them in plain text."""
_SHAPE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""The engine's marks of a secret, from sdk/go/common/resource/sig."""
_ANY = {"$ref": "pulumi.json#/Any"}
_META = {"moduleFormat": "(.*)(?:/[^/]*)"}
"""How `alicloud:ecs:Instance` becomes `alicloud:ecs/instance:Instance`, as in the official plugin's schema."""
_Kind = provider_pb2.PropertyDiff.Kind


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider of a stack: the default one, or an explicit `alicloud.Provider`."""

    _ecs: Ecs

    async def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.aio.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=version("pulumi_alicloud"))

    async def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Return the types without those of their properties: Pulumi YAML asks which there are."""
        known = {kind: {"inputProperties": dict.fromkeys(noun.settable, _ANY)} for kind, noun in _NOUNS.items()}
        schema = {"name": "alicloud", "version": version("pulumi_alicloud"), "meta": _META, "resources": known}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    async def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=_struct(_with_secrets(json_format.MessageToDict(request.news))))

    async def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.DiffResponse:
        return _difference(_change(request), replacing=frozenset())

    async def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        configured = {key.removeprefix(_CONFIGURATION): value for key, value in request.variables.items()}
        self._ecs = Ecs(read_settings(configured))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    async def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.CheckResponse:
        async with _one_line_errors(context):
            noun = _noun(request.type)
        unserved = sorted(request.news.keys() - noun.settable)
        reason = f"the stand-in does not serve it: {_REMEDY}"
        failures = [provider_pb2.CheckFailure(property=name, reason=reason) for name in unserved]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    async def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.DiffResponse:
        return _difference(_change(request), _noun(request.type).replacing)

    async def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.CreateResponse:
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        inputs = _dict(request.properties)
        async with _one_line_errors(context):
            noun = _noun(request.type)
            resource_id = await noun.create(self._ecs, inputs)
            outputs = await self._outputs(noun, resource_id, inputs)
        return provider_pb2.CreateResponse(id=resource_id, properties=_struct(outputs))

    async def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.ReadResponse:
        noun = _noun(request.type)
        async with _one_line_errors(context):
            live = await noun.read(self._ecs, request.id)
        if live is None:
            return provider_pb2.ReadResponse()
        known = _dict(request.inputs)
        # An import has no inputs. Every property with a value becomes an input, and the program must declare it.
        names = known.keys() or {name for name in noun.settable if live.get(name)}
        inputs = known | {name: live[name] for name in names if name in live}
        outputs = _dict(request.properties) | inputs | live
        return provider_pb2.ReadResponse(id=request.id, properties=_struct(outputs), inputs=_struct(inputs))

    async def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        change = _change(request)
        noun = _noun(request.type)
        async with _one_line_errors(context):
            _refuse_unserved(noun, change)
            if request.preview:
                return provider_pb2.UpdateResponse(properties=_struct(_dict(request.olds) | change.news))
            await noun.update(self._ecs, request.id, change)
            outputs = await self._outputs(noun, request.id, change.news)
        return provider_pb2.UpdateResponse(properties=_struct(outputs))

    async def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.aio.ServicerContext) -> empty_pb2.Empty:
        async with _one_line_errors(context):
            await _delete(_noun(request.type), self._ecs, request.id)
        return empty_pb2.Empty()

    async def Cancel(self, request: empty_pb2.Empty, context: grpc.aio.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    async def _outputs(self, noun: Noun, resource_id: str, inputs: Properties) -> Properties:
        return inputs | (await noun.read(self._ecs, resource_id) or {})


@asynccontextmanager
async def _one_line_errors(context: grpc.aio.ServicerContext) -> AsyncIterator[None]:
    """Returns the one line that the engine shows. An error that is not ECS's is logged in full."""
    try:
        yield
    except EcsError as error:
        await context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        await context.abort(grpc.StatusCode.UNKNOWN, f"{type(error).__name__}: {error}")


def _noun(pulumi_type: str) -> Noun:
    if pulumi_type not in _NOUNS:
        raise EcsError(f"the stand-in does not serve {pulumi_type}: {_REMEDY}")
    return _NOUNS[pulumi_type]


def _refuse_unserved(noun: Noun, change: Change) -> None:
    if unserved := sorted(change.properties() - noun.changing):
        raise EcsError(f"the stand-in does not change {', '.join(unserved)} in place: {_REMEDY}")


async def _delete(noun: Noun, ecs: Ecs, resource_id: str) -> None:
    try:
        await noun.delete(ecs, resource_id)
    except EcsError as error:
        if not error.code.endswith(".NotFound"):
            raise


def _change(request: provider_pb2.DiffRequest | provider_pb2.UpdateRequest) -> Change:
    return Change(olds=_dict(request.old_inputs), news=_dict(request.news))


def _difference(change: Change, replacing: frozenset[str]) -> provider_pb2.DiffResponse:
    changed = sorted(change.properties())
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=changed,
        replaces=sorted(replacing.intersection(changed)),
        detailedDiff={name: _kind(change, name, name in replacing) for name in changed},
        hasDetailedDiff=True,
    )


def _kind(change: Change, name: str, replaces: bool) -> provider_pb2.PropertyDiff:
    if name not in change.olds:
        kind = _Kind.ADD_REPLACE if replaces else _Kind.ADD
    elif name not in change.news:
        kind = _Kind.DELETE_REPLACE if replaces else _Kind.DELETE
    else:
        kind = _Kind.UPDATE_REPLACE if replaces else _Kind.UPDATE
    return provider_pb2.PropertyDiff(kind=kind, inputDiff=True)


def _dict(struct: struct_pb2.Struct) -> Properties:
    values = json_format.MessageToDict(struct)
    return {name: _with_whole_numbers(value) for name, value in values.items()}


def _with_whole_numbers(value: Any) -> Any:
    """Makes whole numbers again from floating-point ones: ECS takes 40 GiB, not 40.0."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_with_whole_numbers(item) for item in value]
        case dict():
            return {name: _with_whole_numbers(item) for name, item in value.items()}
    return value


def _with_secrets(values: Properties) -> Properties:
    """Returns a provider's inputs with the secret ones marked."""
    return {name: _marked(value) if name in _SECRETS else value for name, value in values.items()}


def _marked(value: Any) -> Any:
    is_marked = isinstance(value, dict) and value.get(_SHAPE) == _SECRET
    return value if is_marked else {_SHAPE: _SECRET, "value": value}


def _struct(values: Properties) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())
