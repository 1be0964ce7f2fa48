import * as pulumi from "@pulumi/pulumi";
import * as snapshots from "pulumi-alicloud-snapshot";

const config = new pulumi.Config();
const diskId = config.require("diskId");
const release = config.require("release");

// A new release takes a new snapshot, and only then retires the old one.
const system = new snapshots.Snapshot("system", {
    diskId,
    description: "The system disk as it was at the release",
    tags: { release },
    triggers: [release],
    keepLast: 3,
}, { customTimeouts: { create: "2h" } });

// A second region needs a provider of its own.
const beijing = new snapshots.Provider("beijing", { region: "cn-beijing" });
const newest = snapshots.getSnapshotsOutput({ diskId, status: "accomplished" }, { provider: beijing });

export const snapshotId = system.id;
export const taken = system.creationTime;
export const inBeijing = newest.snapshots.apply(found => found.map(each => each.snapshotId));
