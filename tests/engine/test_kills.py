"""`kill -9` of the engine and its providers at every point of a creation, and the next `up`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from harness import NewStack
from running import RunningUp, listed_orphans
from workbench.environment import ENGINE
from workbench.stack import Stack

from alicloud_snapshot_provider.ledger.ownership import OWNERSHIP_TAG
from counting import Count
from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

snapshot = Snapshot("web", disk_id="d-demo-system", triggers=pulumi.Config().get("release"))
pulumi.export("id", snapshot.id)
"""
UNHEARD = {"kind": "drop", "times": None}
HELD = {"kind": "latency", "when": "after", "seconds": 30}


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run is killed: once it has brought about one more of what `count` counts, with the fault in force."""

    name: str
    count: Callable[[Emulator], int]
    fault: Mapping[str, Any] | None = None


CLOSED = (
    Moment(
        "before CreateSnapshot has an effect",
        lambda emulator: len(emulator.calls("CreateSnapshot")),
        {"action": "CreateSnapshot", **UNHEARD},
    ),
    Moment(
        "after CreateSnapshot's effect, before its answer",
        lambda emulator: len(emulator.events("snapshot.created")),
        {"action": "CreateSnapshot", **HELD},
    ),
    Moment("during the wait", lambda emulator: len(emulator.events("snapshot.cut"))),
    Moment(
        "when it is ready, before it is handed over",
        lambda emulator: len(emulator.calls("TagResources")),
        {"action": "TagResources", **UNHEARD},
    ),
)
HANDED_OVER = Moment(
    "when it is handed over, before the engine's checkpoint",
    lambda emulator: sum("held:" in each.params.get("Tag.1.Value", "") for each in emulator.calls("TagResources")),
    {"action": "TagResources", **HELD},
)
DELETING = Moment(
    "when the old half is about to be deleted",
    lambda emulator: len(emulator.calls("DeleteSnapshot")),
    {"action": "DeleteSnapshot", **UNHEARD},
)
PROVIDERS = ("pulumi.dynamic", "pulumi-resource-alicloud-snapshot")


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def seed() -> Seed:
    """Snapshots that take a second and a half of the machine's time."""
    return {**default_seed(), "lifecycle": {"snapshot_seconds": 900}}


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


def test_each_up_after_a_kill_ends_with_one_snapshot(stack: Stack, emulator: Emulator, count: Count) -> None:
    """The first kill hits a creation, the others a replacement: tests/faults/test_schedules.py has every pair."""
    for release, moment in enumerate(CLOSED):
        _killed_once(stack, emulator, moment, str(release))

    taken = len(emulator.events("snapshot.created"))
    count(kills=len(CLOSED), duplicates=taken - len(CLOSED))
    assert taken == len(CLOSED)


@pytest.mark.exhaustive
@pytest.mark.parametrize("moment", CLOSED, ids=lambda moment: moment.name)
def test_the_next_up_ends_with_one_snapshot(stack: Stack, emulator: Emulator, moment: Moment, count: Count) -> None:
    for release in ("1", "2"):
        _killed_once(stack, emulator, moment, release)

    taken = len(emulator.events("snapshot.created"))
    count(kills=2, duplicates=taken - 2)
    assert taken == 2


@pytest.mark.exhaustive
def test_what_was_handed_over_before_the_engine_s_checkpoint_is_adopted(
    stack: Stack, emulator: Emulator, count: Count
) -> None:
    _kill(stack, emulator, HANDED_OVER)
    assert listed_orphans(stack) == (3, [(_alive(emulator)[0], "unclaimed")])
    stack.up()
    assert _alive(emulator) == [stack.outputs()["id"]]

    _kill(stack, emulator, HANDED_OVER, "--replace", _urn(stack))
    assert len(_alive(emulator)) == 2
    stack.up("--replace", _urn(stack))
    assert _alive(emulator) == [stack.outputs()["id"]]
    taken = len(emulator.events("snapshot.created"))
    count(kills=2, duplicates=taken - 2)
    assert taken == 2


@pytest.mark.exhaustive
def test_what_was_handed_over_by_a_run_with_a_target_is_adopted(stack: Stack, emulator: Emulator, count: Count) -> None:
    stack.up()
    stack.configure({"release": "2"})
    _kill(stack, emulator, HANDED_OVER, "--target", _urn(stack))
    assert len(_alive(emulator)) == 2
    stack.up("--target", _urn(stack))
    assert _alive(emulator) == [stack.outputs()["id"]]
    count(kills=1)
    assert listed_orphans(stack) == (0, [])


@pytest.mark.exhaustive
def test_what_was_handed_over_is_adopted_beside_what_is_kept_and_what_is_pending_deletion(
    stack: Stack, emulator: Emulator, count: Count
) -> None:
    stack.up()
    (kept,) = _alive(emulator)
    stack.run("state", "delete", _urn(stack), "--yes")
    _kill(stack, emulator, HANDED_OVER)
    (second,) = set(_alive(emulator)) - {kept}
    stack.up()
    assert stack.outputs()["id"] == second

    stack.configure({"release": "2"})
    _kill(stack, emulator, DELETING)
    assert [each["id"] for each in stack.resources() if each.get("delete")] == [second]
    stack.configure({"release": "3"})
    _kill(stack, emulator, HANDED_OVER)
    stack.up()
    assert _alive(emulator) == [kept, stack.outputs()["id"]]
    taken = len(emulator.events("snapshot.created"))
    count(kills=3, duplicates=taken - 4)
    assert taken == 4


def test_where_no_state_can_be_read_a_second_one_is_taken_and_the_first_one_named(
    stack: Stack, emulator: Emulator, tmp_path: Path, count: Count
) -> None:
    blind = replace(stack, settings={"PATH": _path_without_pulumi(stack, tmp_path / "path")})
    _kill(blind, emulator, HANDED_OVER)
    blind.up()
    first, second = _alive(emulator)
    assert stack.outputs()["id"] == second
    assert listed_orphans(stack) == (3, [(first, "surplus")])
    stack.destroy()
    assert _alive(emulator) == [first]
    count(kills=1, orphans=1)


def test_a_provider_ends_with_its_engine_and_leaves_the_snapshot_to_the_next_run(
    stack: Stack, emulator: Emulator, count: Count
) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 100_000}})
    with RunningUp(stack, cold=True) as run:
        run.until(lambda: len(emulator.events("snapshot.created")) == 1)
        assert sum(map(run.processes, PROVIDERS)) > 0
        run.kill_engine()
        for each in PROVIDERS:
            run.until_ended(each)
    (begun,) = emulator.world.snapshots
    assert begun.tags[OWNERSHIP_TAG].startswith("being-created")

    emulator.advance(100_000)
    stack.up()
    assert _alive(emulator) == [stack.outputs()["id"]] == [begun.id]
    count(kills=1)


def _killed_once(stack: Stack, emulator: Emulator, moment: Moment, release: str) -> None:
    stack.configure({"release": release})
    _kill(stack, emulator, moment)
    stack.up()
    assert _alive(emulator) == [stack.outputs()["id"]]


def _kill(stack: Stack, emulator: Emulator, moment: Moment, *options: str) -> None:
    if moment.fault:
        emulator.add_faults(moment.fault)
    before = moment.count(emulator)
    with RunningUp(stack, *options) as run:
        run.until(lambda: moment.count(emulator) > before)
        run.kill()
    emulator.clear_faults()


def _alive(emulator: Emulator) -> list[str]:
    emulator.now()
    return [snapshot.id for snapshot in emulator.world.snapshots]


def _urn(stack: Stack) -> str:
    return next(each["urn"] for each in stack.resources() if each["urn"].endswith("::web"))


def _path_without_pulumi(stack: Stack, folder: Path) -> str:
    """Give a search path on which the engine's helpers are, and `pulumi` is not."""
    folder.mkdir()
    for each in ENGINE.resolve().iterdir():
        if each.name != "pulumi":
            (folder / each.name).symlink_to(each)
    others = [each for each in stack.environment["PATH"].split(os.pathsep) if not (Path(each) / "pulumi").exists()]
    path = os.pathsep.join([str(folder), *others])
    assert shutil.which("pulumi", path=path) is None
    return path
