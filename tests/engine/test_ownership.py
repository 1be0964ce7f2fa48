"""What a state holds is deleted by nobody else: names that come again, two states, lost tags, kept and renamed ones.

tests/faults/test_ownership.py shows each of these ways, and more, on a model of the engine. So `make test` runs only
those here in which the engine itself decides much: about aliases, about the order of a replacement, about two states.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from harness import NewStack, elsewhere, folded, strip_tags, world
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator, Seed

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_alicloud_snapshot as snapshots

for name, (noun, arguments, options) in pulumi.Config().get_object("declared", {}).items():
    aliases = [pulumi.Alias(name=each) for each in options.pop("aliases", [])]
    opts = pulumi.ResourceOptions(aliases=aliases, **options)
    getattr(snapshots, noun)(name, **arguments, opts=opts)
"""
DISK_PROGRAM = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()
first = pulumi.ResourceOptions(delete_before_replace=config.get_bool("deletesFirst") or None)
data = ecs.EcsDisk(
    "data", zone_id="cn-hangzhou-h", category="cloud_essd", size=40, encrypted=config.get_bool("encrypted"), opts=first
)
used = [data]
if config.get_bool("attached"):
    used.append(ecs.EcsDiskAttachment("attached", disk_id=data.id, instance_id="i-web", opts=first))
before = Snapshot(
    "before",
    disk_id=data.id,
    keep_last=config.require_int("keepLast"),
    triggers=config.get("release"),
    opts=pulumi.ResourceOptions(depends_on=used),
)
pulumi.export("id", before.id)
"""
NOUNS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "single": ("Snapshot", {"disk_id": "d-system"}),
    "fleet": ("SnapshotSet", {"disk_ids": ["d-a"]}),
    "group": ("SnapshotGroup", {"disk_ids": ["d-b"]}),
}
Declared = tuple[str, Mapping[str, Any], Mapping[str, Any]]


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def seed() -> Seed:
    disk = {"type": "data", "category": "cloud_essd", "size": 40, "instance_id": "i-web"}
    system = {"id": "d-system", "type": "system", "instance_id": "i-web"}
    return world(instances=[{"id": "i-web"}], disks=[system, *({"id": each, **disk} for each in ("d-a", "d-b", "d-c"))])


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


def snapshot(options: Mapping[str, Any] | None = None, /, disk_id: str = "d-system", **arguments: Any) -> Declared:
    return ("Snapshot", {"disk_id": disk_id, **arguments}, options or {})


def up(stack: Stack, *options: str, **declared: Declared) -> str:
    """Bring the stack to a declaration."""
    stack.configure({"declared": json.dumps({name.replace("_", "-"): each for name, each in declared.items()})})
    return folded(stack.up(*options))


@pytest.mark.exhaustive
def test_a_name_that_is_declared_again_takes_nothing_of_the_resource_that_was_renamed(
    stack: Stack, emulator: Emulator
) -> None:
    up(stack, before=snapshot())
    up(stack, system_before=snapshot({"aliases": ["before"]}))
    up(stack, system_before=snapshot(), before=snapshot(disk_id="d-a"))
    held = _held(stack)
    assert len(set(held.values())) == 2

    up(stack, system_before=snapshot())

    assert _held(stack) == {"system-before": held["system-before"]}
    assert _alive(emulator) == [held["system-before"]]


def test_two_states_of_the_same_names_in_one_account_leave_each_other_alone(
    stack: Stack, emulator: Emulator, tmp_path: Path
) -> None:
    pipeline = elsewhere(stack, tmp_path / "pipeline")
    for each in (stack, pipeline):
        for release in (1, 2):
            up(each, before=snapshot(triggers=release, keep_last=2))
    mine, theirs = _held(stack)["before"], _held(pipeline)["before"]
    assert len(_alive(emulator)) == 4
    stack.destroy()
    assert theirs in _alive(emulator)
    assert mine not in _alive(emulator)
    kept = _alive(emulator)
    assert len(kept) == 2

    renamed = _renamed(pipeline, "prod")
    pipeline.create()
    pipeline.configure_plugin()
    up(pipeline, before=snapshot())
    assert len(_alive(emulator)) == 3
    pipeline.destroy()
    assert _alive(emulator) == kept
    assert _held(renamed) == {"before": theirs}


def test_the_history_follows_what_is_renamed_and_the_newest_rules_decide(stack: Stack, emulator: Emulator) -> None:
    taken = [_release(stack, 0, keep_last=1), _release(stack, 1, keep_last=2)]
    assert _histories(emulator) == _last(taken, 2), "the old half stays by the new rules"
    taken.append(_release(stack, 2, keep_last=2, prefix="new-", aliases=True))
    assert _histories(emulator) == _last(taken, 2)

    renamed = _renamed(stack, "prod")
    taken.append(_release(renamed, 3, keep_last=2, prefix="new-"))
    assert _histories(emulator) == _last(taken, 2)
    renamed.destroy()
    assert _alive(emulator) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("speed", [1.0], ids=["as fast as ECS's own clock says"])
def test_lost_tags_are_told_and_put_back_and_never_bring_back_the_dead(stack: Stack, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 1}})
    up(stack, before=snapshot())
    (held,) = _alive(emulator)
    tags = strip_tags(emulator, held)

    assert f"the tags that record {held} in its series were taken away outside Pulumi" in folded(stack.refresh())
    stack.up()
    assert emulator.world.snapshots[held].tags == tags
    stack.preview("--expect-no-changes")

    strip_tags(emulator, held)
    stack.up("--replace", _urn(stack, "before"))
    assert _alive(emulator) == [_held(stack)["before"]]
    assert _alive(emulator) != [held]


@pytest.mark.exhaustive
def test_what_was_deliberately_kept_outlives_the_next_resource_of_that_name(stack: Stack, emulator: Emulator) -> None:
    up(stack, before=snapshot({"retain_on_delete": True}))
    up(stack)
    first = _alive(emulator)
    assert len(first) == 1

    up(stack, before=snapshot())
    kept = _alive(emulator)
    stack.run("state", "delete", _urn(stack, "before"), "--yes")
    up(stack, before=snapshot())
    up(stack, before=snapshot(triggers="new"))
    assert _alive(emulator) == [*kept, _held(stack)["before"]]

    stack.destroy()
    assert _alive(emulator) == kept
    assert kept[:1] == first


@pytest.mark.exhaustive
def test_a_destroy_or_rename_that_fails_costs_no_good_snapshot(
    stack: Stack, emulator: Emulator, spoken: Callable[[str], str]
) -> None:
    up(stack, before=snapshot(keep_last=3))
    up(stack, before=snapshot(keep_last=3, triggers="new"))
    older, newer = _alive(emulator)
    emulator.add_seed({"images": [{"id": "m-old", "disks": [{"snapshot_id": older, "type": "system", "size": 40}]}]})
    with pytest.raises(PulumiFailed) as failed:
        stack.destroy()
    assert f"snapshot {older} is in use by image m-old and cannot be deleted" in folded(str(failed.value))
    assert _alive(emulator) == [older, newer]
    assert _held(stack) == {"before": newer}

    emulator.add_faults({"action": "CreateSnapshot", "code": "CreateSnapshot.Failed", "status": 400, "times": None})
    with pytest.raises(PulumiFailed) as failed:
        up(stack, "--continue-on-error", after=snapshot(keep_last=3))
    said = folded(str(failed.value))
    assert spoken(f"{newer} stays: this run could not take a new snapshot of disk d-system, so it is the only") in said
    assert _alive(emulator) == [older, newer]
    assert _held(stack) == {"before": newer}


def test_the_history_of_a_disk_outlives_the_disk(
    new_stack: NewStack, emulator: Emulator, spoken: Callable[[str], str]
) -> None:
    stack = new_stack(DISK_PROGRAM)
    stack.configure({"deletesFirst": "true", "attached": "true", "keepLast": "3"})
    stack.up()
    stack.configure({"release": "2"})
    stack.up()
    of_first = _alive(emulator)
    (disk,) = {each.disk_id for each in emulator.world.snapshots}
    assert len(of_first) == 2

    stack.configure({"encrypted": "true"})
    told = f"history: the newest 3 of disk {disk} stay, also once the disk is gone"
    assert told in folded(stack.preview())
    stack.up()
    assert _alive(emulator) == [*of_first, stack.outputs()["id"]]
    assert disk not in {each.id for each in emulator.world.disks}

    stack.configure({"encrypted": "false", "deletesFirst": "false", "keepLast": "1"})
    of_second = stack.outputs()["id"]
    stack.up()
    assert {of_first[-1], of_second, stack.outputs()["id"]} <= set(_alive(emulator))


def _release(stack: Stack, number: int, *, keep_last: int, prefix: str = "", aliases: bool = False) -> dict[str, str]:
    """Replace each noun, under a new name where `aliases` are to hand the old ones over; give their ids.

    Of the set it is the id of its member: ECS knows no sets.
    """
    common = {"triggers": number, "keep_last": keep_last}
    declared = {
        prefix + name: (noun, {**disks, **common}, {"aliases": [name]} if aliases else {})
        for name, (noun, disks) in NOUNS.items()
    }
    up(stack, **declared)
    outputs = {each["urn"].rpartition("::")[2]: each["outputs"] for each in stack.resources() if "outputs" in each}
    members = outputs[f"{prefix}fleet"]
    fleet = members.get("snapshot_ids") or members["snapshotIds"]
    held = _held(stack)
    return {"single": held[f"{prefix}single"], "fleet": fleet["d-a"], "group": held[f"{prefix}group"]}


def _last(taken: list[dict[str, str]], count: int) -> dict[str, list[str]]:
    return {name: [each[name] for each in taken[-count:]] for name in NOUNS}


def _histories(emulator: Emulator) -> dict[str, list[str]]:
    """Give what there is of each noun, as `_release` does."""
    emulator.now()
    return {
        "single": _of_disk(emulator, "d-system"),
        "fleet": _of_disk(emulator, "d-a"),
        "group": [each["id"] for each in emulator.describe_world()["snapshot_groups"]],
    }


def _renamed(stack: Stack, name: str) -> Stack:
    stack.run("stack", "rename", name)
    settings = stack.project / f"Pulumi.{name}.yaml"
    shutil.copy(settings, stack.project / f"Pulumi.{stack.name}.yaml")
    return replace(stack, name=name)


def _held(stack: Stack) -> dict[str, str]:
    """Give the id that the state holds of each resource, by its name."""
    return {each["urn"].rpartition("::")[2]: each["id"] for each in stack.resources() if "Snapshot" in each["type"]}


def _urn(stack: Stack, name: str) -> str:
    return next(each["urn"] for each in stack.resources() if each["urn"].endswith(f"::{name}"))


def _alive(emulator: Emulator) -> list[str]:
    """Give the ids of what there is, in the order in which it was begun."""
    emulator.now()
    return [snapshot.id for snapshot in emulator.world.snapshots]


def _of_disk(emulator: Emulator, disk_id: str) -> list[str]:
    emulator.now()
    return [snapshot.id for snapshot in emulator.world.snapshots if snapshot.disk_id == disk_id]
