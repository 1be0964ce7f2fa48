"""The same resources, served by the provider plugin `pulumi-resource-alicloud-snapshot`: see docs/plugin.md.

The arguments and outputs are those of the package's own `Snapshot`, and so is the series: a stack that changes from
one to the other keeps its snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi
from pulumi import Input

from alicloud_snapshot_provider.adapters.plugin import PACKAGE
from alicloud_snapshot_provider.adapters.plugin.cases import camel_case

from ._declared_resource import DeclaredResource, dynamic_type, output_names
from ._disk_rollback import DeclaredDiskRollback
from ._drill_check import DrillCheckArgs
from ._freeze import FreezeArgs, InstanceFreezeArgs
from ._keep import KeepArgs
from ._properties.disk_rollback import DiskRollbackArgs
from ._properties.restore_drill import RestoreDrillArgs
from ._properties.snapshot import SnapshotArgs
from ._properties.snapshot_copy import SnapshotCopyArgs
from ._properties.snapshot_group import SnapshotGroupArgs
from ._properties.snapshot_lock import SnapshotLockArgs
from ._properties.snapshot_set import SnapshotSetArgs
from ._restore_drill import DeclaredRestoreDrill
from ._snapshot import DeclaredSnapshot
from ._snapshot_copy import DeclaredSnapshotCopy
from ._snapshot_group import DeclaredSnapshotGroup
from ._snapshot_lock import DeclaredSnapshotLock
from ._snapshot_set import DeclaredSnapshotSet

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


class _PluginResource(DeclaredResource):
    """A resource that the plugin serves, with a getter for each output, by which Pulumi knows both of its names."""

    def __init_subclass__(cls) -> None:
        for name in output_names(cls._outputs):
            setattr(cls, name, _getter(name))

    def _register(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        inputs: Any = object.__new__(_input_type(tuple(props)))
        vars(inputs).update(props)
        moved = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=dynamic_type(self._noun))])
        options = pulumi.ResourceOptions.merge(_versioned(opts), moved)
        pulumi.CustomResource.__init__(self, f"{PACKAGE}:index:{self._noun}", name, inputs, options)


def _getter(name: str) -> property:
    def read(self: Any) -> Any:
        return pulumi.get(self, name)

    return property(pulumi.getter(name=camel_case(name))(read))


@cache
def _input_type(names: tuple[str, ...]) -> type:
    """Return a class of inputs by which Pulumi translates these names, and none inside of tags or triggers."""
    namespace: dict[str, Any] = {name: pulumi.property(camel_case(name)) for name in names}
    return pulumi.input_type(type("Properties", (), namespace | {"__annotations__": dict.fromkeys(namespace, Any)}))


class Snapshot(_PluginResource, DeclaredSnapshot):
    """A snapshot of one disk, taken before whatever depends on it begins; served by the plugin.

    A stack that declared it with the package's own `Snapshot` hands its state over: nothing is taken again.
    """


class DiskRollback(_PluginResource, DeclaredDiskRollback):
    """A disk goes back to one of its snapshots: everything written to it since then is lost; served by the plugin."""


class RestoreDrill(_PluginResource, DeclaredRestoreDrill):
    """Snapshots are restored to temporary disks and checked, so that they are proven; served by the plugin."""


class SnapshotLock(_PluginResource, DeclaredSnapshotLock):
    """A compliance lock: until it expires, nobody can delete the snapshot; served by the plugin."""


class SnapshotCopy(_PluginResource, DeclaredSnapshotCopy):
    """A copy of a snapshot in another region, encrypted if wished; served by the plugin."""


class SnapshotGroup(_PluginResource, DeclaredSnapshotGroup):
    """Crash-consistent snapshots of several disks, all cut at the same moment; served by the plugin."""


class SnapshotSet(_PluginResource, DeclaredSnapshotSet):
    """A snapshot of each of any number of disks, as one resource; served by the plugin."""


def _versioned(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options with the plugin's version, which is this package's own."""
    return pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=_version()), opts)


@cache
def _version() -> str:
    return version("pulumi-alicloud-snapshot")


def _guarded(name: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if name in _SECRETS and value is not None else value
