"""Runs all checks of `alicloud-snapshot doctor`, shows them, and says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from ...clock import SystemClock
from ...ecs.client import EcsClient
from ...ecs.settings import Settings
from ...errors import InvalidInput
from ...nouns import rules
from ..exit_codes import Exit
from ..screen import Column, Screen
from .account import credentials_check, region_check, region_checks
from .check import Check, Status
from .machine import look, machine_checks
from .stack import Configured, stack_checks

_COLUMNS = (Column("STATUS"), Column("CHECK"), Column("FOUND", fold=True))


async def examine(screen: Screen, region_names: Sequence[str]) -> Exit:
    """Check this machine, the stack, and the account in the regions. By default that is the configured region."""
    for name in region_names:
        reason = rules.region(name)
        if reason:
            raise InvalidInput("--region", f"--region {reason}")
    configured, installed = await asyncio.gather(asyncio.to_thread(stack_checks), asyncio.to_thread(look))
    runtime = configured.runtime
    checks = machine_checks(installed, in_project=bool(runtime), runtime=runtime)
    checks += configured.checks
    if configured.settings is not None:
        checks += await _account_checks(configured, configured.settings, region_names)
    _show(screen, checks)
    return Exit.FAILED if any(check.status is Status.FAILED for check in checks) else Exit.FINE


async def _account_checks(configured: Configured, settings: Settings, region_names: Sequence[str]) -> list[Check]:
    each = [settings.in_region(name) for name in dict.fromkeys(region_names or [settings.region])]
    credentials = await credentials_check(settings, configured.origins)
    usable = credentials.status is Status.OK
    found = await asyncio.gather(
        *(_of_region(one, configured, given=bool(region_names), usable=usable) for one in each)
    )
    return [credentials, *(check for checks in found for check in checks)]


async def _of_region(settings: Settings, configured: Configured, *, given: bool, usable: bool) -> list[Check]:
    region = region_check(settings, configured.origins, given)
    if region.status is Status.FAILED:
        return [region]
    client = EcsClient(settings, SystemClock())
    return [region, *await region_checks(settings, client, with_credentials=usable)]


def _show(screen: Screen, checks: Sequence[Check]) -> None:
    if screen.for_programs:
        screen.json([_record(check) for check in checks])
        return
    several = len({check.region for check in checks if check.region}) > 1
    screen.table(_COLUMNS, [_row(check, several) for check in checks])
    screen.say("")
    for check in checks:
        if check.remedy:
            screen.say(f"{_name(check, several)}: {check.remedy}")
    screen.say(_summary(checks))


def _summary(checks: Sequence[Check]) -> str:
    failures, warnings = (sum(check.status is each for check in checks) for each in (Status.FAILED, Status.WARNING))
    fine = len(checks) - failures - warnings
    counts = [f"{failures} failed"] if failures else []
    counts += [f"{warnings} to look at"] if warnings else []
    return ", ".join([*counts, f"{fine} ok"])


def _name(check: Check, several: bool) -> str:
    return f"{check.name} in {check.region}" if several and check.region else check.name


def _row(check: Check, several: bool) -> tuple[str, str, str]:
    return check.status.value, _name(check, several), check.found


def _record(check: Check) -> dict[str, Any]:
    return {
        "check": check.name,
        "region": check.region,
        "status": check.status.value,
        "found": check.found,
        "remedy": check.remedy,
        "actions": dict(check.actions),
    }
