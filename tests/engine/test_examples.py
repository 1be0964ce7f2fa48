"""The examples that have no test file of their own, run as their READMEs say."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import NewStack, copy_example, folded
from shown import assert_shown
from workbench.environment import PYTHON, VENV
from workbench.history import history, mutations
from workbench.processes import run
from workbench.stack import Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

UBUNTU = "ubuntu_24_04_x64_20G_alibase_20260101.vhd"
CLASSIC = {
    "instances": [{"id": "i-classic", "vswitch_id": ""}],
    "disks": [
        {"id": "d-classic-system", "type": "system", "category": "cloud_efficiency", "instance_id": "i-classic"},
        {"id": "d-classic-data", "category": "cloud_efficiency", "size": 100, "instance_id": "i-classic"},
    ],
}


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.mark.exhaustive
def test_guarding_a_stack_takes_a_snapshot_before_an_update_and_before_the_end(
    example_stack: NewStack, emulator: Emulator
) -> None:
    stack = example_stack("02-guard-a-stack")
    stack.up()
    stack.configure({"instanceName": "after"})
    said = [stack.up()]
    stack.preview("--expect-no-changes")
    said.append(stack.destroy("--run-program"))

    steps = [kind for kind in _kinds(emulator) if kind != "TagResources"]
    assert steps == ["RunInstances", "CreateSnapshot", "ModifyInstanceAttribute", "CreateSnapshot", "DeleteInstance"]
    assert_shown("02-guard-a-stack", *said)


@pytest.mark.exhaustive
def test_history_keeps_the_newest_three_even_after_destroying(example_stack: NewStack, emulator: Emulator) -> None:
    stack = example_stack("03-history")
    taken, said = [], []
    for release in ("v1", "v2", "v3", "v4"):
        stack.configure({"release": release})
        said.append(stack.up())
        taken.append(stack.outputs()["snapshot"])
    stack.preview("--expect-no-changes")
    said.append(stack.destroy())

    emulator.now()
    assert sorted(snapshot.id for snapshot in emulator.world.snapshots) == sorted(taken[1:])
    assert_shown("03-history", *said)


@pytest.mark.exhaustive
def test_a_final_snapshot_becomes_the_next_disk(example_stack: NewStack, emulator: Emulator) -> None:
    stack = example_stack("04-final-snapshot")
    stack.up()
    emulator.write_disk(stack.outputs()["disk"], 3)
    said = stack.destroy("--run-program")
    (final,) = emulator.world.snapshots
    stack.configure({"restore": "true"})
    stack.up()
    stack.preview("--expect-no-changes")

    disk = emulator.world.disks[stack.outputs()["disk"]]
    assert disk.source_snapshot_id == final.id
    assert disk.content_version == final.content_version
    assert_shown("04-final-snapshot", said)


@pytest.mark.exhaustive
def test_another_operating_system_waits_for_its_snapshot_and_the_old_one_can_come_back(
    example_stack: NewStack, emulator: Emulator
) -> None:
    emulator.add_seed({"images": [{"id": UBUNTU, "owner": "system", "disks": [{"size": 20}]}]})
    stack = example_stack("12-replace-the-os")
    stack.up()
    emulator.write_disk(_system_disk(emulator, stack), 3)
    old = _content(emulator, _system_disk(emulator, stack))
    stack.configure({"imageId": UBUNTU})
    said = [stack.up()]
    assert _content(emulator, _system_disk(emulator, stack)) != old
    (before,) = emulator.world.snapshots
    _assert_in_order(
        emulator, f"snapshot.accomplished {before.id}", f"StopInstance {stack.outputs()['instance']}", "disk.deleted"
    )

    stack.configure({"backTo": before.id})
    said.append(stack.up())
    assert _content(emulator, _system_disk(emulator, stack)) == old
    stack.preview("--expect-no-changes")
    assert before.id in _run(stack, str(VENV / "bin" / "alicloud-snapshot"), "list")
    assert_shown("12-replace-the-os", *said)


@pytest.mark.exhaustive
def test_an_instance_moves_from_the_classic_network_to_a_vpc_while_the_old_one_runs_on(
    example_stack: NewStack, emulator: Emulator
) -> None:
    emulator.add_seed(CLASSIC)
    emulator.write_disk("d-classic-data", 3)
    stack = example_stack("13-classic-network-to-vpc")
    said = [stack.up()]
    first = stack.outputs()
    for member in emulator.world.snapshots:
        _assert_in_order(emulator, f"snapshot.accomplished {member.id}", "CreateImage", "RunInstances")
    assert _content(emulator, first["dataDisk"]) == _content(emulator, "d-classic-data")

    emulator.write_disk("d-classic-data", 1)
    emulator.write_disk("d-classic-system", 1)
    stack.configure({"attempt": "final"})
    said.append(stack.up())
    moved = stack.outputs()
    assert _content(emulator, moved["dataDisk"]) == _content(emulator, "d-classic-data")
    assert _content(emulator, _system_disk(emulator, stack)) == _content(emulator, "d-classic-system")
    stack.preview("--expect-no-changes")

    old, new = emulator.world.instances["i-classic"], emulator.world.instances[moved["instance"]]
    assert (old.is_classic, old.status, new.is_classic, new.status) == (True, "Running", False, "Running")
    assert not [step for step in history(emulator) if step.endswith(" i-classic")]
    assert_shown("13-classic-network-to-vpc", *said)


@pytest.mark.exhaustive
def test_a_script_of_ones_own_releases_by_the_automation_api(tmp_path: Path, emulator: Emulator) -> None:
    stack = Stack(copy_example(tmp_path, "14-automation-api"), tmp_path / "state", emulator, 600.0, name="production")
    stack.create()
    said = [_released(stack, "v1"), _released(stack, "v2")]
    kinds = [kind for kind in _kinds(emulator) if kind not in {"UntagResources", "TagResources"}]
    assert kinds == ["CreateSnapshot", "RunInstances", "CreateSnapshot", "ModifyInstanceAttribute"]
    newest = list(emulator.world.snapshots)[-1]
    _assert_in_order(emulator, f"snapshot.accomplished {newest.id}", "ModifyInstanceAttribute")
    assert f"to go back: {newest.id} keeps the disk as of " in said[-1]

    before = mutations(emulator)
    said.append(_released(stack, "v2"))
    assert mutations(emulator) == before
    said.append(_released(stack, "--destroy"))
    assert emulator.describe_world()["snapshots"] == []
    assert_shown("14-automation-api", *said)


@pytest.mark.exhaustive
def test_a_component_brings_its_guard_and_its_snapshots(example_stack: NewStack, emulator: Emulator) -> None:
    stack = example_stack("15-component")
    stack.up()
    first = stack.outputs()["sets"]
    done = len(mutations(emulator))
    stack.configure({"release": "v2"})
    said = [stack.up()]
    steps = [step.split()[0] for step in mutations(emulator)[done:]]
    assert steps.count("CreateSnapshot") == 4
    assert steps[: steps.index("ModifyInstanceAttribute")].count("CreateSnapshot") >= 1
    assert not set(first) & set(stack.outputs()["sets"])
    stack.preview("--expect-no-changes")

    stack.destroy()
    emulator.now()
    assert len(list(emulator.world.snapshots)) == 2, "those of the guards"
    assert_shown("15-component", *said)


@pytest.mark.exhaustive
def test_a_schedule_of_ecs_and_snapshots_before_releases_go_side_by_side(
    example_stack: NewStack, emulator: Emulator
) -> None:
    stack = example_stack("17-beside-a-schedule")
    stack.up()
    first = stack.outputs()
    emulator.advance(86_400)
    stack.configure({"release": "v2"})
    said = stack.preview()
    stack.up()
    stack.preview("--expect-no-changes")
    by_policy = [each for each in emulator.world.snapshots if each.policy_id == first["policy"]]
    assert [each.type for each in by_policy] == ["auto"] * len(by_policy)
    assert by_policy
    assert any(each.source_snapshot_id == by_policy[0].id for each in emulator.world.snapshots)
    assert "next in " in _run(stack, str(VENV / "bin" / "alicloud-snapshot"), "list")

    stack.destroy()
    emulator.now()
    assert not list(emulator.world.auto_snapshot_policies)
    assert by_policy[0].id in {each.id for each in emulator.world.snapshots}
    assert_shown("17-beside-a-schedule", said)


@pytest.mark.exhaustive
def test_key_system_files_change_only_after_a_snapshot_and_can_be_taken_back(
    example_stack: NewStack, emulator: Emulator
) -> None:
    stack = example_stack("18-key-system-files")
    (stack.project / "etc").mkdir()
    (stack.project / "etc" / "fstab").write_text("/dev/vda1 / ext4 defaults 0 1\n")
    stack.up()
    good = _content(emulator, "d-demo-system")
    emulator.write_disk("d-demo-system", 1)
    (stack.project / "etc" / "fstab").write_text("nonsense\n")
    stack.up()
    before = stack.outputs()["snapshot"]
    assert len(emulator.describe_world()["snapshots"]) == 2
    written = _content(emulator, "d-demo-system")
    emulator.write_disk("d-demo-system", 1)
    stack.configure({"backTo": before})
    said = stack.preview()
    stack.up()
    assert good != _content(emulator, "d-demo-system") == written
    assert emulator.world.instances["i-demo"].status == "Running"
    assert_shown("18-key-system-files", said)


@pytest.mark.exhaustive
def test_a_test_works_on_a_copy_of_production_data(example_stack: NewStack, emulator: Emulator) -> None:
    emulator.add_seed({"instances": [{"id": "i-test", "zone_id": "cn-hangzhou-h"}]})
    stack = example_stack("19-copy-of-production-data")
    stack.up()
    monday = stack.outputs()["disk"]
    assert _content(emulator, monday) == _content(emulator, "d-demo-data")
    emulator.write_disk(monday, 1)
    emulator.write_disk("d-demo-data", 2)
    stack.configure({"day": "tuesday"})
    said = stack.up()
    tuesday = stack.outputs()["disk"]
    assert _content(emulator, tuesday) == _content(emulator, "d-demo-data")
    assert emulator.world.disks[tuesday].instance_id == "i-test"
    assert monday not in emulator.world.disks
    stack.preview("--expect-no-changes")
    assert_shown("19-copy-of-production-data", said)


@pytest.mark.exhaustive
def test_many_instances_are_made_of_one_image(example_stack: NewStack, emulator: Emulator) -> None:
    stack = example_stack("20-one-image-many-instances")
    stack.up()
    first = stack.outputs()
    stack.configure({"count": "3"})
    said = stack.up()
    assert stack.outputs()["image"] == first["image"]
    made = stack.outputs()["instances"]
    assert len(made) == 3
    assert {_content(emulator, disk.id) for each in made for disk in emulator.world.disks.by("instance", each)} == {
        _content(emulator, "d-demo-system")
    }
    assert _kinds(emulator).index("CreateImage") < _kinds(emulator).index("RunInstances")
    assert_shown("20-one-image-many-instances", said)


def _released(stack: Stack, wish: str) -> str:
    return _run(stack, str(PYTHON), "__main__.py", wish)


def _run(stack: Stack, *command: str) -> str:
    answer = run(command, folder=stack.project, environment=stack.environment, seconds=120, captured=True)
    assert answer.returncode == 0, answer.stdout
    return answer.stdout


def _kinds(emulator: Emulator) -> list[str]:
    return [step.split()[0] for step in mutations(emulator)]


def _assert_in_order(emulator: Emulator, *steps: str) -> None:
    """Fails where the first of what begins like each step did not happen before the first of the next one."""
    seen = history(emulator)
    places = [next(place for place, line in enumerate(seen) if line.startswith(step)) for step in steps]
    assert places == sorted(places), folded(f"{steps} are not in this order: {seen}")


def _system_disk(emulator: Emulator, stack: Stack) -> str:
    emulator.now()
    attached = emulator.world.disks.by("instance", stack.outputs()["instance"])
    return next(disk.id for disk in attached if disk.type == "system")


def _content(emulator: Emulator, disk_id: str) -> int:
    emulator.now()
    return emulator.world.disks[disk_id].content_version
