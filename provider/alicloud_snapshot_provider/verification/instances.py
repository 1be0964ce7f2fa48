"""The instance of the named disk: it is stopped while a snapshot is made, but only if the user allows it."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import PermissionDenied
from ..ledger.ownership import TAG_PREFIX
from ..region import Region
from ..rollbacks.instance_power import start
from ..rollbacks.instance_stop import RESTART_TAG, InstanceStop
from ..waiting.shield import uncancellable
from .bench import Bench
from .life import LATER_LOOK, life
from .outcome import NotProbed, Seen

STOPPED_TAG = TAG_PREFIX + "verify-stopped"
"""On the named disk, as long as a verification keeps its instance stopped."""
WHY_STOPPED = "`alicloud-snapshot verify` stopped it: its run died, or is still at work; the next run starts it"


async def stopped_meanwhile(bench: Bench) -> Seen:
    """A snapshot fails if its instance is stopped meanwhile."""
    subject = bench.subject
    if not subject.stops_instance:
        raise NotProbed("it stops the disk's instance: give --stop-instance to allow that")
    if subject.instance is None or subject.instance.status != "Running":
        raise NotProbed("the disk is not attached to a running instance")
    if RESTART_TAG in subject.disk.tags:
        raise NotProbed("a rollback keeps the instance stopped")
    watched = await bench.shared(life)
    instance_stop = InstanceStop(subject.region, [subject.disk], lambda _note: None)
    try:
        await instance_stop.mark({STOPPED_TAG: subject.disk.disk_id}, may_stop=True)
        snapshot_id = await bench.snapshot()
        await instance_stop.begin([subject.disk], lambda _step: None)
        return await _outcome(bench, snapshot_id, 2 * watched.end.after)
    finally:
        await uncancellable(start_again(bench))


async def start_again(bench: Bench) -> None:
    """Start the instance that a verification of this disk stopped: this one, or one that was killed."""
    region, disk_id = bench.subject.region, bench.subject.disk.disk_id
    disk = next(iter(await region.client.disks_by_id([disk_id])), None)
    if disk is None or disk.tags.get(STOPPED_TAG) != disk_id:
        return
    if disk.tags.get(RESTART_TAG):
        await start(region, disk.tags[RESTART_TAG])
    await region.client.untag("disk", [disk_id], [RESTART_TAG, STOPPED_TAG])


@dataclass(frozen=True, slots=True)
class StoppedInstance:
    """An instance that a verification stopped and did not start again."""

    instance_id: str
    disk_id: str
    region: str

    @property
    def start(self) -> str:
        """The commands that start it and remove the marks from the disk."""
        marks = f"--TagKey.1 {RESTART_TAG} --TagKey.2 {STOPPED_TAG}"
        return (
            f"aliyun ecs StartInstance --region {self.region} --InstanceId {self.instance_id} && aliyun ecs "
            f"UntagResources --region {self.region} --ResourceType disk --ResourceId.1 {self.disk_id} {marks}"
        )


async def find_stopped(region: Region) -> list[StoppedInstance]:
    """Return the instances of a region that verifications stopped; none if the account may not list disks."""
    try:
        disks = await region.client.disks_by_tags({STOPPED_TAG: ""})
    except PermissionDenied:
        return []
    return [
        StoppedInstance(disk.tags[RESTART_TAG], disk.disk_id, region.name)
        for disk in disks
        if disk.tags[STOPPED_TAG] == disk.disk_id and disk.tags.get(RESTART_TAG)
    ]


async def _outcome(bench: Bench, snapshot_id: str, patience: float) -> Seen:
    end = bench.clock.now() + patience + LATER_LOOK
    while True:
        record = await bench.record(snapshot_id)
        if record is not None and record.get("Status") != "progressing":
            return Seen(record.get("Status") == "failed", f"the snapshot was {record.get('Status')}")
        if bench.clock.now() > end:
            if record is None:
                raise NotProbed("the snapshot was not listed in time")
            return Seen(False, "the snapshot went on")
        await bench.clock.sleep(2.0)
