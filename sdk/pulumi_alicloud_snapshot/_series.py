"""Derives the series of a resource from where the program declares it."""

from __future__ import annotations

import pulumi
from pulumi.runtime.stack import Stack


def derived_series(name: str, resource_type: str, parent: pulumi.Resource | None) -> pulumi.Input[str]:
    """Return the series of a resource that is about to be declared. The value depends on no resource."""
    if parent is None or isinstance(parent, Stack):
        return series_of(name, root_urn(name, resource_type))
    urn = pulumi.create_urn(name, resource_type, _bare_urn(parent))
    return urn.apply(lambda known: series_of(name, known))


def root_urn(name: str, resource_type: str) -> str:
    """Return the URN of a resource that has no other resource as its parent."""
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{resource_type}::{name}"


async def _bare_urn(parent: pulumi.Resource) -> str:
    """Return the URN as a plain string. An output would make the new resource wait for the parent's children."""
    return str(await parent.urn.future())


def series_of(name: str, urn: str) -> str:
    """Return the series of the resource with this URN in the program's organization, project and stack."""
    from alicloud_snapshot_provider.nouns import series  # noqa: PLC0415

    return series.derived_series(
        name, urn, project=pulumi.get_project(), stack=pulumi.get_stack(), organization=pulumi.get_organization()
    )
