"""The series of what this program declares."""

from __future__ import annotations

import pulumi


def derived_series(name: str, resource_type: str, parent: pulumi.Resource | None) -> pulumi.Output[str]:
    """Return the series of a resource that is about to be declared."""
    urn = pulumi.create_urn(name, resource_type, parent)
    return pulumi.Output.from_input(urn).apply(lambda known: series_of(name, known))


def series_of(name: str, urn: str) -> str:
    """Return the series of a URN in this program's organization, project and stack."""
    from alicloud_snapshot_provider.resources import series  # noqa: PLC0415

    return series.derived_series(
        name, urn, project=pulumi.get_project(), stack=pulumi.get_stack(), organization=pulumi.get_organization()
    )
