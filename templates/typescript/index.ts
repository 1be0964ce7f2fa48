import * as pulumi from "@pulumi/pulumi";
import * as snapshots from "pulumi-alicloud-snapshot";

const config = new pulumi.Config();

const before = new snapshots.Snapshot("before", {
    diskId: config.require("diskId"),
    triggers: [config.require("release")],
    keepLast: 3,
});

export const snapshot = before.id;
export const keeps = before.creationTime;
