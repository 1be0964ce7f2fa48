"""Refresh says what drifted and what it means."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alibabacloud_ecs20140526 import models
from harness import NewStack, folded
from workbench.ecs import ecs_client
from workbench.stack import Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_alicloud import ecs
from pulumi_alicloud_snapshot import Snapshot

snapshot = Snapshot(
    "web",
    disk_id="d-demo-system",
    tags={"team": "web"},
    description="as declared",
    retention_days=pulumi.Config().get_int("days") or 10,
)
image = ecs.Image("image", image_name="web", snapshot_id=snapshot.id)
pulumi.export("id", snapshot.id)
pulumi.export("image", image.id)
"""


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    stack = new_stack(PROGRAM)
    stack.up()
    return stack


def test_changes_outside_are_named_and_undone_and_a_snapshot_that_is_gone_is_told_with_its_image(
    stack: Stack, emulator: Emulator, spoken: Callable[[str], str]
) -> None:
    snapshot_id = stack.outputs()["id"]
    ecs = ecs_client(emulator)
    ecs.modify_snapshot_attribute(
        models.ModifySnapshotAttributeRequest(snapshot_id=snapshot_id, description="by hand", retention_days=20)
    )
    ecs.tag_resources(
        models.TagResourcesRequest(
            region_id="cn-hangzhou",
            resource_type="snapshot",
            resource_id=[snapshot_id],
            tag=[models.TagResourcesRequestTag(key="team", value="ops")],
        )
    )

    said = folded(stack.refresh())
    assert (
        "description was changed outside Pulumi from 'as declared' to 'by hand': the next `pulumi up` changes it back"
    ) in said
    assert (
        "tags were changed outside Pulumi from {'team': 'web'} to {'team': 'ops'}: "
        "the next `pulumi up` changes them back"
    ) in said
    extended = (
        "retention was extended outside Pulumi from 10 days to 20 days: ECS cannot shrink it, "
        "so raise retention_days to match"
    )
    assert spoken(extended) in said

    stack.configure({"days": "20"})
    stack.up()
    (snapshot,) = emulator.world.snapshots
    assert (snapshot.description, snapshot.tags["team"]) == ("as declared", "web")
    stack.preview("--expect-no-changes")

    emulator.advance(21 * 24 * 3_600)
    said = folded(stack.refresh())
    assert f"snapshot {snapshot_id} is gone, while image {stack.outputs()['image']} still refer to it" in said
    assert "its retention ended; the next `pulumi up` takes a new one" in said
