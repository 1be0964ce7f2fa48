"""Secrets stay secret in the state, under whatever name they are repeated and whatever the configuration says."""

from __future__ import annotations

import json

import pytest
from harness import PLUGIN_FROM_VENV, NewStack
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

FIRST, SECOND = "emulator-key-secret", "emulator-second-secret"
PROVIDERS = """
    import pulumi
    import pulumi_alicloud as alicloud
    from pulumi_alicloud_snapshot import plugin

    configured = pulumi.Config("alicloud")
    plugin.Snapshot("web", disk_id="d-demo-system")
    alicloud.ecs.EcsDisk("disk", zone_id="cn-hangzhou-h", category="cloud_essd", size=40)
    oidc = {"oidcProviderArn": "ci", "roleArn": "acs:ram::1:role/ci", "oidcToken": "emulator-oidc-token"}
    alicloud.Provider(
        "official", region="cn-hangzhou", secret_key=configured.get("secretKey"), assume_role_with_oidc=oidc
    )
    plugin.Provider(
        "own",
        secret_key=configured.get("secretKey"),
        credentials_uri="http://127.0.0.1:1/?token=emulator-uri-token",
        assume_role={"roleArn": "acs:ram::1:role/deploy", "externalId": "emulator-external-id"},
        assume_role_with_oidc=oidc,
    )
"""
ROLE = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    shared = plugin.ProviderArgs.of_alicloud()
    shared.assume_role = {"roleArn": "acs:ram::1:role/deploy", "sessionExpiration": "5"}
    role = plugin.Provider("role", shared)
    plugin.Snapshot("web", disk_id="d-demo-system", opts=pulumi.ResourceOptions(provider=role))
"""
DISKS = ("d-hidden-1", "d-hidden-2")
PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import Snapshot, SnapshotGroup, SnapshotSet

    disk = pulumi.Output.secret("d-hidden-1").apply(lambda known: known)
    both = [disk, "d-hidden-2"]
    hidden = Snapshot("hidden", disk_id=disk)
    plain = Snapshot("plain", disk_id=pulumi.Output.from_input("d-demo-system"))
    group = SnapshotGroup("group", disk_ids=both)
    every = SnapshotSet("every", disk_ids=both)
    pulumi.export("hidden", hidden.source_disk_id)
    pulumi.export("members", pulumi.Output.all(group.snapshot_ids, every.snapshot_ids))
    pulumi.export("plain", plain.source_disk_id)
"""


@pytest.fixture
def seed() -> Seed:
    hidden = [{"id": disk, "instance_id": "i-demo", "category": "cloud_essd"} for disk in DISKS]
    known = default_seed()
    keys = [*known["access_keys"], {"id": "emulator-second-id", "secret": SECOND}]
    return {**known, "disks": [*known["disks"], *hidden], "access_keys": keys}


@pytest.fixture
def plugin_stack(new_stack: NewStack) -> NewStack:
    def make(program: str) -> Stack:
        stack = new_stack(program)
        with (stack.project / "Pulumi.yaml").open("a") as description:
            description.write(PLUGIN_FROM_VENV)
        stack.configure_plugin()
        return stack

    return make


def test_an_output_that_repeats_a_secret_argument_under_another_name_is_secret_too(
    new_stack: NewStack, emulator: Emulator
) -> None:
    stack = new_stack(PROGRAM)
    stack.up()
    stack.run("refresh", "--yes")

    state = json.dumps(stack.resources())
    assert not [disk for disk in DISKS if disk in state]
    assert state.count("d-demo-system") >= 2, "what is no secret is not made one"
    assert len(emulator.describe_world()["snapshots"]) == 6
    told = stack.run("stack", "output", "--json")
    assert not [disk for disk in DISKS if disk in told]
    assert '"plain": "d-demo-system"' in told
    stack.preview("--expect-no-changes")


def test_no_provider_keeps_a_secret_in_plain_text_not_even_one_that_is_configured_so(plugin_stack: NewStack) -> None:
    stack = plugin_stack(PROVIDERS)
    for key_id, secret in (("emulator-key-id", FIRST), ("emulator-second-id", SECOND)):
        for namespace in ("alicloud", "alicloud-snapshot"):
            stack.configure({f"{namespace}:accessKey": key_id, f"{namespace}:secretKey": secret})
        stack.up()

        state = json.dumps(stack.resources())

        assert "pulumi:providers:alicloud::default" in state
        assert "pulumi:providers:alicloud-snapshot::default" in state
        for hidden in (FIRST, SECOND, "emulator-uri-token", "emulator-external-id", "emulator-oidc-token"):
            assert hidden not in state
    stack.preview("--expect-no-changes")


def test_what_is_made_secret_still_reaches_the_provider(plugin_stack: NewStack) -> None:
    with pytest.raises(PulumiFailed, match="session duration should be in the range of 900s"):
        plugin_stack(ROLE).preview()
