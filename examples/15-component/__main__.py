"""One component with a server, its guard and its snapshots. The program uses it twice."""

import pulumi
from pulumi import ResourceOptions
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import SnapshotSet, snapshot_before

config = pulumi.Config()
release = config.require("release")


class Server(pulumi.ComponentResource):
    """An instance with a guard, and a set of snapshots of all its disks for each release."""

    def __init__(self, name: str, opts: ResourceOptions | None = None) -> None:
        super().__init__("demo:index:Server", name, None, opts)
        inside = ResourceOptions(parent=self)
        self.instance = ecs.Instance(
            f"{name}-instance",
            instance_name=f"{name}-{release}",
            instance_type="ecs.g7.large",
            image_id="aliyun_3_x64_20G_alibase_20240819.vhd",
            availability_zone="cn-hangzhou-h",
            system_disk_category="cloud_essd",
            system_disk_size=40,
            security_groups=["sg-bp67acfmxazb4p"],
            opts=ResourceOptions.merge(inside, snapshot_before("update", keep_last=1)),
        )
        # URNs of children in one component type differ only by name, so each name contains the component's name.
        self.disks = SnapshotSet(
            f"{name}-disks",
            instance_id=self.instance.id,
            triggers=release,
            keep_last=2,
            opts=inside,
        )
        self.register_outputs({"set": self.disks.id})


servers = [Server("blue"), Server("green")]
pulumi.export("sets", [server.disks.id for server in servers])
