"""The component `StackGuard`, whose hooks the plugin serves: the key cases of `test_guard.py`, on one stack."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from harness import folded, plugin_stack, world
from workbench.history import history
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import AcceleratedClock, Emulator, running_emulator

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("stack guard")]

SPEED = 60.0
PROGRAM = """
import pulumi
from pulumi_alicloud import ecs

config = pulumi.Config()
zone = config.get("zone") or "cn-hangzhou-h"


def disk(name, opts):
    return ecs.EcsDisk(name, disk_name=name, category="cloud_essd", size=40, zone_id="cn-hangzhou-h", opts=opts)


early = [disk("early", None)] if config.get_bool("late") else []
guard = pulumi.ComponentResource(
    "alicloud-snapshot:index:StackGuard",
    "guard",
    {"settings": {"keepLast": 2}, "exclude": ["scratch"]},
    pulumi.ResourceOptions(depends_on=early),
    remote=True,
)
guarded = pulumi.ResourceOptions(depends_on=[guard])
if not early:
    disk("early", guarded)
    disk("scratch", guarded)
web = ecs.Instance(
    "web",
    instance_name=config.get("name") or "before",
    instance_type="ecs.g7.large",
    image_id="aliyun_3_x64_20G_alibase_20240819.vhd",
    availability_zone=zone,
    system_disk_category="cloud_essd",
    system_disk_size=40,
    security_groups=["sg-1"],
    opts=guarded,
)
pulumi.export("instance", web.id)
if config.get_bool("data") is not False:
    data = disk("data", guarded)
    ecs.EcsDiskAttachment("attachment", disk_id=data.id, instance_id=web.id, opts=guarded)
    pulumi.export("disk", data.id)
"""
ELSEWHERE = """
import pulumi
import pulumi_alicloud as alicloud
from pulumi_alicloud_snapshot import plugin

config = pulumi.Config("alicloud")
shared = plugin.ProviderArgs.of_alicloud()
shared.region = "cn-beijing"
guard = pulumi.ComponentResource(
    "alicloud-snapshot:index:StackGuard",
    "guard",
    {},
    pulumi.ResourceOptions(provider=plugin.Provider("beijing", shared)),
    remote=True,
)
beijing = alicloud.Provider(
    "beijing",
    region="cn-beijing",
    access_key=config.require("accessKey"),
    secret_key=config.require_secret("secretKey"),
    account_type="Domestic",
    protocol="HTTP",
    endpoints=config.require_object("endpoints"),
)
alicloud.ecs.EcsDiskAttachment(
    "attachment",
    disk_id="d-beijing",
    instance_id="i-beijing",
    opts=pulumi.ResourceOptions(provider=beijing, depends_on=[guard]),
)
"""
UPDATE = "alicloud-snapshot:guard:before_update"
DELETE = "alicloud-snapshot:guard:before_delete, declared until its resources are gone"


@dataclass
class Moment:
    """What one run did and said, and what the stack then exported."""

    said: str
    steps: Sequence[str]
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def kinds(self) -> list[str]:
        return [step.split()[0] for step in self.steps]


@dataclass
class Life:
    """One stack from its first run to its end."""

    stack: Stack
    emulator: Emulator

    def run(self, *command: str, **values: str) -> Moment:
        self.stack.configure(values)
        self.emulator.now()
        before = self._last_call()
        outputs = self.stack.outputs()
        try:
            said = getattr(self.stack, command[0])(*command[1:])
        except PulumiFailed as failed:
            said = f"failed: {failed}"
        self.emulator.now()
        steps = [each for each in history(self.emulator, since=before) if each.startswith(_TOLD)]
        return Moment(folded(said), steps, outputs)

    def _last_call(self) -> int:
        calls = self.emulator.calls(mutating=True)
        return calls[-1].seq if calls else 0


_TOLD = ("CreateSnapshot", "snapshot.accomplished", "Modify", "Run", "Delete", "Detach")


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("stack-guard")
    with running_emulator(None, AcceleratedClock(SPEED)) as emulator:
        life = Life(plugin_stack(folder, PROGRAM, emulator, SPEED), emulator)
        told: dict[str, Any] = {"first": life.run("up"), "state": life.stack.resources()}
        told["late"] = life.run("preview", late="true")
        life.stack.configure({"late": "false", "name": "after"})
        told["judged"] = _judged(life)
        told["update"] = life.run("up")
        emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot", "times": None})
        told["refused"] = life.run("up", name="third")
        emulator.faults.clear()
        told["replacement"] = life.run("up", name="after", zone="cn-hangzhou-i", data="false")
        told["destroy"] = life.run("destroy", "--run-program")
        told["snapshots"] = {each.id: each for each in emulator.world.snapshots}
        yield told


def _judged(life: Life) -> tuple[Moment, str]:
    """Preview as JSON, and let the command `guarded` judge it."""
    preview = life.run("preview", "--json", "--show-sames")
    command = ["alicloud-snapshot", "guarded", "--exclude", "scratch"]
    answer = subprocess.run(
        command, input=preview.said, env=life.stack.environment, capture_output=True, text=True, check=False
    )
    return preview, answer.stdout + answer.stderr


def test_every_guarded_resource_has_the_hooks_and_keeps_them_in_the_state(life: dict[str, Any]) -> None:
    hooks = {each["urn"].rpartition("::")[2]: each.get("resourceHooks", {}) for each in life["state"]}
    hooked = {"BeforeUpdate": [UPDATE], "BeforeDelete": [DELETE]}
    assert hooks["web"] == hooks["data"] == hooks["early"] == hooked
    assert hooks["attachment"] == {"BeforeDelete": [DELETE]}
    assert hooks["scratch"] == {}
    assert "CreateSnapshot" not in life["first"].kinds
    assert "does not depend on the guard" not in life["first"].said


def test_a_preview_changes_nothing_and_names_the_snapshots(life: dict[str, Any]) -> None:
    preview, judged = life["judged"]
    assert preview.steps == []
    said = " ".join(each["message"] for each in json.loads(preview.said)["diagnostics"])
    assert "before the update of web: takes a snapshot: full snapshot, about" in folded(said)
    assert judged == "0 of 3 instances and disks without a guard\n"


def test_an_update_waits_for_the_snapshots_of_all_disks(life: dict[str, Any]) -> None:
    expected = ["CreateSnapshot"] * 2 + ["snapshot.accomplished"] * 2 + ["ModifyInstanceAttribute"]
    assert life["update"].kinds == expected


def test_a_failed_snapshot_leaves_the_resource_untouched(life: dict[str, Any]) -> None:
    said = life["refused"].said
    assert said.startswith("failed: ")
    assert "web was left untouched: snapshot s-" in said
    assert "what to do: Keep the instance's state unchanged while the snapshot is created" in said
    assert "ModifyInstanceAttribute" not in life["refused"].kinds


def test_a_replacement_and_a_deletion_wait_for_their_snapshots(life: dict[str, Any]) -> None:
    moment = life["replacement"]
    steps, old = moment.steps, moment.outputs
    taken = {each.split()[1]: each for each in steps if each.startswith("snapshot.accomplished")}
    (of_data,) = [step for each, step in taken.items() if life["snapshots"][each].disk_id == old["disk"]]
    assert steps.index(of_data) < steps.index(f"DetachDisk {old['disk']}") < steps.index(f"DeleteDisk {old['disk']}")
    (of_web,) = [step for each, step in taken.items() if life["snapshots"][each].disk_id != old["disk"]]
    assert steps.index(of_web) < steps.index(f"DeleteInstance {old['instance']}")


def test_a_destroy_takes_last_snapshots_while_the_program_runs(life: dict[str, Any]) -> None:
    moment = life["destroy"]
    assert not moment.said.startswith("failed: ")
    deleted = moment.steps.index(f"DeleteInstance {moment.outputs['instance']}")
    assert any(step.startswith("snapshot.accomplished") for step in moment.steps[:deleted])
    assert "EcsDisk (early): d-" in moment.said, "the guard judges it, too"
    assert "EcsDisk (scratch)" not in moment.said


def test_a_guard_that_comes_too_late_is_refused_by_name(life: dict[str, Any]) -> None:
    said = life["late"].said
    assert said.startswith("failed: ")
    assert "StackGuard resource 'guard' has a problem: declared before the guard, so not guarded: early" in said
    assert "what to do: Give each of them the option dependsOn with the guard, or name it in exclude." in said


@pytest.mark.exhaustive
def test_it_takes_its_snapshots_by_its_provider(tmp_path: Path) -> None:
    """An attachment names no region, so only the guard's own provider knows it."""
    seed = world(
        instances=[{"id": "i-beijing", "region_id": "cn-beijing"}],
        disks=[{"id": "d-beijing", "region_id": "cn-beijing"}],
    )
    with running_emulator(seed, AcceleratedClock(SPEED)) as emulator:
        stack = plugin_stack(tmp_path, ELSEWHERE, emulator, SPEED)
        stack.up()
        said = folded(stack.destroy("--run-program"))
        (snapshot,) = emulator.world.snapshots
        steps = history(emulator)
    assert f"before the delete of attachment: {snapshot.id} keeps d-beijing as of" in said
    assert steps.index(f"snapshot.accomplished {snapshot.id}") < steps.index("DetachDisk d-beijing")
