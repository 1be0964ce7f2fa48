"""Two components deep: every noun, guards, `get` and look-ups, moved in and renamed by aliases, with `providers=`."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from harness import NewStack, world
from workbench.history import mutations

from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.nouns.series import derived_series
from ecs_emulator import Emulator, Seed
from pulumi_alicloud_snapshot._declared_resource import dynamic_type

pytestmark = pytest.mark.engine

IMAGE = "aliyun_3_x64_20G_alibase_20240819.vhd"
PROGRAM = """
import pulumi
from pulumi import ResourceOptions
from pulumi_alicloud import Provider, ecs
from pulumi_alicloud_snapshot import get_snapshots_output, guard_stack, restore_from, snapshot_before
import pulumi_alicloud_snapshot as snapshots

config = pulumi.Config()
inside = config.get_bool("inside") or False
name = config.get("name") or "before"
guard_stack("update", exclude=["self-guarded"])


def machine(resource_name, opts):
    return ecs.Instance(
        resource_name,
        instance_name=name,
        instance_type="ecs.g7.large",
        image_id="IMAGE",
        availability_zone="cn-hangzhou-h",
        system_disk_category="cloud_essd",
        system_disk_size=40,
        security_groups=["sg-1"],
        opts=opts,
    )


class Tier(pulumi.ComponentResource):
    def __init__(self, resource_name, opts):
        super().__init__("demo:index:Tier", resource_name, None, opts)
        own = ResourceOptions(parent=self)
        web = machine("web", own)
        own_guard = snapshot_before("update", instance_id="i-web", name="own")
        machine("self-guarded", ResourceOptions.merge(own, own_guard))
        group = snapshots.SnapshotGroup("group", disk_ids=["d-group-a", "d-group-b"], opts=own)
        fleet = snapshots.SnapshotSet("fleet", disk_ids=["d-group-a"], opts=own)
        copy = snapshots.SnapshotCopy("copy", source_snapshot_id="s-old", destination_region="cn-beijing", opts=own)
        lock = snapshots.SnapshotLock("lock", snapshot_id="s-new", lock_duration=30, cool_off_period=72, opts=own)
        back = snapshots.DiskRollback("back", disk_id="d-back", snapshot_id="s-back", stop_instance=True, opts=own)
        drill = snapshots.RestoreDrill("drill", snapshot_id=group.snapshot_ids["d-group-a"], opts=own)
        found = snapshots.Snapshot.get("found", "s-old", own)
        nested = snapshots.Snapshot("nested", disk_id="d-data", opts=ResourceOptions(parent=group))
        pulumi.export("made", [each.id for each in (group, fleet, copy, lock, back, nested, drill)])
        pulumi.export("found", found.source_disk_id)
        pulumi.export("seen", get_snapshots_output(disk_id=found.source_disk_id, tags={"team": "web"}).apply(len))
        self.register_outputs({"web": web.id})


class Site(pulumi.ComponentResource):
    def __init__(self, resource_name, opts):
        aliases = [pulumi.Alias(name=config.get("was"))] if config.get("was") else []
        opts = ResourceOptions.merge(opts, ResourceOptions(aliases=aliases))
        super().__init__("demo:index:Site", resource_name, None, opts)
        moved = ResourceOptions(parent=self, aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)])
        keep(moved)
        Tier("tier", ResourceOptions(parent=self))


def keep(opts):
    moved = snapshots.Snapshot("moved", disk_id="d-data", keep_last=2, triggers=config.get("was"), opts=opts)
    pulumi.export("moved", moved.id)


alicloud = pulumi.Config("alicloud")
near = Provider(
    "near",
    region="cn-hangzhou",
    access_key=alicloud.require("accessKey"),
    secret_key=alicloud.require_secret("secretKey"),
    account_type="Domestic",
    protocol="HTTP",
    endpoints=alicloud.require_object("endpoints"),
)
providers = [near]
if hasattr(snapshots, "Provider"):
    providers.append(snapshots.Provider("near-snapshots", snapshots.ProviderArgs.of_alicloud()))
if inside:
    Site(config.get("site") or "site", ResourceOptions(providers=providers))
else:
    keep(ResourceOptions(parent=pulumi.runtime.get_root_resource()))
if config.get_bool("lookBack"):
    pulumi.export("restorable", restore_from("self-guarded", disk_id="d-data"))
"""


@pytest.fixture
def seed() -> Seed:
    day = 24 * 3_600.0
    in_use = {"category": "cloud_essd", "size": 40, "instance_id": "i-web"}
    return world(
        images=[{"id": IMAGE, "owner": "system", "disks": [{"size": 20}]}],
        instances=[{"id": "i-web"}, {"id": "i-back"}],
        disks=[
            *({"id": each, **in_use} for each in ("d-web", "d-data", "d-group-a", "d-group-b")),
            {"id": "d-back", **in_use, "instance_id": "i-back"},
        ],
        snapshots=[
            {"id": "s-old", "disk_id": "d-web", "creation_time": 1 * day, "tags": {"team": "web"}},
            {"id": "s-new", "disk_id": "d-web", "creation_time": 2 * day},
            {"id": "s-back", "disk_id": "d-back", "creation_time": 2 * day},
        ],
    )


def test_everything_works_two_components_deep(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM.replace("IMAGE", IMAGE))
    stack.up()
    moved = stack.outputs()["moved"]
    _assert_series_are_of_their_own_urns(stack.resources(), "moved")

    stack.configure({"inside": "true"})
    stack.up()
    made = stack.outputs()
    assert made["moved"] == moved, "the alias hands the snapshot over"
    assert all(made["made"])
    assert (made["found"], made["seen"]) == ("d-web", 1)
    _assert_series_are_of_their_own_urns(stack.resources(), "group", "fleet", "nested")
    _assert_none_depends_on_what_it_is_in(stack.resources())

    done = len(mutations(emulator))
    stack.configure({"name": "after", "site": "place", "was": "site"})
    stack.up()
    kinds = Counter(step.split()[0] for step in mutations(emulator)[done:])
    assert (kinds["CreateSnapshot"], kinds["ModifyInstanceAttribute"], kinds["DeleteSnapshot"]) == (6, 2, 0), kinds
    renamed = stack.outputs()["moved"]
    assert moved != renamed, "the triggers changed with the component's name"
    assert emulator.world.snapshots[moved].tags[SERIES_TAG] == emulator.world.snapshots[renamed].tags[SERIES_TAG]

    stack.configure({"lookBack": "true"})
    stack.up("--expect-no-changes")
    assert emulator.world.snapshots[stack.outputs()["restorable"]].disk_id == "d-data"
    stack.destroy("--run-program")
    assert not {moved, renamed} & {each.id for each in emulator.world.snapshots}


def _assert_series_are_of_their_own_urns(resources: list[dict[str, Any]], *names: str) -> None:
    for name in names:
        (resource,) = (each for each in resources if each["urn"].endswith(f"::{name}"))
        own = resource["type"]
        urn = resource["urn"].replace(f"{own}::", f"{dynamic_type(own.rpartition(':')[2])}::")
        expected = derived_series(name, urn, project="engine-test", stack="test", organization="organization")
        assert resource["outputs"]["series"] == expected, resource


def _assert_none_depends_on_what_it_is_in(resources: list[dict[str, Any]]) -> None:
    for resource in resources:
        named = {urn for urns in resource.get("propertyDependencies", {}).values() for urn in urns or ()}
        assert resource.get("parent") not in named | set(resource.get("dependencies", ())), resource
