"""The example that freezes a database: before a release, before a guarded change, and where the freeze fails."""

from __future__ import annotations

import pytest
from freezes import seen_application, steps, unthawed
from harness import NewStack, folded
from shown import assert_shown
from workbench.history import history, mutations
from workbench.stack import PulumiFailed

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine


@pytest.mark.exhaustive
def test_a_database_is_frozen_for_its_snapshot_and_before_a_guarded_change(
    example_stack: NewStack, emulator: Emulator
) -> None:
    stack = example_stack("10-freeze-a-database")
    said = stack.preview()
    assert_shown("10-freeze-a-database", said)
    assert "at most 60 s, when the guest thaws by itself" in folded(said)
    assert mutations(emulator) == []

    stack.up()
    outputs = stack.outputs()
    assert steps(emulator) == ["freezes i-demo", "cut", "thaws i-demo"]
    assert seen_application(emulator) == [outputs["snapshot"]]
    assert outputs["consistency"] == "application"
    stack.preview("--expect-no-changes")

    stack.configure({"instanceName": "after"})
    assert f"freezes {outputs['instance']} with" in folded(stack.preview())
    stack.up()
    assert steps(emulator)[3:] == [f"freezes {outputs['instance']}", "cut", f"thaws {outputs['instance']}"]
    seen = history(emulator)
    done = max(number for number, line in enumerate(seen) if line.startswith("snapshot.accomplished"))
    assert done < next(number for number, line in enumerate(seen) if line.startswith("ModifyInstanceAttribute"))

    emulator.add_seed({"command_scripts": [{"id": "broken", "content": "*psql*", "exit_code": 2, "output": "no role"}]})
    stack.configure({"release": "v2"})
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    said = folded(str(failed.value))
    assert (
        "the freeze of instance i-demo failed: `runuser -u postgres -- psql -c CHECKPOINT…` exited with code 2" in said
    )
    assert ": no role; no snapshot has begun, and the thaw has run what to do: Correct freeze.command" in said
    assert "Traceback" not in said
    assert len(list(emulator.world.snapshots)) == 2
    assert unthawed(emulator) == []
