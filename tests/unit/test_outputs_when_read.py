"""Outputs are made when a program reads them, and are what Pulumi itself would have made."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

from pulumi_alicloud_snapshot._outputs_when_read import outputs_when_read

PROGRAM = """
import json, sys
import pulumi
from pulumi.runtime import rpc
import pulumi_alicloud_snapshot
from pulumi_alicloud_snapshot import plugin

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        if args.name == "bad":
            raise RuntimeError("no snapshot today")
        answer = dict(args.inputs) | {"status": "accomplished"}
        return "s-1", answer if pulumi.runtime.is_dry_run() else answer | {creation_time: "at noon"}

    def call(self, args):
        return {}

answers = []
resolve_properties = rpc.resolve_properties
rpc.resolve_properties = lambda *given, **more: (answers.append(1), resolve_properties(*given, **more))

async def told(output):
    try:
        return [await output.future(with_unknowns=False), await output.is_known(), await output.is_secret()]
    except RuntimeError as error:
        return str(error)

@pulumi.runtime.test
async def program(snapshots, said):
    good = snapshots.Snapshot("good", disk_id=pulumi.Output.secret("d-1"))
    said["made at first"] = sorted({"creation_time", "status", "disk_id"} & set(vars(good)))
    early = good.creation_time
    said["status"] = await told(good.status)
    said["creation_time"] = await told(early)
    said["disk_id"] = await told(good.disk_id)
    said["the same"] = good.creation_time is early
    said["of"] = [each is good for each in await good.status.resources()]
    said["none"] = hasattr(good, "no_such_output")
    late = snapshots.Snapshot("late", disk_id="d-3")
    await late.urn.future()
    answers.clear()
    said["late"] = [await told(late.status), len(answers), await told(late.creation_time), len(answers)]
    bad = snapshots.Snapshot("bad", disk_id="d-2")
    said["bad, early"] = await told(bad.status)
    said["bad, late"] = await told(bad.creation_time)

everything = {}
for preview in (False, True):
    for served, snapshots, creation_time in (
        ("dynamic", pulumi_alicloud_snapshot, "creation_time"),
        ("plugin", plugin, "creationTime"),
    ):
        pulumi.runtime.set_mocks(Mocks(), preview=preview)
        said = everything[f"{served} {preview}"] = {}
        try:
            program(snapshots, said)
        except Exception as error:
            said["ended"] = str(error)
print(json.dumps(everything))
"""
"""Pulumi's mocks change its whole process."""


@pytest.fixture(scope="module")
def everything_said() -> dict[str, dict[str, Any]]:
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert answer.stdout, answer.stderr
    return dict(json.loads(answer.stdout))


@pytest.mark.xdist_group("outputs when read")
@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
@pytest.mark.parametrize("served", ["dynamic", "plugin"])
def test_they_are_what_pulumi_makes_read_early_late_or_of_what_failed(
    everything_said: dict[str, dict[str, Any]], served: str, preview: bool
) -> None:
    said = everything_said[f"{served} {preview}"]
    assert said["made at first"] == []
    assert said["creation_time"] == ([None, False, False] if preview else ["at noon", True, False])
    assert said["status"] == ["accomplished", True, False]
    assert said["disk_id"] == ["d-1", True, True]
    assert (said["the same"], said["of"], said["none"]) == (True, [True], False)
    assert said["late"] == [said["status"], 1, said["creation_time"], 1]
    assert "no snapshot today" in said["bad, early"]
    assert "no snapshot today" in said["bad, late"]


def test_only_the_resource_in_the_context_is_registered_so() -> None:
    pulumis = rpc.transfer_properties
    with outputs_when_read(object.__new__(pulumi.CustomResource)):
        assert rpc.transfer_properties is not pulumis
        other = object.__new__(pulumi.CustomResource)
        rpc.transfer_properties(other, {}, True)
        assert vars(other) == {}
    assert rpc.transfer_properties is pulumis
