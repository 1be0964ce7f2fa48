"""Makes a release from a script: preview, snapshot, change. `--destroy` deletes the stack."""

import argparse
from pathlib import Path

import pulumi
from pulumi import automation
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import Snapshot

STACK, PROJECT = "production", "alicloud-snapshot-automation"


def program() -> None:
    config = pulumi.Config()
    release = config.require("release")
    before = Snapshot("before", disk_id=config.require("diskId"), triggers=release, keep_last=3)
    web = ecs.Instance(
        "web",
        instance_name=f"web-{release}",
        instance_type="ecs.g7.large",
        image_id="aliyun_3_x64_20G_alibase_20240819.vhd",
        availability_zone="cn-hangzhou-h",
        system_disk_category="cloud_essd",
        security_groups=["sg-bp67acfmxazb4p"],
        opts=pulumi.ResourceOptions(depends_on=[before]),  # the change waits until the snapshot is accomplished
    )
    pulumi.export("snapshot", before.id)
    pulumi.export("keeps", before.creation_time)
    pulumi.export("instance", web.id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    wish = parser.add_mutually_exclusive_group(required=True)
    wish.add_argument("release", nargs="?")
    wish.add_argument("--destroy", action="store_true")
    wanted = parser.parse_args()
    options = automation.LocalWorkspaceOptions(work_dir=str(Path(__file__).parent))
    stack = automation.create_or_select_stack(STACK, project_name=PROJECT, program=program, opts=options)
    if wanted.destroy:
        print("destroyed:", stack.destroy().summary.resource_changes)
        return
    stack.set_config("release", automation.ConfigValue(wanted.release))
    plan = stack.preview().change_summary
    if set(plan) == {"same"}:
        print(f"{wanted.release} is there already")
        return
    print("planned:", plan)
    outputs = stack.up().outputs
    print(f"to go back: {outputs['snapshot'].value} keeps the disk as of {outputs['keeps'].value}")


if __name__ == "__main__":
    main()
