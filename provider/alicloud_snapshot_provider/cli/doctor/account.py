"""Checks of ECS: credentials, region, endpoint, clock, permissions and quota."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...clock import SystemClock
from ...ecs.client import EcsClient
from ...ecs.credentials import Credentials
from ...ecs.models import SnapshotInfo
from ...ecs.probes import PURPOSES, SNAPSHOTS, Answer, Verdict, ask_all, first_error, is_refused_by_ram
from ...ecs.settings import CredentialSource, Settings
from ...errors import PermissionDenied, SnapshotError, Unavailable
from ...snapshots.preflight import MANUAL_QUOTA
from ...snapshots.schedules import Schedule, Schedules, schedules_of
from ...waiting.progress import duration_text
from .check import Check, Status, failed, ok, warning
from .endpoint import EndpointAnswer, ask_endpoint

SLOW_SECONDS = 1.0
SKEW_SECONDS = 60.0
REFUSED_SKEW_SECONDS = 15 * 60.0
"""ECS refuses a signature if the clock is off by more seconds than this."""
_NEARLY_USED = 0.9
_MOST_NAMED = 3
_NAMED, _COUNTED = (Verdict.REFUSED, Verdict.NOT_PROBED), (Verdict.ALLOWED, Verdict.NOT_REFUSED)
_NO_REGION = "Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give --region."


def describe_source(source: CredentialSource, origins: Mapping[str, str]) -> str:
    """Say where the credentials come from, in the order of their choice. Never show a part of them."""
    role = f", which assumes {source.role_arn}" if source.role_arn else ""
    if source.role_arn and source.oidc_provider_arn and source.oidc_token_file:
        return f"role {source.role_arn} by OIDC, from {origins.get('assumeRoleWithOidc', 'the environment')}"
    if source.access_key:
        token = " with a security token" if source.security_token else ""
        return f"access key{token} from {origins.get('accessKey', 'the environment')}{role}"
    if source.profile:
        file = f" of {source.shared_credentials_file}" if source.shared_credentials_file else ""
        return f"profile {source.profile}{file}, from {origins.get('profile', 'the environment')}{role}"
    if source.ecs_role_name:
        return f"instance role {source.ecs_role_name}, from {origins.get('ecsRoleName', 'the environment')}{role}"
    if source.credentials_uri:
        return f"credentials URI, from {origins.get('credentialsUri', 'the environment')}{role}"
    return f"the default chain of alibabacloud-credentials{role}"


async def credentials_check(settings: Settings, origins: Mapping[str, str]) -> Check:
    """Fetch the credentials and say where they come from. This may call the service of a role."""
    source = describe_source(settings.credentials, origins)
    if settings.credentials.access_key and not settings.credentials.secret_key:
        remedy = "Set alicloud:secretKey or ALICLOUD_SECRET_KEY to the secret of the same access key."
        return failed("credentials", f"{source}, without its secret", remedy)
    try:
        await Credentials(settings.credentials).get_credential_async()
    except SnapshotError as error:
        return failed("credentials", f"{source}: {error.problem}", error.remedy)
    return ok("credentials", source)


def region_check(settings: Settings, origins: Mapping[str, str], given: bool) -> Check:
    """Say which region is configured, and where."""
    if not settings.region:
        return failed("region", "no region is configured", _NO_REGION)
    origin = "--region" if given else origins.get("region", "the environment")
    return ok("region", f"{settings.region}, from {origin}", region=settings.region)


async def region_checks(settings: Settings, client: EcsClient, *, with_credentials: bool) -> list[Check]:
    """Check one region. A failure leaves out the checks that need what failed."""
    checks = await _reached(settings)
    if any(check.status is Status.FAILED for check in checks):
        return checks
    if not with_credentials:
        return checks
    account = await _account(client)
    checks.append(replace(account, region=settings.region))
    if account.status is Status.FAILED:
        return checks
    answers = await ask_all(client)
    checks += [permission_check(purpose, answers) for purpose in PURPOSES]
    checks.append(await _quota(client))
    checks += await _schedules(client)
    return [replace(check, region=settings.region) for check in checks]


def permission_check(purpose: str, answers: Sequence[Answer]) -> Check:
    """Judge the permissions for one purpose. Without those for snapshots nothing works."""
    own = [answer for answer in answers if answer.probe.purpose == purpose]
    refused = _actions(own, Verdict.REFUSED)
    status = (Status.FAILED if purpose == SNAPSHOTS else Status.WARNING) if refused else Status.OK
    parts = [f"{verdict.value}: {', '.join(_actions(own, verdict))}" for verdict in _NAMED if _actions(own, verdict)]
    parts += [f"{len(_actions(own, verdict))} {verdict.value}" for verdict in _COUNTED if _actions(own, verdict)]
    return Check(
        name=f"permissions: {purpose}",
        status=status,
        found=", ".join(parts),
        remedy=f"Allow {', '.join(refused)} to this RAM user or role." if refused else "",
        actions={answer.probe.action: answer.verdict.value for answer in own},
    )


def _actions(answers: Sequence[Answer], verdict: Verdict) -> list[str]:
    return [f"ecs:{answer.probe.action}" for answer in answers if answer.verdict is verdict]


def endpoint_check(found: EndpointAnswer) -> Check:
    """Judge how quickly the endpoint answered."""
    said = f"{found.endpoint} answers in {found.seconds * 1000:.0f} ms"
    if found.seconds >= SLOW_SECONDS:
        return warning("endpoint", said, "Check the network and the proxy between this machine and the endpoint.")
    return ok("endpoint", said)


def clock_check(ahead: float | None) -> Check:
    """Judge this machine's clock, which is `ahead` seconds ahead of ECS's."""
    if ahead is None:
        return warning("clock", "the endpoint tells no time", "Compare this machine's clock with a time server's.")
    found = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the endpoint's"
    remedy = "Set this machine's clock: ECS refuses signatures that are more than 15 minutes off."
    if abs(ahead) >= REFUSED_SKEW_SECONDS:
        return failed("clock", found, remedy)
    if abs(ahead) >= SKEW_SECONDS:
        return warning("clock", found, remedy)
    return ok("clock", "right to the second" if abs(ahead) < 1.5 else found)


def quota_check(most: int, disk_id: str) -> Check:
    """Judge the quota by the disk that has the most manual snapshots."""
    if not disk_id:
        return ok("quota", f"no disk is near its {MANUAL_QUOTA} manual snapshots")
    found = f"disk {disk_id} has {most} of {MANUAL_QUOTA} manual snapshots"
    remedy = f"Delete snapshots of {disk_id} that are no longer needed: `alicloud-snapshot list --disk {disk_id}`."
    return (failed if most >= MANUAL_QUOTA else warning)("quota", found, remedy)


def schedules_check(schedules: Sequence[Schedule], now: float) -> Check:
    """Judge the automatic snapshot policies of the disks: which do not run, and which left runs out."""
    if not schedules:
        return ok("schedules", "no automatic snapshot policy is applied to a disk")
    runs = [each.next_run for each in schedules if each.next_run is not None]
    disks = len({each.disk_id for each in schedules})
    told = f"{disks} disk{'s' if disks > 1 else ''} with automatic snapshots"
    if runs:
        told += f", the next in {duration_text(min(runs) - now)}"
    odd = [each for each in schedules if each.next_run is None or each.missed]
    if not odd:
        return ok("schedules", told)
    told += "".join(f"; {each.disk_id}: {each.text(now)}" for each in odd[:_MOST_NAMED])
    remedy = "Look at the policy in the ECS console: ECS skips a run while the disk's one before is being created."
    return warning("schedules", told, remedy)


async def _reached(settings: Settings) -> list[Check]:
    where = settings.region
    try:
        found = await ask_endpoint(settings)
    except Unavailable as error:
        remedy = f"Check the network and the proxy, that {where} is a region of ECS, and alicloud:endpoints."
        return [failed("endpoint", error.problem, remedy, region=where)]
    return [replace(check, region=where) for check in (endpoint_check(found), clock_check(found.ahead))]


async def _account(client: EcsClient) -> Check:
    """Check if ECS accepts the credentials. If RAM refuses the call, ECS has accepted them."""
    answer = await first_error(client)
    if answer is not None and answer.code.startswith("InvalidRegionId"):
        return failed("account", f"ECS knows no region {client.region}", "Name a region that ECS has.")
    if answer is None or is_refused_by_ram(answer) or not isinstance(answer, PermissionDenied | Unavailable):
        return ok("account", "ECS takes the credentials")
    return failed("account", answer.headline, answer.remedy)


async def _quota(client: EcsClient) -> Check:
    """Count the manual snapshots of each disk whose total may reach the quota."""
    limit = int(MANUAL_QUOTA * _NEARLY_USED)
    try:
        chains = [each for each in await client.all_chains() if each.snapshot_count >= limit]
        counts = [(await _manual(client, each.source_disk_id), each.source_disk_id) for each in chains]
    except SnapshotError as error:
        return warning("quota", f"not checked: {error.problem}", "Allow ecs:DescribeSnapshotLinks and run it again.")
    near = [(count, disk_id) for count, disk_id in counts if count >= limit]
    return quota_check(*max(near, default=(0, "")))


async def _manual(client: EcsClient, disk_id: str) -> int:
    found = await client.snapshots_of_disk(disk_id)
    return sum(not each.automatic and not each.failed for each in found)


async def _schedules(client: EcsClient) -> list[Check]:
    """Check the schedules. If RAM refuses that, the check of permissions has said so."""
    try:
        disks = {disk.disk_id: disk for disk in await client.all_disks() or ()}
        policies = await Schedules(client, SystemClock()).of(list(disks.values()))
        snapshots = await client.all_snapshots() if policies else ()
    except SnapshotError:
        return []
    taken: dict[str, list[SnapshotInfo]] = defaultdict(list)
    for snapshot in snapshots or ():
        taken[snapshot.source_disk_id].append(snapshot)
    now = client.cloud_now()
    each = (schedules_of(disks[disk_id], applied, taken[disk_id], now) for disk_id, applied in policies.items())
    return [schedules_check([schedule for schedules in each for schedule in schedules], now)]
