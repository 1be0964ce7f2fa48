package alicloudsnapshot

// Guards: snapshots that are taken right before a resource is changed, replaced or deleted. What is a disk, what a
// snapshot and what a failure, the plugin's functions decide; here the engine's hooks only call them.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"google.golang.org/grpc/status"
)

// GuardArgs are what every guard takes: the guarded Changes, of "update", "replace" and "delete", all three by default;
// the Settings; and the Provider that takes the snapshots, the default one if nil.
type GuardArgs struct {
	Changes  []string
	Settings *GuardSettings
	Provider *Provider
}

// StackGuardArgs are what GuardStack takes. The Name is the same in every run: the state records it, and two guards of
// one program need two. The Types are the instances, disks and disk attachments of alicloud.ecs by default. Exclude
// names resources to leave alone, a disk and its attachment each.
type StackGuardArgs struct {
	GuardArgs
	Name    string
	Types   []string
	Exclude []string
}

// SnapshotBeforeArgs are what SnapshotBefore takes: the disks, or the instance whose disks to protect; by default those
// of the guarded resource itself, where it is one of alicloud.ecs.
type SnapshotBeforeArgs struct {
	GuardArgs
	DiskIds    pulumi.StringArrayInput
	InstanceId pulumi.StringInput
}

// GuardStack has a snapshot taken right before any ECS instance or disk of this stack is changed, replaced or deleted.
// Call it once, before the resources are declared. Leave it in the program until the resources that it guards are
// gone, also where the program no longer declares them.
func GuardStack(ctx *pulumi.Context, args *StackGuardArgs) error {
	args = cmp.Or(args, &StackGuardArgs{})
	guard, types, err := guardOf(ctx, cmp.Or(args.Name, "guardStack"), &SnapshotBeforeArgs{GuardArgs: args.GuardArgs})
	if err != nil {
		return err
	}
	if args.Types != nil {
		types = args.Types
	}
	return ctx.RegisterResourceTransform(
		func(_ context.Context, declared *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			if !slices.Contains(types, declared.Type) || slices.Contains(args.Exclude, declared.Name) {
				return nil
			}
			opts, hooks := declared.Opts, *cmp.Or(declared.Opts.Hooks, &pulumi.ResourceHookBinding{})
			hooks.BeforeUpdate = slices.Concat(hooks.BeforeUpdate, guard.BeforeUpdate)
			hooks.BeforeDelete = slices.Concat(hooks.BeforeDelete, guard.BeforeDelete)
			opts.Hooks = &hooks
			return &pulumi.ResourceTransformResult{Props: declared.Props, Opts: opts}
		})
}

// SnapshotBefore returns an option that makes a resource's change wait for a snapshot. Give it to a disk's attachment
// as well: the engine deletes it before the disk. The name is the guard's, the same in every run and its own in the
// program; several resources may have one guard.
func SnapshotBefore(ctx *pulumi.Context, name string, args *SnapshotBeforeArgs) (pulumi.ResourceOption, error) {
	hooks, _, err := guardOf(ctx, name, cmp.Or(args, &SnapshotBeforeArgs{}))
	return pulumi.ResourceHooks(hooks), err
}

func guardOf(ctx *pulumi.Context, name string, args *SnapshotBeforeArgs) (*pulumi.ResourceHookBinding, []string, error) {
	// At once, for the engine starts no plugin any more once only deletions are left.
	checked, err := CheckGuard(ctx, &CheckGuardArgs{Changes: args.Changes, Settings: args.Settings}, args.by()...)
	if err != nil {
		return nil, nil, err
	}
	hooks := &pulumi.ResourceHookBinding{}
	for change, hookName := range checked.Hooks {
		protect := func(changing *pulumi.ResourceHookArgs) error { return protectBefore(ctx, change, changing, args) }
		hook, err := ctx.RegisterResourceHook(
			fmt.Sprintf("alicloud-snapshot:%s:%s", name, hookName), protect, &pulumi.ResourceHookOptions{OnDryRun: true})
		if err != nil {
			return nil, nil, err
		}
		if change == "update" {
			hooks.BeforeUpdate = []*pulumi.ResourceHook{hook}
		} else {
			hooks.BeforeDelete = []*pulumi.ResourceHook{hook}
		}
	}
	return hooks, checked.Types, nil
}

func protectBefore(ctx *pulumi.Context, change string, changing *pulumi.ResourceHookArgs, args *SnapshotBeforeArgs) error {
	asked := &ProtectArgs{
		Resource: GuardedResource{
			Change: change, Type: string(changing.Type), Name: changing.Name,
			Urn: string(changing.URN), Id: string(changing.ID), Outputs: map[string]string{},
		},
		Settings: args.Settings,
		Preview:  pulumi.BoolRef(ctx.DryRun()),
	}
	for _, name := range []string{"diskId", "zoneId", "availabilityZone"} { // others may be secret
		value := changing.OldOutputs[resource.PropertyKey(name)]
		if value.IsSecret() {
			value = value.SecretValue().Element
		}
		if value.IsString() {
			asked.Resource.Outputs[name] = value.StringValue()
		}
	}
	known, err := true, error(nil)
	if args.DiskIds != nil {
		asked.DiskIds, known, err = awaited[[]string](ctx, args.DiskIds.ToStringArrayOutput())
	}
	if args.InstanceId != nil && known && err == nil {
		asked.InstanceId, known, err = awaited[*string](ctx, args.InstanceId.ToStringPtrOutput())
	}
	if err != nil {
		return err
	}
	if !known {
		return fmt.Errorf("%s was left untouched: the guarded disk is not known yet", changing.Name)
	}
	// Deletions come after the program's end, when its own context takes no call any more.
	late, err := pulumi.NewContext(ctx.Context(), pulumi.RunInfo{MonitorAddr: os.Getenv(pulumi.EnvMonitor)})
	if err != nil {
		return err
	}
	defer late.Close()
	if _, err = Protect(late, asked, args.by()...); err != nil {
		return errors.New(status.Convert(err).Message())
	}
	return nil
}

func awaited[T any](ctx *pulumi.Context, output pulumi.Output) (value T, known bool, err error) {
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), output)
	if err == nil && result.Known {
		value = result.Value.(T)
	}
	return value, result.Known, err
}

func (args *GuardArgs) by() []pulumi.InvokeOption {
	if args.Provider == nil {
		return nil
	}
	return []pulumi.InvokeOption{pulumi.Provider(args.Provider)}
}
