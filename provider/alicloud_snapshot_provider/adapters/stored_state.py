"""Reads the stored state of the stack with the command `pulumi stack export`, as evidence for the ledger.

A provider sees one resource at a time. Only the state tells whether a killed run had begun a create, and whether the
stack holds a record. For that it is read at most once in a run, and only if a record has an unknown owner. A guard also
reads it, for the resources that it may have missed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from ..ledger.ownership import OWNER_KEY
from ..ledger.run import Entry, StateEvidence
from ..nouns.lifecycle import rules_of
from .plugin.cases import snake_case

T = TypeVar("T")

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds that the command may take."""
_OURS = ("pulumi-python:dynamic/alicloud-snapshot:", "alicloud-snapshot:index:")


@dataclass(frozen=True, slots=True)
class StoredResources:
    """The URNs of stored resources, and the URNs that this run is changing."""

    urns: Sequence[str] = ()
    changing: Collection[str] = ()


class StoredState:
    """The stored state of the stack of this process."""

    def __init__(self) -> None:
        self._stack = ""
        self._started = datetime.now(UTC)
        self._reading: asyncio.Future[StateEvidence | None] | None = None

    def set_stack(self, urn: str) -> None:
        """Take the name of the stack from a URN: `urn:pulumi:<stack>::<project>::…`."""
        self._stack = urn.split("::", maxsplit=1)[0].removeprefix("urn:pulumi:") if urn else self._stack

    async def evidence(self) -> StateEvidence | None:
        """Return the evidence in the state, None if it cannot be read."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read(evidence_in))
        return await asyncio.shield(self._reading)

    async def resources(self, types: Collection[str]) -> StoredResources:
        """Return the stored resources of some types, none if the state cannot be read."""
        return await self._read(partial(resources_in, types, self._started)) or StoredResources()

    async def _read(self, judged: Callable[[Mapping[str, Any]], T]) -> T | None:
        executable = shutil.which("pulumi")
        if executable is None or not self._stack:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return judged(json.loads(await _printed(executable, self._stack)))
        except (OSError, TimeoutError, ValueError, KeyError, TypeError, AttributeError):
            log.debug("the stack's state could not be read", exc_info=True)
            return None


async def _printed(executable: str, stack: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        executable,
        "stack",
        "export",
        "--stack",
        stack,
        "--non-interactive",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        printed, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode != 0:
        raise OSError(f"`pulumi stack export` ended with {process.returncode}")
    return printed


def evidence_in(exported: Mapping[str, Any]) -> StateEvidence:
    """Return the evidence in the output of `pulumi stack export`."""
    deployment = exported["deployment"]
    held = [_entry(each) for each in _ours(deployment.get("resources") or ()) if each.get("id")]
    pending = [each for each in deployment.get("pending_operations") or () if each.get("type") == "creating"]
    begun = [each.get("inputs") or {} for each in _ours(each["resource"] for each in pending)]
    interrupted = {str(each[OWNER_KEY]): str(each.get("series") or "") for each in begun if each.get(OWNER_KEY)}
    return StateEvidence({each.record_id: each for each in held}, interrupted)


def resources_in(types: Collection[str], started: datetime, exported: Mapping[str, Any]) -> StoredResources:
    """Return the managed resources of some types in the output of `pulumi stack export`.

    An older run that was killed leaves its operations in the state, until a run that `started` later writes it.
    """
    deployment = exported["deployment"]
    resources = deployment.get("resources") or ()
    urns = [each["urn"] for each in resources if each["type"] in types and not each.get("external")]
    written = datetime.fromisoformat(deployment["manifest"]["time"])
    pending = deployment.get("pending_operations") or () if written >= started else ()
    return StoredResources(urns, {each["resource"]["urn"] for each in pending if each["type"] != "creating"})


def _ours(resources: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [each for each in resources if str(each.get("type", "")).startswith(_OURS)]


def _entry(resource: Mapping[str, Any]) -> Entry:
    outputs = {snake_case(name): value for name, value in (resource.get("outputs") or {}).items()}
    return Entry(
        urn=str(resource.get("urn", "")),
        kind="",
        region=str(outputs.get("region") or outputs.get("destination_region") or ""),
        series=str(outputs.get("series") or ""),
        owner=str(outputs.get(OWNER_KEY) or ""),
        record_id=str(resource["id"]),
        rules=rules_of(outputs),
    )
