"""The same resources for a program, served by the plugin `pulumi-resource-alicloud-snapshot`: see docs/plugin.md.

The arguments, the outputs and the series are the same as those of the package's dynamic resources. A stack that
changes from one to the other keeps its snapshots.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi

from alicloud_snapshot_provider.adapters.plugin import PACKAGE
from alicloud_snapshot_provider.adapters.plugin.cases import camel_case

from ._declared_resource import DeclaredResource, dynamic_type, output_names
from ._properties.disk_rollback import DeclaredDiskRollback, DiskRollbackArgs
from ._properties.objects import DrillCheckArgs, FreezeArgs, InstanceFreezeArgs, KeepArgs
from ._properties.provider import SECRETS, ProviderKeys
from ._properties.restore_drill import DeclaredRestoreDrill, RestoreDrillArgs
from ._properties.snapshot import DeclaredSnapshot, SnapshotArgs
from ._properties.snapshot_copy import DeclaredSnapshotCopy, SnapshotCopyArgs
from ._properties.snapshot_group import DeclaredSnapshotGroup, SnapshotGroupArgs
from ._properties.snapshot_lock import DeclaredSnapshotLock, SnapshotLockArgs
from ._properties.snapshot_set import DeclaredSnapshotSet, SnapshotSetArgs
from ._series import root_urn

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


@dataclass(kw_only=True)
class ProviderArgs(ProviderKeys):
    """The arguments of `Provider`. The environment gives what is not set here."""

    @staticmethod
    def of_alicloud() -> ProviderArgs:
        """Return what the stack configures under `alicloud:*`. The engine does not give that to this plugin."""
        config = pulumi.Config("alicloud")
        shared: dict[str, Any] = {name: config.get(camel_case(name)) for name in _SHARED - SECRETS}
        secrets: dict[str, Any] = {name: config.get_secret(camel_case(name)) for name in SECRETS}
        return ProviderArgs(**shared, **secrets)


_SHARED = {field.name for field in fields(ProviderArgs)} - {"endpoint", "price_per_gib_month", "currency"}


class Provider(pulumi.ProviderResource):
    """An explicit provider: the region and the credentials for the resources that use it."""

    def __init__(
        self,
        resource_name: str,
        args: ProviderArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Declare a provider, with `ProviderArgs` or with the same names as keyword arguments."""
        given = args or ProviderArgs(**arguments)
        props = {camel_case(field.name): _secret(field.name, getattr(given, field.name)) for field in fields(given)}
        super().__init__(PACKAGE, resource_name, props, _versioned(opts))


class _PluginResource(DeclaredResource):
    """A resource that the plugin serves. Each output has a getter that tells Pulumi its Python and its schema name."""

    def __init_subclass__(cls) -> None:
        for name in output_names(cls._outputs):
            setattr(cls, name, _getter(name))

    def _register(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        inputs: Any = object.__new__(_input_type(tuple(props)))
        vars(inputs).update(props)
        options = _versioned(opts, _dynamic_alias(name, self._noun, opts))
        pulumi.CustomResource.__init__(self, f"{PACKAGE}:index:{self._noun}", name, inputs, options)


def _getter(name: str) -> property:
    def read(self: Any) -> Any:
        return self._output(name)

    return property(pulumi.getter(name=camel_case(name))(read))


@cache
def _input_type(names: tuple[str, ...]) -> type:
    """Return an input class for these names. Pulumi translates them, but no keys inside of tags or triggers."""
    namespace: dict[str, Any] = {name: pulumi.property(camel_case(name)) for name in names}
    return pulumi.input_type(type("Properties", (), namespace | {"__annotations__": dict.fromkeys(namespace, Any)}))


class Snapshot(_PluginResource, DeclaredSnapshot):
    """A snapshot of one disk, served by the plugin. What depends on it starts only when the snapshot is safe.

    If the stack declared it with the package's dynamic `Snapshot` before, the state moves over, and no new snapshot is
    taken.
    """


class DiskRollback(_PluginResource, DeclaredDiskRollback):
    """A disk goes back to one of its snapshots, served by the plugin. Everything written to it since then is lost."""


class RestoreDrill(_PluginResource, DeclaredRestoreDrill):
    """Snapshots are restored to temporary disks and checked, served by the plugin. What passes is proven."""


class SnapshotLock(_PluginResource, DeclaredSnapshotLock):
    """A compliance lock, served by the plugin. Until it expires, nobody can delete the snapshot."""


class SnapshotCopy(_PluginResource, DeclaredSnapshotCopy):
    """A copy of a snapshot in another region, served by the plugin. The copy can be encrypted."""


class SnapshotGroup(_PluginResource, DeclaredSnapshotGroup):
    """Crash-consistent snapshots of several disks, all cut at the same moment, served by the plugin."""


class SnapshotSet(_PluginResource, DeclaredSnapshotSet):
    """One resource for the snapshots of any number of disks, served by the plugin."""


def _dynamic_alias(name: str, noun: str, opts: pulumi.ResourceOptions | None) -> pulumi.Alias | str:
    """Return what the resource is called if the dynamic provider serves it. Pulumi makes a URN of an Alias slowly."""
    parent = opts.parent if opts else None
    return pulumi.Alias(type_=dynamic_type(noun)) if parent else root_urn(name, dynamic_type(noun))


def _versioned(opts: pulumi.ResourceOptions | None, *aliases: pulumi.Alias | str) -> pulumi.ResourceOptions:
    """Return the options with the plugin's version, which is this package's own, and with more aliases."""
    return pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=_version(), aliases=list(aliases)), opts)


@cache
def _version() -> str:
    return version("pulumi-alicloud-snapshot")


def _secret(name: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if name in SECRETS and value is not None else value
