"""The same resources, served by the provider plugin `pulumi-resource-alicloud-snapshot`: see docs/plugin.md.

The arguments and outputs are those of the package's own `Snapshot`, and so is the series: a stack that changes from
one to the other keeps its snapshots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import version
from typing import Any, TypeVar, Unpack

import pulumi
from pulumi import Input

from alicloud_snapshot_provider.adapters.plugin import PACKAGE
from alicloud_snapshot_provider.adapters.plugin.cases import camel_case

from ._declaring import declared_properties, dynamic_type, output_names, with_id
from ._drill_check import DrillCheckArgs
from ._freeze import FreezeArgs, InstanceFreezeArgs
from ._keep import KeepArgs
from ._properties.disk_rollback import DiskRollbackArgs, DiskRollbackKeywords, DiskRollbackOutputs
from ._properties.restore_drill import RestoreDrillArgs, RestoreDrillKeywords, RestoreDrillOutputs
from ._properties.snapshot import SnapshotArgs, SnapshotKeywords, SnapshotOutputs
from ._properties.snapshot_copy import SnapshotCopyArgs, SnapshotCopyKeywords, SnapshotCopyOutputs
from ._properties.snapshot_group import SnapshotGroupArgs, SnapshotGroupKeywords, SnapshotGroupOutputs
from ._properties.snapshot_lock import SnapshotLockArgs, SnapshotLockKeywords, SnapshotLockOutputs
from ._properties.snapshot_set import SnapshotSetArgs, SnapshotSetKeywords, SnapshotSetOutputs

__all__ = [
    "DiskRollback",
    "DiskRollbackArgs",
    "DrillCheckArgs",
    "FreezeArgs",
    "InstanceFreezeArgs",
    "KeepArgs",
    "Provider",
    "ProviderArgs",
    "RestoreDrill",
    "RestoreDrillArgs",
    "Snapshot",
    "SnapshotArgs",
    "SnapshotCopy",
    "SnapshotCopyArgs",
    "SnapshotGroup",
    "SnapshotGroupArgs",
    "SnapshotLock",
    "SnapshotLockArgs",
    "SnapshotSet",
    "SnapshotSetArgs",
]

T = TypeVar("T", bound=type)
C = TypeVar("C", bound=pulumi.CustomResource)

_SECRETS = frozenset({"access_key", "secret_key", "security_token", "assume_role", "credentials_uri"})


@dataclass(kw_only=True)
class ProviderArgs:
    """The arguments of `Provider`. What is not given comes from the environment."""

    region: Input[str] | None = None
    access_key: Input[str] | None = None
    secret_key: Input[str] | None = None
    security_token: Input[str] | None = None
    profile: Input[str] | None = None
    shared_credentials_file: Input[str] | None = None
    assume_role: Input[Mapping[str, Input[str]]] | None = None
    assume_role_with_oidc: Input[Mapping[str, Input[str]]] | None = None
    ecs_role_name: Input[str] | None = None
    credentials_uri: Input[str] | None = None
    endpoint: Input[str] | None = None
    endpoints: Input[Mapping[str, Input[str]]] | None = None
    protocol: Input[str] | None = None
    client_connect_timeout: Input[int] | None = None
    client_read_timeout: Input[int] | None = None
    price_per_gib_month: Input[float] | None = None
    currency: Input[str] | None = None

    @staticmethod
    def of_alicloud() -> ProviderArgs:
        """Return what the stack configures for pulumi_alicloud under `alicloud:*`, which a plugin of its own lacks."""
        config = pulumi.Config("alicloud")
        shared: dict[str, Any] = {name: config.get(camel_case(name)) for name in _SHARED - _SECRETS}
        secrets: dict[str, Any] = {name: config.get_secret(camel_case(name)) for name in _SECRETS}
        return ProviderArgs(**shared, **secrets)


_SHARED = {field.name for field in fields(ProviderArgs)} - {"endpoint", "price_per_gib_month", "currency"}


class Provider(pulumi.ProviderResource):
    """Where and as whom ECS is called, for the snapshots that name this provider."""

    def __init__(
        self,
        resource_name: str,
        args: ProviderArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Declare a provider, with `ProviderArgs` or with the same names as keyword arguments."""
        given = args or ProviderArgs(**arguments)
        props = {camel_case(field.name): _guarded(field.name, getattr(given, field.name)) for field in fields(given)}
        super().__init__(PACKAGE, resource_name, props, _versioned(opts))


def _with_getters(outputs: type) -> Callable[[T], T]:
    """Give a resource class a getter for each output, by which Pulumi knows both of its names."""

    def getter(name: str) -> property:
        def read(self: Any) -> Any:
            return pulumi.get(self, name)

        return property(pulumi.getter(name=camel_case(name))(read))

    def decorated(cls: T) -> T:
        for name in output_names(outputs):
            setattr(cls, name, getter(name))
        return cls

    return decorated


@cache
def _input_type(names: tuple[str, ...]) -> type:
    """Return a class of inputs by which Pulumi translates these names, and none inside of tags or triggers."""
    namespace: dict[str, Any] = {name: pulumi.property(camel_case(name)) for name in names}
    return pulumi.input_type(type("Properties", (), namespace | {"__annotations__": dict.fromkeys(namespace, Any)}))


@_with_getters(SnapshotOutputs)
class Snapshot(SnapshotOutputs, pulumi.CustomResource):
    """A snapshot of one disk, taken before whatever depends on it begins; served by the plugin.

    A stack that declared it with the package's own `Snapshot` hands its state over: nothing is taken again.
    """

    def __init__(
        self,
        resource_name: str,
        args: SnapshotArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotKeywords],
    ) -> None:
        """Declare a snapshot, with `SnapshotArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old snapshot would be gone before the new one exists.
        """
        props = declared_properties("Snapshot", SnapshotOutputs, resource_name, args or SnapshotArgs(**arguments), opts)
        _register(self, resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Snapshot:
        """Return an existing snapshot, which Pulumi reads and never changes. `region` as in `SnapshotArgs`."""
        return _existing(Snapshot, SnapshotOutputs, resource_name, id, opts, region=region)


@_with_getters(DiskRollbackOutputs)
class DiskRollback(DiskRollbackOutputs, pulumi.CustomResource):
    """A disk goes back to one of its snapshots: everything written to it since then is lost; served by the plugin."""

    def __init__(
        self,
        resource_name: str,
        args: DiskRollbackArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[DiskRollbackKeywords],
    ) -> None:
        """Declare a rollback, with `DiskRollbackArgs` or with the same names as keyword arguments."""
        given = args or DiskRollbackArgs(**arguments)
        props = declared_properties("DiskRollback", DiskRollbackOutputs, resource_name, given, opts)
        _register(self, resource_name, props, opts)


@_with_getters(RestoreDrillOutputs)
class RestoreDrill(RestoreDrillOutputs, pulumi.CustomResource):
    """Snapshots are restored to temporary disks and checked, so that they are proven; served by the plugin."""

    def __init__(
        self,
        resource_name: str,
        args: RestoreDrillArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[RestoreDrillKeywords],
    ) -> None:
        """Declare a drill, with `RestoreDrillArgs` or with the same names as keyword arguments."""
        given = args or RestoreDrillArgs(**arguments)
        props = declared_properties("RestoreDrill", RestoreDrillOutputs, resource_name, given, opts)
        _register(self, resource_name, props, opts)


@_with_getters(SnapshotLockOutputs)
class SnapshotLock(SnapshotLockOutputs, pulumi.CustomResource):
    """A compliance lock: until it expires, nobody can delete the snapshot; served by the plugin."""

    def __init__(
        self,
        resource_name: str,
        args: SnapshotLockArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotLockKeywords],
    ) -> None:
        """Declare a lock, with `SnapshotLockArgs` or with the same names as keyword arguments."""
        given = args or SnapshotLockArgs(**arguments)
        props = declared_properties("SnapshotLock", SnapshotLockOutputs, resource_name, given, opts)
        _register(self, resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> SnapshotLock:
        """Return the lock of snapshot `id`, which Pulumi reads and never changes; `region` as in `SnapshotLockArgs`."""
        return _existing(SnapshotLock, SnapshotLockOutputs, resource_name, id, opts, region=region)


@_with_getters(SnapshotCopyOutputs)
class SnapshotCopy(SnapshotCopyOutputs, pulumi.CustomResource):
    """A copy of a snapshot in another region, encrypted if wished; served by the plugin."""

    def __init__(
        self,
        resource_name: str,
        args: SnapshotCopyArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotCopyKeywords],
    ) -> None:
        """Declare a copy, with `SnapshotCopyArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old copy would be gone before the new one exists.
        """
        given = args or SnapshotCopyArgs(**arguments)
        props = declared_properties("SnapshotCopy", SnapshotCopyOutputs, resource_name, given, opts)
        _register(self, resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        destination_region: Input[str] | None = None,
    ) -> SnapshotCopy:
        """Return an existing copy, which Pulumi reads and never changes; by default of the provider's region."""
        return _existing(
            SnapshotCopy, SnapshotCopyOutputs, resource_name, id, opts, destination_region=destination_region
        )


@_with_getters(SnapshotGroupOutputs)
class SnapshotGroup(SnapshotGroupOutputs, pulumi.CustomResource):
    """Crash-consistent snapshots of several disks, all cut at the same moment; served by the plugin."""

    def __init__(
        self,
        resource_name: str,
        args: SnapshotGroupArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotGroupKeywords],
    ) -> None:
        """Declare a group, with `SnapshotGroupArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old group would be gone before the new one exists.
        """
        given = args or SnapshotGroupArgs(**arguments)
        props = declared_properties("SnapshotGroup", SnapshotGroupOutputs, resource_name, given, opts)
        _register(self, resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> SnapshotGroup:
        """Return an existing group, which Pulumi reads and never changes. `region` as in `SnapshotGroupArgs`."""
        return _existing(SnapshotGroup, SnapshotGroupOutputs, resource_name, id, opts, region=region)


@_with_getters(SnapshotSetOutputs)
class SnapshotSet(SnapshotSetOutputs, pulumi.CustomResource):
    """A snapshot of each of any number of disks, as one resource; served by the plugin."""

    def __init__(
        self,
        resource_name: str,
        args: SnapshotSetArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotSetKeywords],
    ) -> None:
        """Declare a set, with `SnapshotSetArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old set would be gone before the new one exists.
        """
        given = args or SnapshotSetArgs(**arguments)
        props = declared_properties("SnapshotSet", SnapshotSetOutputs, resource_name, given, opts)
        _register(self, resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> SnapshotSet:
        """Return an existing set, which Pulumi reads and never changes. `region` as in `SnapshotSetArgs`.

        A set's id is its series and generation, such as `nightly:3`.
        """
        return _existing(SnapshotSet, SnapshotSetOutputs, resource_name, id, opts, region=region)


def _existing(
    noun: type[C],
    outputs: type,
    resource_name: str,
    id: pulumi.Input[str],  # noqa: A002
    opts: pulumi.ResourceOptions | None,
    **known: Any,
) -> C:
    found = noun.__new__(noun)
    properties = dict.fromkeys(output_names(outputs)) | known
    _register(found, resource_name, properties, with_id(id, opts))
    return found


def _register(
    resource: pulumi.CustomResource, name: str, properties: Mapping[str, Any], opts: pulumi.ResourceOptions | None
) -> None:
    """Register a resource of a noun, which is its class's name."""
    noun = type(resource).__name__
    props: Any = object.__new__(_input_type(tuple(properties)))
    vars(props).update(properties)
    moved = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=dynamic_type(noun))])
    options = pulumi.ResourceOptions.merge(_versioned(opts), moved)
    pulumi.CustomResource.__init__(resource, f"{PACKAGE}:index:{noun}", name, props, options)


def _versioned(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options with the plugin's version, which is this package's own."""
    return pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=_version()), opts)


@cache
def _version() -> str:
    return version("pulumi-alicloud-snapshot")


def _guarded(name: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if name in _SECRETS and value is not None else value
