"""The series under which a resource's successive snapshots are recorded, derived from where it is declared."""

from __future__ import annotations

import hashlib

import pulumi

HASH_DIGITS = 10
LONGEST = 128
"""Characters in the value of an ECS tag, which is where a series is recorded."""


def derived_series(name: str, resource_type: str, parent: pulumi.Resource | None) -> pulumi.Output[str]:
    """Return `<project>/<stack>/<name>#<hash of organization and URN>`."""
    urn = pulumi.create_urn(name, resource_type, parent)
    return pulumi.Output.from_input(urn).apply(lambda known: series_of(name, known))


def series_of(name: str, urn: str) -> str:
    """Return the series of a URN in this program's organization, project and stack."""
    identity = f"{pulumi.get_organization()} {urn}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:HASH_DIGITS]
    path = f"{pulumi.get_project()}/{pulumi.get_stack()}/{name.replace('/', '-')}"
    return f"{path[: LONGEST - HASH_DIGITS - 1]}#{digest}"
