"""The provider behind `pulumi_alicloud_snapshot`, which has the resource classes that a program uses.

Never move `dynamic_provider` and never change what it does. Pulumi stores a dynamic provider in the state, as a pickled
reference to this import path. Every later `up` and `destroy` imports it from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adapters.dynamic import DynamicProvider

__all__ = ["dynamic_provider"]


def dynamic_provider(noun: str) -> DynamicProvider:
    """Return the dynamic provider of a resource type, such as "Snapshot"."""
    from .adapters.dynamic import DynamicProvider  # noqa: PLC0415  (importing this package must stay cheap)

    return DynamicProvider(noun)
