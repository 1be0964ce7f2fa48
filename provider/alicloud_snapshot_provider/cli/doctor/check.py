"""One thing that was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Status(Enum):
    """How a check ended. What could not be checked is a warning."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, and one sentence on what to do about it, empty where nothing is to be done.

    `region` is empty for what concerns none; `actions` are the verdicts on RAM actions.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""
    region: str = ""
    actions: Mapping[str, str] = field(default_factory=dict)


def ok(name: str, found: str, region: str = "") -> Check:
    """Return a check with nothing to do."""
    return Check(name, Status.OK, found, region=region)


def warning(name: str, found: str, remedy: str, region: str = "") -> Check:
    """Return a check of something that may go well."""
    return Check(name, Status.WARNING, found, remedy, region=region)


def failed(name: str, found: str, remedy: str, region: str = "") -> Check:
    """Return a check of something that cannot go well."""
    return Check(name, Status.FAILED, found, remedy, region=region)
