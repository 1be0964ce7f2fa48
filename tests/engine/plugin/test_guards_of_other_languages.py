"""The guards of the SDKs for TypeScript and Go: the key cases of `test_guard.py`, told by the emulator's log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from generated import compiled_node_sdk, generated_sdks, installed_node_modules, lay_node_modules
from guarded_programs import LANGUAGES, Language, lay_alicloud
from harness import PLUGIN_FROM_VENV, copy_example, folded
from language_host import LanguageHost, node_command, served
from shown import assert_shown
from workbench.history import history, mutations
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator

pytestmark = [
    pytest.mark.engine,
    pytest.mark.exhaustive,
    pytest.mark.timeout(900),  # the SDKs are made and compiled first
]


@dataclass(frozen=True)
class Guarded:
    """A stack whose program a language host at `address` runs."""

    stack: Stack
    address: str

    def configure(self, **values: str) -> None:
        self.stack.configure(values)

    def preview(self) -> str:
        return folded(self.stack.preview(f"--client={self.address}"))

    def up(self) -> str:
        return folded(self.stack.up(f"--client={self.address}"))


@pytest.fixture(params=LANGUAGES, ids=lambda language: language.name)
def stack(request: pytest.FixtureRequest, tmp_path: Path, emulator: Emulator, speed: float) -> Iterator[Guarded]:
    """A stack of an instance, a disk and its attachment, all guarded, after its first run."""
    language: Language = request.param
    if shutil.which(language.needs) is None:
        pytest.skip(f"there is no {language.needs} on this machine")
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text(f"name: engine-test\nruntime: client\n{PLUGIN_FROM_VENV}")
    language.write(project)
    with served(LanguageHost(project, language.command)) as address:
        stack = Stack(project, tmp_path / "state", emulator, speed)
        stack.create()
        stack.configure_plugin()
        guarded = Guarded(stack, address)
        guarded.up()
        yield guarded


def test_no_change_begins_before_its_snapshots_and_a_preview_only_foresees(stack: Guarded, emulator: Emulator) -> None:
    old = stack.stack.outputs()
    stack.configure(name="after")
    before = len(emulator.calls(mutating=True))
    said = stack.preview()
    assert len(emulator.calls(mutating=True)) == before
    assert "before the update of web: takes a snapshot: full snapshot, about" in said
    stack.up()
    steps = _steps_since(emulator, before)
    assert _kinds(steps) == ["CreateSnapshot"] * 2 + ["snapshot.accomplished"] * 2 + ["ModifyInstanceAttribute"]
    descriptions = [snapshot.description for snapshot in emulator.world.snapshots]
    assert "before the update of web" in descriptions

    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot", "times": None})
    before = len(emulator.calls(mutating=True))
    stack.configure(declared="false")
    assert "before the delete of data: keeps the snapshot from before d-" in stack.preview()
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    text = folded(str(failed.value))
    assert "attachment was left untouched: snapshot s-" in text
    assert "ended in status failed" in text
    assert "what to do: Keep the instance's state unchanged while the snapshot is created" in text
    assert not {"DetachDisk", "DeleteDisk", "DeleteInstance"} & set(_kinds(_steps_since(emulator, before)))

    emulator.faults.clear()
    before = len(emulator.calls(mutating=True))
    stack.up()
    steps = _steps_since(emulator, before)
    taken = {snapshot.id: snapshot.disk_id for snapshot in emulator.world.snapshots}
    detached = next(
        each for each in steps if each.startswith("snapshot.accomplished") and taken[each.split()[1]] == old["disk"]
    )
    assert steps.index(detached) < steps.index(f"DetachDisk {old['disk']}") < steps.index(f"DeleteDisk {old['disk']}")
    first_deletion = min(steps.index(f"DeleteInstance {old['instance']}"), steps.index(f"DeleteDisk {old['disk']}"))
    assert any(step.startswith("snapshot.accomplished") for step in steps[:first_deletion])


@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm on this machine")
def test_the_example_guards_a_stack_from_typescript(tmp_path: Path, emulator: Emulator, speed: float) -> None:
    project = copy_example(tmp_path, "plugin-typescript-guard")
    description = (project / "Pulumi.yaml").read_text().replace("runtime: nodejs", "runtime: client")
    (project / "Pulumi.yaml").write_text(description + PLUGIN_FROM_VENV)
    node_modules = installed_node_modules()
    lay_node_modules(project / "node_modules", node_modules, compiled_node_sdk(generated_sdks(), node_modules))
    lay_alicloud(project / "node_modules")
    with served(LanguageHost(project, node_command)) as address:
        stack = Stack(project, tmp_path / "state", emulator, speed)
        stack.create()
        stack.configure_plugin()
        client = f"--client={address}"
        stack.up(client)
        stack.configure({"instanceName": "after"})
        said = [stack.up(client)]
        stack.preview("--expect-no-changes", client)
        said.append(stack.destroy("--run-program", client))
    kinds = [step.split()[0] for step in mutations(emulator)]
    steps = [kind for kind in kinds if kind != "TagResources"]
    assert steps == ["RunInstances", "CreateSnapshot", "ModifyInstanceAttribute", "CreateSnapshot", "DeleteInstance"]
    assert_shown("plugin-typescript-guard", *said)


def _steps_since(emulator: Emulator, calls: int) -> list[str]:
    """Return what happened to snapshots, instances and disks after so many mutating calls."""
    emulator.now()
    seq = emulator.calls(mutating=True)[calls - 1].seq
    told = {"CreateSnapshot", "snapshot.accomplished"}
    steps = history(emulator, since=seq)
    return [each for each in steps if each.split()[0] in told or each.startswith(("Modify", "Run", "Delete", "Detach"))]


def _kinds(steps: list[str]) -> list[str]:
    return [step.split()[0] for step in steps]
