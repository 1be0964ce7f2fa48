"""Names in both cases: the SDK, which a program imports, needs no more than this of the plugin."""

from __future__ import annotations

import re
from functools import cache


@cache
def camel_case(name: str) -> str:
    """Return `diskId` for `disk_id`; a name that Pulumi does not show, such as `__owner`, is the same on both sides."""
    return name if name.startswith("__") else re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def snake_case(name: str) -> str:
    """Return `disk_id` for `diskId`."""
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), name)
