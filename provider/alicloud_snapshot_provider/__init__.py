"""The provider behind `pulumi_alicloud_snapshot`: adapters, resources, lifecycle and the ECS client.

`dynamic_provider` is part of the state contract: Pulumi stores a dynamic provider as a pickled reference, which
every later `up` and `destroy` resolves by this import path. It must never move and never change its meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adapters.dynamic import DynamicProvider

__all__ = ["dynamic_provider"]


def dynamic_provider(noun: str) -> DynamicProvider:
    """Return the dynamic provider of a declared noun, such as "Snapshot"."""
    from .adapters.dynamic import DynamicProvider  # noqa: PLC0415  (importing this package must stay cheap)

    return DynamicProvider(noun)
