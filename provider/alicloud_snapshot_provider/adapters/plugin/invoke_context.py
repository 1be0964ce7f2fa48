"""What a function of the plugin needs beside its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...guards.changes import GuardedChanges
from ...region import Region
from ...snapshots.estimate import Price
from .engine_log import EngineLog


@dataclass(frozen=True, slots=True)
class InvokeContext:
    """The context of one call. `region` returns a region by its id; "" is the region of the provider."""

    region: Callable[[str], Region]
    preview: bool
    log: EngineLog
    price: Price
    changes: GuardedChanges
