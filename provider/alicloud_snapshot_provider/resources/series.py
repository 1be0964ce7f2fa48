"""The series under which a resource's successive snapshots are recorded, derived from where it is declared."""

from __future__ import annotations

import hashlib

HASH_DIGITS = 10
TAIL = 32
"""Characters at the end of a path that are never cut: the id of a guarded disk fits."""
LONGEST = 128
"""Characters in the value of an ECS tag, which is where a series is recorded."""


def derived_series(name: str, urn: str, *, project: str, stack: str, organization: str = "") -> str:
    """Return `<project>/<stack>/<name>#<hash of organization and URN>`.

    What does not fit into a tag is cut out before the last characters, which name the disk of a guard's series; then
    the name goes into the hash too.
    """
    path = f"{project}/{stack}/{name.replace('/', '-')}"
    room = LONGEST - HASH_DIGITS - 1
    if len(path) <= room:
        return f"{path}#{_digest(f'{organization} {urn}')}"
    return f"{path[: room - TAIL - 1]}~{path[-TAIL:]}#{_digest(f'{organization} {urn} {name}')}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]


def series_of_urn(urn: str) -> str:
    """Return the series of a resource of which only the URN is known: `urn:pulumi:stack::project::type::name`."""
    where, project, _type, name = urn.split("::", 3)
    return derived_series(name, urn, project=project, stack=where.removeprefix("urn:pulumi:"))
