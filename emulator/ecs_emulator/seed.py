"""Seeds: worlds that people write. The errors say what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from ecs_emulator.actions.attachments import free_device
from ecs_emulator.contradictions import check_contradicted
from ecs_emulator.gateway.policies import read_policy
from ecs_emulator.lifecycle import auto_snapshot_policies, snapshots
from ecs_emulator.records.access_key import AccessKey, looks_real
from ecs_emulator.records.auto_snapshot_policy import AutoSnapshotPolicy, PolicyAssociation
from ecs_emulator.records.codec import RecordError, decode, overlay
from ecs_emulator.records.command_script import CommandScript
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.image import Image
from ecs_emulator.records.instance import Instance
from ecs_emulator.records.region import Region
from ecs_emulator.records.resource_group import ResourceGroup
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.records.snapshot_group import SnapshotGroup
from ecs_emulator.world import World

Seed = Mapping[str, Any]


def default_seed() -> Seed:
    """Return the default world. The caller may change it."""
    return deepcopy(_default_seed())


@cache
def _default_seed() -> Seed:
    return _parsed(files("ecs_emulator").joinpath("default_world.yaml").read_text(encoding="utf-8"), "seed")


def load_seed(path: Path) -> Seed:
    """Read a seed file. Raises RecordError if it is no YAML mapping."""
    return _parsed(path.read_text(encoding="utf-8"), str(path))


def plant(world: World, seed: Seed, now: float) -> None:
    """Add what a seed describes to the world at the emulated time `now`.

    Raises RecordError, with the place and the remedy, for an impossible entry. The world may then have a part of the
    seed.
    """
    for noun in seed:
        if noun not in _SETTINGS and noun not in _PLANTERS:
            raise RecordError("seed", f"`{noun}` is not known", f"Use one of: {', '.join(_NOUNS)}")
    changes = {noun: seed[noun] for noun in _SETTINGS if noun in seed}
    if changes:
        settings = overlay(world.settings, changes, "seed")
        check_contradicted(settings.rules.contradicts)
        world.put(settings)
    planter = _Planter(world, now)
    for noun, plant_one in _PLANTERS.items():
        for index, data in enumerate(_listed(seed, noun)):
            plant_one(planter, data, f"{noun}[{index}]")


def _parsed(text: str, name: str) -> Seed:
    try:
        seed = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RecordError(name, f"no valid YAML: {error}", "Correct the file") from error
    if not isinstance(seed, dict):
        raise RecordError(name, "expected `instances:`, `disks:`, … at the top", "Write a YAML mapping")
    return seed


def _listed(seed: Seed, noun: str) -> list[Any]:
    entries = seed.get(noun) or []
    if not isinstance(entries, list):
        raise RecordError(noun, f"expected a list, got {entries!r}", "Write it as `- id: …` lines")
    return entries


@dataclass(frozen=True, slots=True)
class _Planter:
    """Adds the entries of a seed to a world. It has one method for each noun, in the order of their references."""

    world: World
    now: float

    def region(self, data: Any, path: str) -> None:
        region = decode(Region, data, path)
        if not region.zones:
            raise RecordError(f"{path}.zones", "a region has at least one zone", f"Give e.g. [{region.id}-a]")
        self.world.put(region)

    def access_key(self, data: Any, path: str) -> None:
        key = decode(AccessKey, data, path)
        if looks_real(key.id):
            problem = "this looks like an access key that Alibaba Cloud issued"
            raise RecordError(f"{path}.id", problem, "Make one up, such as `emulator-key-id`")
        for number, policy in enumerate(key.policies):
            try:
                read_policy(policy)
            except (ValueError, LookupError, TypeError) as error:
                problem = f"this is no policy that is judged ({error})"
                raise RecordError(f"{path}.policies[{number}]", problem, "Write a RAM policy as JSON text") from None
        self.world.put(key)

    def resource_group(self, data: Any, path: str) -> None:
        self.world.put(decode(ResourceGroup, data, path))

    def command_script(self, data: Any, path: str) -> None:
        self.world.put(decode(CommandScript, data, path))

    def instance(self, data: Any, path: str) -> None:
        instance = decode(Instance, data, path)
        region = _region(self.world, instance.region_id, path)
        started = None if instance.status == "Pending" else self.now
        self.world.put(
            replace(
                instance,
                region_id=region.id,
                zone_id=instance.zone_id or region.zones[0],
                creation_time=instance.creation_time or self.now,
                start_time=instance.start_time if "start_time" in data else started,
                sequence=self.world.count("resources"),
            )
        )

    def disk(self, data: Any, path: str) -> None:
        disk = decode(Disk, data, path)
        if disk.category not in self.world.settings.lifecycle.categories:
            known = ", ".join(self.world.settings.lifecycle.categories)
            raise RecordError(f"{path}.category", f"`{disk.category}` is not known", f"Use one of: {known}")
        disk = replace(disk, creation_time=disk.creation_time or self.now, sequence=self.world.count("resources"))
        if disk.instance_id:
            disk = _attached(self.world, disk, data, path, self.now)
        region = _region(self.world, disk.region_id, path)
        self.world.put(replace(disk, region_id=region.id, zone_id=disk.zone_id or region.zones[0]))

    def auto_snapshot_policy(self, data: Any, path: str) -> None:
        policy = decode(AutoSnapshotPolicy, data, path)
        region = _region(self.world, policy.region_id, path)
        planted = replace(
            policy,
            region_id=region.id,
            creation_time=policy.creation_time or self.now,
            sequence=self.world.count("resources"),
        )
        auto_snapshot_policies.put(self.world, planted, self.now)

    def policy_association(self, data: Any, path: str) -> None:
        association = decode(PolicyAssociation, {"id": "", **data}, path)
        policy = self.world.auto_snapshot_policies.get(association.policy_id)
        disk = self.world.disks.get(association.disk_id)
        if policy is None or disk is None:
            remedy = "Add both to `auto_snapshot_policies:` and `disks:`"
            raise RecordError(path, "the policy or the disk that it names is not there", remedy)
        auto_snapshot_policies.apply(self.world, policy, disk)

    def snapshot_group(self, data: Any, path: str) -> None:
        group = decode(SnapshotGroup, data, path)
        region = _region(self.world, group.region_id, path)
        self.world.put(
            replace(
                group,
                region_id=region.id,
                creation_time=group.creation_time or self.now,
                sequence=self.world.count("resources"),
            )
        )

    def snapshot(self, data: Any, path: str) -> None:
        snapshot = decode(Snapshot, data, path)
        disk = self.world.disks.get(snapshot.disk_id)
        if disk is not None:
            snapshot = overlay(_as_taken_of(disk), data, path)
        if snapshot.group_id and snapshot.group_id not in self.world.snapshot_groups:
            remedy = "Add it to `snapshot_groups:` or leave `group_id` out"
            raise RecordError(f"{path}.group_id", f"there is no snapshot group `{snapshot.group_id}`", remedy)
        snapshot = replace(snapshot, sequence=self.world.count("resources"))
        if snapshot.is_progressing:
            self._begin(snapshot, disk, path)
        else:
            self._keep(snapshot, path)

    def _begin(self, snapshot: Snapshot, disk: Disk | None, path: str) -> None:
        if disk is None:
            remedy = "Add it to `disks:` or let the snapshot be accomplished"
            raise RecordError(f"{path}.disk_id", f"there is no disk `{snapshot.disk_id}`", remedy)
        snapshots.start(self.world, disk, snapshot, self.now)

    def _keep(self, snapshot: Snapshot, path: str) -> None:
        region = _region(self.world, snapshot.region_id, path)
        created = snapshot.creation_time or self.now
        snapshot = replace(
            snapshot,
            region_id=region.id,
            creation_time=created,
            start_time=created,
            last_modified_time=created,
            end_time=created,
        )
        if snapshot.lock is not None:
            locked_at = snapshot.lock.creation_time or self.now
            snapshot = replace(snapshot, lock=replace(snapshot.lock, creation_time=locked_at, start_time=locked_at))
        if snapshot.retention_days is not None:
            snapshot = snapshots.keep_until(snapshot, snapshot.retention_days)
        self.world.put(snapshot)

    def image(self, data: Any, path: str) -> None:
        image = decode(Image, data, path)
        for snapshot_id in image.snapshot_ids:
            if snapshot_id not in self.world.snapshots:
                remedy = "Add it to `snapshots:` or leave `snapshot_id` out"
                raise RecordError(f"{path}.disks", f"there is no snapshot `{snapshot_id}`", remedy)
        region = _region(self.world, image.region_id, path)
        created = image.creation_time or self.now
        self.world.put(
            replace(image, region_id=region.id, creation_time=created, sequence=self.world.count("resources"))
        )


def _attached(world: World, disk: Disk, data: Any, path: str, now: float) -> Disk:
    instance = world.instances.get(disk.instance_id)
    if instance is None:
        remedy = "Add it to `instances:` or leave `instance_id` out"
        raise RecordError(f"{path}.instance_id", f"there is no instance `{disk.instance_id}`", remedy)
    return replace(
        disk,
        region_id=instance.region_id,
        zone_id=instance.zone_id,
        device=disk.device or free_device(world, instance),
        status=disk.status if "status" in data else "In_use",
        attached_time=disk.attached_time or now,
        used_gib=disk.used_gib if "used_gib" in data else disk.size / 4,
    )


def _as_taken_of(disk: Disk) -> Snapshot:
    return Snapshot(
        id="",
        disk_id=disk.id,
        region_id=disk.region_id,
        disk_type=disk.type,
        disk_size=disk.size,
        disk_category=disk.category,
        instance_id=disk.instance_id,
        encrypted=disk.encrypted,
        stored_gib=disk.used_gib,
        full_gib=disk.used_gib,
        content_version=disk.content_version,
        damaged=disk.damaged,
    )


def _region(world: World, region_id: str, path: str) -> Region:
    region = world.regions.get(region_id) if region_id else next(iter(world.regions), None)
    if region is None:
        known = ", ".join(region.id for region in world.regions) or "none yet: add `regions:`"
        raise RecordError(f"{path}.region_id", f"there is no region `{region_id}`", f"Use one of: {known}")
    return region


_PLANTERS: Mapping[str, Callable[[_Planter, Any, str], None]] = {
    "regions": _Planter.region,
    "access_keys": _Planter.access_key,
    "resource_groups": _Planter.resource_group,
    "command_scripts": _Planter.command_script,
    "instances": _Planter.instance,
    "disks": _Planter.disk,
    "auto_snapshot_policies": _Planter.auto_snapshot_policy,
    "policy_associations": _Planter.policy_association,
    "snapshot_groups": _Planter.snapshot_group,
    "snapshots": _Planter.snapshot,
    "images": _Planter.image,
}
_SETTINGS = ("lifecycle", "rules")
_NOUNS = (*_SETTINGS, *_PLANTERS)
