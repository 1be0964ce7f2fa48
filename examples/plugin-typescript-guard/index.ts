import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import * as snapshots from "pulumi-alicloud-snapshot";

const config = new pulumi.Config();

// Guards every instance and disk below: Pulumi takes their snapshots before it changes or deletes them.
snapshots.guardStack({ keepLast: 3, tags: { reason: "before a change" } });

const web = new alicloud.ecs.Instance("web", {
    instanceName: config.require("instanceName"),
    instanceType: "ecs.g7.large",
    imageId: "aliyun_3_x64_20G_alibase_20240819.vhd",
    availabilityZone: "cn-hangzhou-h",
    systemDiskCategory: "cloud_essd",
    systemDiskSize: 40,
    securityGroups: ["sg-bp67acfmxazb4p"],
});

export const instance = web.id;
