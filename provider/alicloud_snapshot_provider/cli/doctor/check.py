"""One check of `doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Status(Enum):
    """How a check ended. If something cannot be checked, that is a warning."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, and one sentence on what to do, or an empty text.

    `region` may be empty. `actions` are the verdicts on RAM actions.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""
    region: str = ""
    actions: Mapping[str, str] = field(default_factory=dict)


def ok(name: str, found: str, region: str = "") -> Check:
    """Return a check that passed."""
    return Check(name, Status.OK, found, region=region)


def warning(name: str, found: str, remedy: str, region: str = "") -> Check:
    """Return a check of something that may or may not work."""
    return Check(name, Status.WARNING, found, remedy, region=region)


def failed(name: str, found: str, remedy: str, region: str = "") -> Check:
    """Return a check of something that cannot work."""
    return Check(name, Status.FAILED, found, remedy, region=region)
