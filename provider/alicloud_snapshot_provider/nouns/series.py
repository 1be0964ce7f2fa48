"""Derives the series of a resource: the name under which the tags record all its snapshots."""

from __future__ import annotations

import hashlib

HASH_DIGITS = 10
TAIL = 40
"""The last characters of a guard's path, with the disk's id, are never cut."""
LONGEST = 128
"""The most characters in the value of an ECS tag."""


def derived_series(name: str, urn: str, *, project: str, stack: str, organization: str = "") -> str:
    """Return `<project>/<stack>/<name>#<hash of organization and URN>`.

    A path that does not fit into a tag is cut. A guard's name ends with `:<disk>`, which is not in the URN. So the disk
    is never cut, and if something else is, the name goes into the hash.
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
    """Return the series of a resource by its URN alone: `urn:pulumi:stack::project::type::name`.

    `name` replaces the resource's own name: a guard adds the disk.
    """
    where, project, _type, own = urn.split("::", 3)
    return derived_series(name or own, urn, project=project, stack=where.removeprefix("urn:pulumi:"))
