"""Resource groups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceGroup:
    """A group that resources can join."""

    id: str
    name: str = ""
