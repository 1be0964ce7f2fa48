"""A freeze through the plugin, whose names are those of every Pulumi language."""

from __future__ import annotations

import pytest
from freezes import seen_application, steps
from harness import NewStack, folded
from workbench.stack import PulumiFailed

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    config = pulumi.Config()
    own = plugin.InstanceFreezeArgs(timeout=config.get_int("timeout") or 30, working_dir="/data")
    group = plugin.SnapshotGroup(
        "volume",
        instance_id="i-demo",
        freeze=plugin.FreezeArgs(
            command="fsfreeze --freeze /data",
            thaw="fsfreeze --unfreeze /data",
            on_failure=config.get("on_failure"),
            instances={"i-demo": own},
        ),
    )
    pulumi.export("id", group.id)
    pulumi.export("consistency", group.consistency)
"""


@pytest.mark.exhaustive
def test_a_group_is_frozen_and_a_change_of_the_freeze_takes_nothing(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM)
    stack.configure({"timeout": "9"})
    with pytest.raises(PulumiFailed, match=r"freeze.instances\.i-demo\.timeout must be 10 to 86400 seconds, got 9"):
        stack.preview()
    stack.configure({"timeout": "30"})
    assert "freezes i-demo with `fsfreeze --freeze /data` until the cut" in folded(stack.preview())

    stack.up()
    taken = stack.outputs()
    assert steps(emulator) == ["freezes i-demo", "cut", "cut", "thaws i-demo"]
    assert (len(seen_application(emulator)), taken["consistency"]) == (2, "application")
    stack.preview("--expect-no-changes")

    stack.configure({"timeout": "20", "on_failure": "continue"})
    stack.up()
    assert stack.outputs() == taken
    stack.preview("--expect-no-changes")
    ran = [call.params for call in emulator.calls() if call.action == "RunCommand"]
    assert [(call["Timeout"], call["WorkingDir"]) for call in ran] == [("30", "/data"), ("40", "/data")]
