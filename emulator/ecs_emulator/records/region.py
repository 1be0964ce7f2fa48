"""Regions and their zones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """One region with its zones."""

    id: str
    zones: tuple[str, ...]
    local_name: str = ""

    @property
    def endpoint(self) -> str:
        """The public endpoint of ECS in the region."""
        return f"ecs.{self.id}.aliyuncs.com"
