"""The series under which a resource's successive snapshots are recorded, derived from where it is declared."""

from __future__ import annotations

import hashlib

HASH_DIGITS = 10
TAIL = 40
"""Characters at the end of a guard's path that are never cut: the id of a disk fits."""
LONGEST = 128
"""Characters in the value of an ECS tag, which is where a series is recorded."""


def derived_series(name: str, urn: str, *, project: str, stack: str, organization: str = "") -> str:
    """Return `<project>/<stack>/<name>#<hash of organization and URN>`.

    What does not fit into a tag is cut. A guard's name ends with `:<disk>`, which the URN does not tell: the disk is
    never cut, and goes into the hash where something is.
    """
    path = f"{project}/{stack}/{name.replace('/', '-')}"
    room = LONGEST - HASH_DIGITS - 1
    _, guard, disk_id = path.rpartition(":")
    if len(path) <= room or not guard:
        return f"{path[:room]}#{_digest(f'{organization} {urn}')}"
    tail = f":{disk_id}"[-TAIL:]
    return f"{path[: room - len(tail)]}{tail}#{_digest(f'{organization} {urn} {name}')}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]


def series_of_urn(urn: str, name: str = "") -> str:
    """Return the series of a resource that is known by its URN alone: `urn:pulumi:stack::project::type::name`.

    `name` is that of its guard, which goes on with the disk.
    """
    where, project, _type, own = urn.split("::", 3)
    return derived_series(name or own, urn, project=project, stack=where.removeprefix("urn:pulumi:"))
