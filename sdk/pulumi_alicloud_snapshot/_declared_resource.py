"""How every resource of the SDK registers itself with Pulumi, for both providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import fields, is_dataclass
from functools import cache
from inspect import get_annotations
from typing import Any, Self

import pulumi
from pulumi.dynamic import Resource, ResourceProvider
from pulumi.dynamic.dynamic import PROVIDER_KEY, serialize_provider
from pulumi.runtime import is_dry_run

from alicloud_snapshot_provider import dynamic_provider
from alicloud_snapshot_provider.adapters.declaration_error import DeclarationError
from alicloud_snapshot_provider.adapters.pulumi_values import PREVIEW_KEY

from ._outputs_when_read import OUTPUTS, outputs_when_read
from ._properties.repetitions import REPETITIONS
from ._series import derived_series


class _DeclaredProvider(ResourceProvider):
    """Stands for the dynamic provider in a program: it only gives the reference that the state stores.

    So a program does not load the ECS client.
    """

    serialize_as_secret_always = False

    def __init__(self, noun: str) -> None:
        super().__init__()
        self._noun = noun

    def __reduce__(self) -> tuple[Callable[[str], ResourceProvider], tuple[str]]:
        return dynamic_provider, (self._noun,)


@cache
def _reference(noun: str) -> str:
    """Return the reference to a noun's provider that the state stores.

    It is cached because each call of `serialize_provider` leaves one more wrapper around Pulumi's pickler. After about
    300 calls, the providers of other dynamic resources would reach Python's recursion limit.
    """
    return str(serialize_provider(_DeclaredProvider(noun)))


class DeclaredResource(pulumi.CustomResource):
    """A resource as a program declares it. There is a subclass for each of the two providers."""

    _noun = ""
    _outputs = object

    def _declare(self, resource_name: str, args: Any, opts: pulumi.ResourceOptions | None) -> None:
        props = declared_properties(self._noun, self._outputs, resource_name, args, opts)
        with outputs_when_read(self):
            self._register(resource_name, props, opts)

    @classmethod
    def _existing(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002
        opts: pulumi.ResourceOptions | None,
        **known: Any,
    ) -> Self:
        """Return an existing resource, which Pulumi reads and never changes. `known` inputs help to find it."""
        found = cls.__new__(cls)
        props: dict[str, Any] = dict.fromkeys(output_names(cls._outputs)) | known
        with outputs_when_read(found):
            found._register(resource_name, props, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
        return found

    def __getattr__(self, name: str) -> Any:
        """Return the output that the program reads. Python calls this only if there is no such attribute yet."""
        outputs = vars(self).get(OUTPUTS)
        if outputs is not None and name in outputs.names:
            return self._output(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def _output(self, name: str) -> Any:
        """Return an output. The first time make it."""
        if name not in vars(self):
            vars(self)[OUTPUTS].make(name)
        return vars(self)[name]

    def _register(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        raise NotImplementedError


class DynamicResource(DeclaredResource, Resource):
    """A resource that the dynamic provider serves. It registers as Pulumi's own dynamic resource does."""

    def _register(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        options = secret_options(self._noun, props, opts)
        props[PROVIDER_KEY] = _reference(self._noun)
        if is_dry_run():
            props[PREVIEW_KEY] = True
        pulumi.CustomResource.__init__(self, dynamic_type(self._noun), name, props, options)


def dynamic_type(noun: str) -> str:
    """Return the type under which Pulumi's dynamic host shows a noun."""
    return f"pulumi-python:dynamic/alicloud-snapshot:{noun}"


@cache
def output_names(outputs: type) -> tuple[str, ...]:
    """Return the names of the outputs that a class and its bases annotate."""
    return tuple(name for each in reversed(outputs.__mro__) for name in get_annotations(each))


def declared_properties(
    noun: str, outputs: type, name: str, args: Any, opts: pulumi.ResourceOptions | None
) -> dict[str, Any]:
    """Return the properties to register: the arguments, the series, and None for every other output.

    Raises ValueError for `delete_before_replace`.
    """
    if opts and opts.delete_before_replace:
        raise DeclarationError(
            f"{noun} {name!r} has delete_before_replace, which would delete the old snapshot before the new one "
            "exists: remove the option"
        )
    arguments = {field.name: plain_data(getattr(args, field.name)) for field in fields(args)}
    if "series" in arguments and args.series is None:
        arguments["series"] = derived_series(name, dynamic_type(noun), opts.parent if opts else None)
    return dict.fromkeys(output_names(outputs)) | arguments


def secret_options(
    noun: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None
) -> pulumi.ResourceOptions | None:
    """Return options that make an output secret if it repeats a secret argument under another name.

    An argument shows whether it is secret only when its value is known. Pulumi waits for the values before it reads
    the options. So each such argument in `props` is wrapped: when its value is known, it adds its outputs to the list
    of secret ones.
    """
    watched = {name: outputs for name, outputs in REPETITIONS.get(noun, {}).items() if _may_be_secret(props, name)}
    if not watched:
        return opts
    own = copy(opts) if opts else pulumi.ResourceOptions()
    own.additional_secret_outputs = list(own.additional_secret_outputs or ())
    for name, outputs in watched.items():
        props[name] = pulumi.Output.from_input(_add_if_secret(props[name], outputs, own.additional_secret_outputs))
    return own


def _may_be_secret(props: Mapping[str, Any], name: str) -> bool:
    return not isinstance(props.get(name), str | None)


async def _add_if_secret(value: Any, outputs: Sequence[str], secret: list[str]) -> pulumi.Output[Any]:
    output = pulumi.Output.from_input(value)
    if await output.is_secret():
        secret += outputs
    return output


def plain_data(value: Any) -> Any:
    """Return the value with typed arguments such as `FreezeArgs` as dictionaries of the members that are set."""
    if is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain_data(each) for name, each in given.items() if each is not None}
    if isinstance(value, Mapping):
        return {name: plain_data(each) for name, each in value.items()}
    return value
