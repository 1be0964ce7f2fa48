"""The effect of a fault on a call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from ecs_emulator.faults.rule import FaultRule
from ecs_emulator.gateway.answers import Answer, bad_gateway, dropped
from ecs_emulator.lifecycle import instances, snapshots
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import EcsError, known_refusal
from ecs_emulator.world import World


async def strike(rules: Iterable[FaultRule], when: Literal["before", "after"]) -> Answer | None:
    """Apply the rules of this moment: delay, fail or cut off a call. Returns another answer, or None."""
    for rule in rules:
        if rule.when != when:
            continue
        if rule.kind == "latency":
            await asyncio.sleep(rule.seconds)
        elif rule.kind == "error":
            raise _error(rule)
        elif rule.kind == "drop":
            return dropped()
        elif rule.kind == "html":
            return bad_gateway()
    return None


def bend(world: World, rules: Iterable[FaultRule], response: Mapping[str, object], now: float) -> None:
    """Apply the rules that change the snapshots that a call has created, while those are in progress."""
    for rule in rules:
        for snapshot in _created(world, response):
            _bend(world, rule, snapshot, now)


def part_refusal(rules: Iterable[FaultRule]) -> EcsError | None:
    """Return the error of the rules for the last part of a call, or None."""
    return next((_error(rule) for rule in rules if rule.kind == "refuse_part"), None)


def _created(world: World, response: Mapping[str, object]) -> list[Snapshot]:
    snapshot = world.snapshots.get(str(response.get("SnapshotId")))
    members = world.snapshots.by("group", str(response.get("SnapshotGroupId")))
    return [created for created in (snapshot, *members) if created is not None and created.is_progressing]


def _bend(world: World, rule: FaultRule, snapshot: Snapshot, now: float) -> None:
    if rule.kind == "stale":
        world.put(replace(snapshot, listed_from=now + rule.seconds))
    elif rule.kind == "fail_snapshot":
        snapshots.fail_midway(world, snapshot)
    elif rule.kind == "stop_instance":
        _stop_instance_midway(world, snapshot)


def _stop_instance_midway(world: World, snapshot: Snapshot) -> None:
    instance = world.instances.get(snapshot.instance_id)
    if instance is not None:
        middle = (snapshot.start_time + snapshots.expected_end(world, snapshot)) / 2
        instances.stop_at(world, instance, middle)


def _error(rule: FaultRule) -> EcsError:
    known = known_refusal(rule.code)
    status = rule.status or (known.status if known else 500)
    message = rule.message or (known.message if known else "The emulator was told to fail this call.")
    headers = {} if rule.retry_after_ms is None else {"x-acs-retry-after": str(rule.retry_after_ms)}
    return EcsError(rule.code, status, message, headers)
