"""Converts names between snake_case and camelCase. It is a module of its own because the SDK imports it."""

from __future__ import annotations

import re
from functools import cache


@cache
def camel_case(name: str) -> str:
    """Return `diskId` for `disk_id`. A hidden name such as `__owner` stays the same."""
    return name if name.startswith("__") else re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def snake_case(name: str) -> str:
    """Return `disk_id` for `diskId`."""
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), name)
