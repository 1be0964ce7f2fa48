"""Answers the calls of the engine: it passes the provider protocol on to the nouns."""

# ruff: noqa: ARG002, N802 - the protocol gives the methods their names and arguments

from __future__ import annotations

from collections.abc import Collection, Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from ...errors import Cancelled, InvalidInput, NotFound, SnapshotFailed, Unavailable, WaitTimeout
from ...guards.changes import GuardedChanges
from ...nouns.fields import check_fields
from ...nouns.noun import Notes, Noun, Operation
from ...nouns.property_values import Properties
from ...nouns.series import series_of_urn
from ...printable import visible
from ...region import Region, Regions
from ...registry import NOUNS
from ...waiting.batch import SharedCall
from ...waiting.deadline import with_timeout
from ..operations import Operations
from ..partial_state import BegunResource, partial_state
from ..stored_state import StoredResources, StoredState
from . import PACKAGE
from .callbacks import Callbacks
from .cases import camel_case
from .configuration import SECRET_KEYS, Configuration, config_failures, configuration
from .difference import config_difference, difference
from .engine_log import EngineLog, ResourceLog
from .functions import FUNCTIONS
from .guard_functions import protect
from .guarded_run import GuardedRun
from .invoke_context import InvokeContext
from .monitor import monitor_at
from .names import Names
from .reporting import error_text, report_errors
from .schema import plugin_version, schema_text
from .stack_guard import STACK_GUARD, STACK_GUARD_NAMES
from .wire import WireProperties, from_wire, to_wire, with_secrets

T = TypeVar("T")

_Request = (
    provider_pb2.CreateRequest | provider_pb2.ReadRequest | provider_pb2.UpdateRequest | provider_pb2.DeleteRequest
)
_MODULE = f"{PACKAGE}:index:"
_NAMES = {noun: Names(resource.fields) for noun, resource in NOUNS.items()}
_FUNCTION_NAMES = {name: Names(function.arguments) for name, function in FUNCTIONS.items()}
_NO_NAMES = Names(())


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider of a stack, the default one or an explicit one."""

    def __init__(self, engine: EngineLog, regions: Regions, callbacks: Callbacks) -> None:
        self._engine = engine
        self._regions = regions
        self._callbacks = callbacks
        self.operations = Operations()
        self._stored_state = StoredState()
        regions.run.evidence = self._stored_state.evidence
        regions.run.engine_answers = SharedCall(engine.answers).ask
        self._configuration = Configuration()
        self._changes = GuardedChanges()
        self._plans: dict[str, tuple[str, ...]] = {}
        """The plan facts by URN, until the create or update of the resource tells whether this is a preview."""

    async def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    async def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.aio.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=plugin_version())

    async def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema=schema_text(plugin_version()))

    async def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.CheckResponse:
        failures = config_failures(from_wire(request.news).values)
        return provider_pb2.CheckResponse(inputs=with_secrets(request.news, SECRET_KEYS), failures=_failures(failures))

    async def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.DiffResponse:
        return config_difference(from_wire(request.old_inputs).values, from_wire(request.news).values)

    async def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        async with report_errors(context, _NO_NAMES):
            self._configuration = configuration(request.variables)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    async def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.CheckResponse:
        async with report_errors(context, _NO_NAMES):
            resource, names = self._noun(request.urn)
        origin = from_wire(request.news)
        news = {**_derived(resource, request.urn), **names.to_core(origin.values)}
        async with report_errors(context, names):
            try:
                checked = await resource.check(names.to_core(from_wire(request.olds).values), news)
            except InvalidInput as error:
                return provider_pb2.CheckResponse(failures=_failures({error.property_name: str(error)}))
            await self._note(request.urn, names, checked.notes)
        inputs = to_wire(names.to_schema(checked.inputs), origin)
        return provider_pb2.CheckResponse(inputs=inputs, failures=_failures(checked.failures, names))

    async def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.DiffResponse:
        resource, names = self._noun(request.urn)
        async with report_errors(context, names):
            found, notes = difference(resource, names, from_wire(request.olds).values, from_wire(request.news).values)
            await self._note(request.urn, names, notes)
        return found

    async def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.CreateResponse:
        resource, names = self._noun(request.urn)
        origin = _with_repetitions(names, from_wire(request.properties))
        inputs = names.to_core(origin.values)
        await self._plan(request.urn, names, preview=request.preview)
        if request.preview:
            return provider_pb2.CreateResponse(
                properties=to_wire(names.to_schema(resource.preview({}, inputs)), origin)
            )
        async with report_errors(context, names, origin):
            outputs = await self._create(resource, inputs, request)
        return provider_pb2.CreateResponse(
            id=resource.id_of(outputs), properties=to_wire(names.to_schema(outputs), origin)
        )

    async def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.ReadResponse:
        async with report_errors(context, _NO_NAMES):
            resource, names = self._noun(request.urn)
        state, origin = from_wire(request.properties), from_wire(request.inputs)
        props = names.to_core(state.values) or self._import_defaults(request.urn)
        async with report_errors(context, names):
            outputs = await self._run(resource.read(request.id, props, self._operation(request)))
        if outputs is None:
            return provider_pb2.ReadResponse()
        inputs = resource.inputs_of(outputs, names.to_core(origin.values))
        return provider_pb2.ReadResponse(
            id=request.id,
            properties=to_wire(names.to_schema(outputs), state),
            inputs=to_wire(names.to_schema(inputs), origin),
        )

    async def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        resource, names = self._noun(request.urn)
        origin = _with_repetitions(names, from_wire(request.news))
        olds, news = names.to_core(from_wire(request.olds).values), names.to_core(origin.values)
        await self._plan(request.urn, names, preview=request.preview)
        if request.preview:
            return provider_pb2.UpdateResponse(
                properties=to_wire(names.to_schema(resource.preview(olds, news)), origin)
            )
        async with report_errors(context, names, origin):
            try:
                outputs = await self._run(resource.update(request.id, olds, news, self._operation(request)))
            except SnapshotFailed as error:
                raise await partial_state(resource, news, error, request.id) from error
        return provider_pb2.UpdateResponse(properties=to_wire(names.to_schema(outputs), origin))

    async def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.aio.ServicerContext) -> empty_pb2.Empty:
        resource, names = self._noun(request.urn)
        props = names.to_core(from_wire(request.properties).values)
        async with report_errors(context, names):
            await self._delete(resource, props, request)
        return empty_pb2.Empty()

    async def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        async with report_errors(context, _NO_NAMES):
            function = _one_of(FUNCTIONS, request.tok)
        names, origin = _FUNCTION_NAMES[request.tok.removeprefix(_MODULE)], from_wire(request.args)
        arguments = names.to_core(origin.values)
        failures = check_fields(function.arguments, arguments)
        if failures:
            return provider_pb2.InvokeResponse(failures=_failures(failures, names))
        async with report_errors(context, names):
            result = await self._run(function.call(self._invoke_context(preview=request.preview), arguments))
        return _invoked(to_wire(result, origin))

    async def Construct(
        self, request: provider_pb2.ConstructRequest, context: grpc.aio.ServicerContext
    ) -> provider_pb2.ConstructResponse:
        async with report_errors(context, STACK_GUARD_NAMES), monitor_at(request.monitorEndpoint) as monitor:
            _one_of({STACK_GUARD: None}, request.type)
            urn = await GuardedRun(monitor, self._callbacks, self._take, self._stored, self._warn).declare(request)
        return provider_pb2.ConstructResponse(urn=urn)

    async def _stored(self, urn: str, types: Collection[str]) -> StoredResources:
        self._stored_state.set_stack(urn)
        return await self._stored_state.resources(types)

    def _warn(self, urn: str, text: str) -> None:
        self._engine.note(urn, text, warning=True)

    async def _take(self, arguments: Properties) -> str:
        """Take the snapshots of a guard, and return why the change must not start."""
        try:
            await self._run(protect(self._invoke_context(preview=False), arguments))
        except Exception as error:
            return error_text(error, STACK_GUARD_NAMES)
        return ""

    async def _note(self, urn: str, names: Names, notes: Notes) -> None:
        """Show warnings at once. Keep the plan facts, the newest first: the engine checks a replacement twice."""
        for text in notes.warnings:
            self._log(urn, names).warn(text)
        self._plans[urn] = (*notes.facts, *self._plans.pop(urn, ()))
        await self._engine.flush()

    async def _plan(self, urn: str, names: Names, *, preview: bool) -> None:
        self._log(urn, names).plan(Notes(self._plans.pop(urn, ())), preview=preview)
        await self._engine.flush()

    def _invoke_context(self, *, preview: bool) -> InvokeContext:
        known = self._configuration

        def region(name: str) -> Region:
            return self._regions.of(known.settings.in_region(name))

        return InvokeContext(region, preview, self._engine, known.preferences.price, self._changes)

    async def Cancel(self, request: empty_pb2.Empty, context: grpc.aio.ServicerContext) -> empty_pb2.Empty:
        self.operations.cancel()
        return empty_pb2.Empty()

    async def _create(self, resource: Noun, inputs: Properties, request: provider_pb2.CreateRequest) -> dict[str, Any]:
        begun = BegunResource()
        try:
            return await self._run(resource.create(inputs, self._operation(request, begun)))
        except (WaitTimeout, Cancelled) as error:
            raise await partial_state(resource, inputs, error, begun.resource_id) from error

    async def _delete(self, resource: Noun, props: Properties, request: provider_pb2.DeleteRequest) -> None:
        work = resource.delete(request.id, props, self._operation(request))
        try:
            await self._run(with_timeout(self._regions.clock, request.timeout, work) if request.timeout else work)
        except TimeoutError:
            raise Unavailable(
                f"deleting {request.id} has not ended after {request.timeout:.0f} s",
                remedy="Run it again, or raise customTimeouts.delete.",
            ) from None

    async def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return await self.operations.run(work)
        finally:
            await self._engine.flush()

    def _operation(self, request: _Request, begun: BegunResource | None = None) -> Operation:
        log = self._log(request.urn, _NAMES[_noun_of(request.urn)])
        on_begun = (begun or BegunResource()).remember
        timeout = request.timeout or None
        return Operation(timeout=timeout, on_begun=on_begun, progress=log.progress, tell=log.note, warn=log.warn)

    def _log(self, urn: str, names: Names) -> ResourceLog:
        return ResourceLog(self._engine, urn, names)

    def _noun(self, urn: str) -> tuple[Noun, Names]:
        noun, known = _noun_of(urn), self._configuration
        self._stored_state.set_stack(urn)
        resource = _one_of(NOUNS, noun)(self._regions, known.settings, known.preferences, urn)
        return resource, _NAMES[noun]

    def _import_defaults(self, urn: str) -> Properties:
        """Return the properties for an import, which gives only an id."""
        return {"series": series_of_urn(urn), "region": self._configuration.settings.region}


def _noun_of(urn: str) -> str:
    """Return the noun of a URN. Its type may begin with those of parents: `a:b:C$alicloud-snapshot:index:Snapshot`."""
    return urn.split("::")[2].rpartition("$")[2].removeprefix(_MODULE)


def _one_of(known: Mapping[str, T], token: str) -> T:
    name = token.removeprefix(_MODULE)
    if name not in known:
        raise NotFound(f"{PACKAGE} has no {name}", remedy=f"Correct the type: there is {', '.join(known)}.")
    return known[name]


def _derived(resource: Noun, urn: str) -> Properties:
    """Return the derived series, if the noun has a series."""
    return {"series": series_of_urn(urn)} if any(field.name == "series" for field in resource.fields) else {}


def _with_repetitions(names: Names, origin: WireProperties) -> WireProperties:
    """Return the inputs with more secret names: the outputs that repeat a secret input."""
    return replace(origin, secrets=names.with_repetitions(origin.secrets))


def _invoked(result: struct_pb2.Struct) -> provider_pb2.InvokeResponse:
    response = provider_pb2.InvokeResponse()
    getattr(response, "return").CopyFrom(result)  # the protocol's name of the field is a keyword in Python
    return response


def _failures(failures: Mapping[str, str], names: Names | None = None) -> list[provider_pb2.CheckFailure]:
    return [
        provider_pb2.CheckFailure(
            property=camel_case(name), reason=visible(names.translate(reason) if names else reason, lines=True)
        )
        for name, reason in failures.items()
    ]
