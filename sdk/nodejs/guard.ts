// Guards: snapshots that are taken right before a resource is changed, replaced or deleted. What is a disk, what a
// snapshot and what a failure, the plugin's functions decide; here the engine's hooks only call them.

import * as pulumi from "@pulumi/pulumi";
import { checkGuard } from "./checkGuard";
import { protect } from "./protect";
import type * as inputs from "./types/input";

/** What a guard guards. A replacement is guarded where it deletes the old resource. */
export type Change = "update" | "replace" | "delete";

/** What every guard takes, beside the settings. */
export interface GuardArgs extends inputs.GuardSettings {
    /** The guarded changes, all three by default. */
    changes?: Change[];
    /** The provider that takes the snapshots, the default one if absent. */
    provider?: pulumi.ProviderResource;
}

export interface GuardStackArgs extends GuardArgs {
    /** The guard's name, the same in every run: the state records it. Two guards of one program need two. */
    name?: string;
    /** The guarded types: the instances, disks and disk attachments of `alicloud.ecs` by default. */
    types?: string[];
    /** Names of resources to leave alone, a disk and its attachment each. */
    exclude?: string[];
}

export interface SnapshotBeforeArgs extends GuardArgs {
    /** The disks to protect; by default those of the guarded resource itself, where it is one of `alicloud.ecs`. */
    diskIds?: pulumi.Input<string>[];
    /** The instance whose disks to protect. */
    instanceId?: pulumi.Input<string>;
}

/**
 * Have a snapshot taken right before any ECS instance or disk of this stack is changed, replaced or deleted.
 *
 * Call it once, before the resources are declared. Leave it in the program until the resources that it guards are
 * gone, also where the program no longer declares them.
 */
export function guardStack(args: GuardStackArgs = {}): void {
    const { name: own = "guardStack", types, exclude = [], ...guard } = args;
    const { hooks, checked } = guardOf(own, guard);
    pulumi.runtime.registerResourceTransform(async ({ type, name, props, opts }) => {
        const guarded = types ?? (await checked).types;
        if (!guarded.includes(type) || exclude.includes(name)) {
            return undefined;
        }
        return { props, opts: pulumi.mergeOptions(opts, { hooks }) };
    });
}

/**
 * Return options that make a resource's change wait for a snapshot; merge them into others with
 * `pulumi.mergeOptions`. Give them to a disk's attachment as well: the engine deletes it before the disk.
 *
 * `name` is the guard's, the same in every run and its own in the program; several resources may have one guard.
 */
export function snapshotBefore(name: string, args: SnapshotBeforeArgs = {}): pulumi.CustomResourceOptions {
    return { hooks: guardOf(name, args).hooks };
}

function guardOf(name: string, args: SnapshotBeforeArgs) {
    const { changes = ["update", "replace", "delete"], provider, diskIds, instanceId, ...settings } = args;
    const hooks: pulumi.ResourceHookBinding = {};

    function hook(change: "update" | "delete", suffix = ""): pulumi.ResourceHook {
        async function takeSnapshots(changing: pulumi.ResourceHookArgs): Promise<void> {
            const { type, name, urn, id, oldOutputs = {} } = changing;
            // No other output is handed over: it may be secret.
            const { diskId, zoneId, availabilityZone } = oldOutputs as Record<string, string | undefined>;
            const resource = { change, type, name, urn, id, outputs: given({ diskId, zoneId, availabilityZone }) };
            const preview = pulumi.runtime.isDryRun();
            // Pulumi awaits outputs in the arguments of an invoke.
            const disks = { diskIds: diskIds as string[] | undefined, instanceId: instanceId as string | undefined };
            const taken = await protect({ resource, settings, preview, ...disks }, { provider });
            if (taken.snapshotIds === undefined) {
                throw new Error(`${name} was left untouched: the guarded disk is not known yet`);
            }
        }
        return new pulumi.ResourceHook(`alicloud-snapshot:${name}:before_${change}${suffix}`, takeSnapshots, {
            onDryRun: true,
        });
    }

    if (changes.includes("update")) {
        hooks.beforeUpdate = [hook("update")];
    }
    if (changes.some((change) => change !== "update")) {
        // Its name is all that the engine shows where the guard went with its resources.
        hooks.beforeDelete = [hook("delete", ", declared until its resources are gone")];
    }
    // At once, for the engine starts no plugin any more once only deletions are left.
    return { hooks, checked: checkGuard({ changes, settings }, { provider }) };
}

function given(values: Record<string, string | undefined>): Record<string, string> {
    return Object.fromEntries(Object.entries(values).filter((each): each is [string, string] => !!each[1]));
}
