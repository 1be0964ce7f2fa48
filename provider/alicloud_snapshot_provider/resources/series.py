"""The series under which a resource's successive snapshots are recorded, derived from where it is declared."""

from __future__ import annotations

import hashlib

HASH_DIGITS = 10
LONGEST = 128
"""Characters in the value of an ECS tag, which is where a series is recorded."""


def derived_series(name: str, urn: str, *, project: str, stack: str, organization: str = "") -> str:
    """Return `<project>/<stack>/<name>#<hash of organization and URN>`."""
    digest = hashlib.sha256(f"{organization} {urn}".encode()).hexdigest()[:HASH_DIGITS]
    path = f"{project}/{stack}/{name.replace('/', '-')}"
    return f"{path[: LONGEST - HASH_DIGITS - 1]}#{digest}"


def series_of_urn(urn: str) -> str:
    """Return the series of a resource of which only the URN is known: `urn:pulumi:stack::project::type::name`."""
    where, project, _type, name = urn.split("::", 3)
    return derived_series(name, urn, project=project, stack=where.removeprefix("urn:pulumi:"))
