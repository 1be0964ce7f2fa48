import * as pulumi from "@pulumi/pulumi";
import * as snapshots from "pulumi-alicloud-snapshot";

const config = new pulumi.Config();
const diskId = config.require("diskId");
const release = config.require("release");

// A new release takes a new snapshot first. Then `keepLast` decides which old ones stay.
const system = new snapshots.Snapshot("system", {
    diskId,
    description: "The system disk as it was at the release",
    tags: { release },
    triggers: [release],
    keepLast: 3,
}, { customTimeouts: { create: "2h" } });

// All snapshots of the releases that exist, the newest first.
const history = snapshots.getSnapshotsOutput({ series: system.series, status: "accomplished" });

export const snapshotId = system.id;
export const taken = system.creationTime;
export const kept = history.snapshots.apply(found => found.map(each => each.snapshotId));
