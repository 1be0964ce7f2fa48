"""The schedules of a disk: when automatic snapshot policies take snapshots of it. pulumi_alicloud declares them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ..clock import SECONDS_PER_DAY, Clock
from ..ecs.client import EcsClient
from ..ecs.models import DiskInfo, SnapshotInfo
from ..ecs.policies import FOR_EVER, PolicyInfo, all_policies, applied_by_policy, applied_to_disk
from ..waiting.progress import duration_text
from ..waiting.region_list import LISTED_SECONDS

UNREAD = (
    "automatic snapshot policies are not shown: allow ecs:DescribeAutoSnapshotPolicyEx and "
    "ecs:DescribeAutoSnapshotPolicyAssociations to this RAM user or role"
)
_ZONE = timezone(timedelta(hours=8))
_HOUR = 3600.0
_LOOK_BACK_DAYS = 7
_DAYS_OF_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_HOURS = 6


@dataclass(frozen=True, slots=True)
class Schedule:
    """A policy and its runs for one disk.

    `next_run` is in seconds since the epoch, None if the policy does not run. Of the `due` runs of the last days,
    `missed` left no snapshot. ECS skips a run, for example, while an automatic snapshot of the disk is in progress.
    """

    policy: PolicyInfo
    disk_id: str
    next_run: float | None
    due: int = 0
    missed: int = 0

    def text(self, now: float) -> str:
        """Return the schedule in one line. `now` is in seconds since the epoch."""
        policy = self.policy
        named = f"{policy.name} ({policy.policy_id})" if policy.name else policy.policy_id
        parts = [f"automatic snapshots by {named}: {_days_text(policy)} at {_hours_text(policy)} (UTC+8)"]
        if self.next_run is not None:
            parts.append(f"next in {duration_text(self.next_run - now)}")
        elif not policy.runs:
            parts.append(f"none are taken while the policy is {policy.status}")
        else:
            parts.append("none are taken: EnableAutoSnapshot of the disk is off")
        parts.append("kept for ever" if policy.retention_days == FOR_EVER else f"kept {policy.retention_days} d")
        parts.append(f"copied to {policy.copied_to}" if policy.copied_to else "not copied to another region")
        if self.missed:
            parts.append(f"{self.missed} of the {self.due} runs of the last {_LOOK_BACK_DAYS} d left no snapshot")
        return ", ".join(parts)

    @property
    def record(self) -> dict[str, object]:
        """The schedule as JSON."""
        return {
            "policy_id": self.policy.policy_id,
            "policy_name": self.policy.name,
            "next_run": datetime.fromtimestamp(self.next_run, _ZONE).isoformat() if self.next_run else None,
            "retention_days": self.policy.retention_days,
            "copied_to": self.policy.copied_to,
            "runs_due": self.due,
            "runs_missed": self.missed,
        }


def schedules_of(
    disk: DiskInfo, policies: Sequence[PolicyInfo], snapshots: Sequence[SnapshotInfo], now: float
) -> list[Schedule]:
    """Return the schedules of a disk by its policies and its snapshots."""
    return [_schedule(disk, policy, snapshots, now) for policy in policies]


def _schedule(disk: DiskInfo, policy: PolicyInfo, snapshots: Sequence[SnapshotInfo], now: float) -> Schedule:
    runs = policy.runs and disk.enable_auto_snapshot
    cuts = [each.cut_at.timestamp() for each in snapshots if each.automatic and not each.failed and each.cut_at]
    due = _due(policy, cuts, now)
    missed = [run for run in due if not any(run <= cut < run + _HOUR for cut in cuts)]
    return Schedule(policy, disk.disk_id, _next_run(policy, now) if runs else None, len(due), len(missed))


def _due(policy: PolicyInfo, cuts: Sequence[float], now: float) -> list[float]:
    """Return the runs that must have left a snapshot: in the last week, since the oldest automatic snapshot.

    ECS does not say when a policy was applied to a disk. So no run is due before its first snapshot.
    """
    kept = _LOOK_BACK_DAYS if policy.retention_days == FOR_EVER else min(_LOOK_BACK_DAYS, policy.retention_days)
    recent = [cut for cut in cuts if cut >= now - kept * SECONDS_PER_DAY]
    if not recent:
        return []
    first = _on_the_hour(min(recent))
    hours = int((now - first) // _HOUR)
    starts = (first + ahead * _HOUR for ahead in range(hours))
    return [start for start in starts if _is_run(policy, start)]


def _next_run(policy: PolicyInfo, now: float) -> float | None:
    hours = (_on_the_hour(now) + ahead * _HOUR for ahead in range(1, 7 * 24 + 1))
    return next((hour for hour in hours if _is_run(policy, hour)), None)


def _on_the_hour(moment: float) -> float:
    return moment - moment % _HOUR


def _is_run(policy: PolicyInfo, hour: float) -> bool:
    local = datetime.fromtimestamp(hour, _ZONE)
    return local.hour in policy.time_points and local.isoweekday() in policy.repeat_weekdays


def _days_text(policy: PolicyInfo) -> str:
    if len(policy.repeat_weekdays) == len(_DAYS_OF_WEEK):
        return "daily"
    known = [day for day in policy.repeat_weekdays if 1 <= day <= len(_DAYS_OF_WEEK)]
    return ", ".join(_DAYS_OF_WEEK[day - 1] for day in known) or "on no day"


def _hours_text(policy: PolicyInfo) -> str:
    named = ", ".join(f"{hour:02}:00" for hour in policy.time_points[:_MOST_HOURS])
    more = len(policy.time_points) - _MOST_HOURS
    return f"{named} and {more} more hours" if more > 0 else named or "no hour"


class Schedules:
    """The policies of one region by disk. They are asked for again after a while."""

    def __init__(self, client: EcsClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._asking = asyncio.Lock()
        self._since = 0.0
        self._policies: dict[str, PolicyInfo] = {}
        self._applied: dict[str, list[str]] = {}

    async def of(self, disks: Sequence[DiskInfo]) -> Mapping[str, Sequence[PolicyInfo]]:
        """Return the policies of the disks that have any. If none has, there is no call.

        Raises what the calls raise, PermissionDenied for example.
        """
        scheduled = [disk.disk_id for disk in disks if disk.enable_automated_snapshot_policy]
        if not scheduled:
            return {}
        async with self._asking:
            await self._refresh()
            unknown = [disk_id for disk_id in scheduled if disk_id not in self._applied]
            if unknown:
                await self._learn(unknown)
            return {
                disk_id: [self._policies[each] for each in self._applied[disk_id] if each in self._policies]
                for disk_id in scheduled
            }

    async def _refresh(self) -> None:
        if self._policies and self._clock.now() - self._since <= LISTED_SECONDS:
            return
        since = self._clock.now()
        self._policies = {policy.policy_id: policy for policy in await all_policies(self._client)}
        self._since, self._applied = since, {}

    async def _learn(self, disk_ids: Sequence[str]) -> None:
        """Ask for the policies of each disk, or for the disks of each policy if there are fewer policies."""
        used = [policy.policy_id for policy in self._policies.values() if policy.disk_count]
        if len(used) < len(disk_ids):
            found = await asyncio.gather(*(applied_by_policy(self._client, policy_id) for policy_id in used))
        else:
            found = await asyncio.gather(*(applied_to_disk(self._client, disk_id) for disk_id in disk_ids))
        applied: dict[str, list[str]] = defaultdict(list)
        for each in (association for associations in found for association in associations):
            applied[each.disk_id].append(each.policy_id)
        for disk_id in {*disk_ids, *(applied if len(used) < len(disk_ids) else ())}:
            self._applied[disk_id] = sorted(applied.get(disk_id, ()))
