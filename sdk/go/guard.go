package alicloudsnapshot

// Guards: snapshots before a resource is changed, replaced or deleted. The plugin's functions take them, hooks call them.

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

// GuardStackArgs are what GuardStack takes. The state records the Name: keep it, and give two guards two names. The Types
// are all that a guard knows by default. Exclude names resources to leave alone, a disk and its attachment each.
type GuardStackArgs struct {
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
func GuardStack(ctx *pulumi.Context, args *GuardStackArgs) error {
	args = cmp.Or(args, &GuardStackArgs{})
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
	bound := map[string]*[]*pulumi.ResourceHook{"update": &hooks.BeforeUpdate, "delete": &hooks.BeforeDelete}
	for change, hookName := range checked.Hooks {
		protect := func(changing *pulumi.ResourceHookArgs) error { return protectBefore(ctx, change, changing, args) }
		hook, err := ctx.RegisterResourceHook(
			"alicloud-snapshot:"+name+":"+hookName, protect, &pulumi.ResourceHookOptions{OnDryRun: true})
		if err != nil {
			return nil, nil, err
		}
		*bound[change] = []*pulumi.ResourceHook{hook}
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
		value := resource.FromResourcePropertyValue(changing.OldOutputs[resource.PropertyKey(name)])
		if value.IsString() {
			asked.Resource.Outputs[name] = value.AsString()
		}
	}
	err := error(nil)
	if args.DiskIds != nil {
		err = await(ctx, args.DiskIds.ToStringArrayOutput(), &asked.DiskIds)
	}
	if args.InstanceId != nil && err == nil {
		err = await(ctx, args.InstanceId.ToStringPtrOutput(), &asked.InstanceId)
	}
	if err != nil {
		return fmt.Errorf("%s was left untouched: %w", changing.Name, err)
	}
	// Deletions come after the program's end, when its own context takes no call any more.
	late, err := pulumi.NewContext(ctx.Context(), pulumi.RunInfo{MonitorAddr: os.Getenv(pulumi.EnvMonitor)})
	if err != nil {
		return err
	}
	defer late.Close()
	if _, err = Protect(late, asked, args.by()...); err != nil {
		err = errors.New(status.Convert(err).Message())
	}
	return err
}

func await[T any](ctx *pulumi.Context, output pulumi.Output, value *T) error {
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), output)
	if err == nil && !result.Known {
		err = errors.New("the guarded disk is not known yet")
	}
	if err == nil {
		*value = result.Value.(T)
	}
	return err
}

func (args *GuardArgs) by() []pulumi.InvokeOption {
	if args.Provider == nil {
		return nil
	}
	return []pulumi.InvokeOption{pulumi.Provider(args.Provider)}
}
