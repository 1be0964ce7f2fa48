package alicloudsnapshot

// Guards: snapshots that are taken right before a resource is changed, replaced or deleted. What is a disk, what a
// snapshot and what a failure, the plugin's functions decide; here the engine's hooks only call them.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
	"pulumi-alicloud-snapshot/sdk/go/alicloudsnapshot/internal"
)

// GuardArgs are what every guard takes.
type GuardArgs struct {
	// The guarded changes, of "update", "replace" and "delete"; all three by default.
	Changes []string
	// How the guard takes and keeps its snapshots.
	Settings *GuardSettings
	// The provider that takes the snapshots, the default one if nil.
	Provider *Provider
}

// StackGuardArgs are what GuardStack takes.
type StackGuardArgs struct {
	GuardArgs
	// The guard's name, the same in every run: the state records it. Two guards of one program need two.
	Name string
	// The guarded types: the instances, disks and disk attachments of alicloud.ecs by default.
	Types []string
	// Names of resources to leave alone, a disk and its attachment each.
	Exclude []string
}

// SnapshotBeforeArgs are what SnapshotBefore takes.
type SnapshotBeforeArgs struct {
	GuardArgs
	// The disks to protect; by default those of the guarded resource itself, where it is one of alicloud.ecs.
	DiskIds pulumi.StringArrayInput
	// The instance whose disks to protect.
	InstanceId pulumi.StringInput
}

// GuardStack has a snapshot taken right before any ECS instance or disk of this stack is changed, replaced or deleted.
//
// Call it once, before the resources are declared. Leave it in the program until the resources that it guards are
// gone, also where the program no longer declares them.
func GuardStack(ctx *pulumi.Context, args *StackGuardArgs) error {
	if args == nil {
		args = &StackGuardArgs{}
	}
	name, types := args.Name, args.Types
	if name == "" {
		name = "guardStack"
	}
	hooks, known, err := guardOf(ctx, name, &SnapshotBeforeArgs{GuardArgs: args.GuardArgs})
	if err != nil {
		return err
	}
	if types == nil {
		types = known
	}
	return ctx.RegisterResourceTransform(
		func(_ context.Context, declared *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			if !slices.Contains(types, declared.Type) || slices.Contains(args.Exclude, declared.Name) {
				return nil
			}
			opts := declared.Opts
			bound := pulumi.ResourceHookBinding{}
			if opts.Hooks != nil {
				bound = *opts.Hooks
			}
			bound.BeforeUpdate = append(slices.Clone(bound.BeforeUpdate), hooks.BeforeUpdate...)
			bound.BeforeDelete = append(slices.Clone(bound.BeforeDelete), hooks.BeforeDelete...)
			opts.Hooks = &bound
			return &pulumi.ResourceTransformResult{Props: declared.Props, Opts: opts}
		})
}

// SnapshotBefore returns an option that makes a resource's change wait for a snapshot. Give it to a disk's attachment
// as well: the engine deletes it before the disk.
//
// The name is the guard's, the same in every run and its own in the program; several resources may have one guard.
func SnapshotBefore(ctx *pulumi.Context, name string, args *SnapshotBeforeArgs) (pulumi.ResourceOption, error) {
	if args == nil {
		args = &SnapshotBeforeArgs{}
	}
	hooks, _, err := guardOf(ctx, name, args)
	return pulumi.ResourceHooks(hooks), err
}

func guardOf(
	ctx *pulumi.Context, name string, args *SnapshotBeforeArgs,
) (hooks *pulumi.ResourceHookBinding, types []string, err error) {
	var opts []pulumi.InvokeOption
	if args.Provider != nil {
		opts = append(opts, pulumi.Provider(args.Provider))
	}
	// At once, for the engine starts no plugin any more once only deletions are left.
	checked, err := CheckGuard(ctx, &CheckGuardArgs{Settings: args.Settings}, opts...)
	if err != nil {
		return nil, nil, err
	}
	changes := args.Changes
	if len(changes) == 0 {
		changes = []string{"update", "replace", "delete"}
	}
	hooks = &pulumi.ResourceHookBinding{}
	for _, change := range changes {
		switch change {
		case "update":
			hooks.BeforeUpdate, err = hooked(ctx, hooks.BeforeUpdate, name, "update", "", args)
		case "replace", "delete":
			// Its name is all that the engine shows where the guard went with its resources.
			hooks.BeforeDelete, err = hooked(
				ctx, hooks.BeforeDelete, name, "delete", ", declared until its resources are gone", args)
		default:
			err = fmt.Errorf("changes must be of update, replace, delete, got %s: correct it", change)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return hooks, checked.Types, nil
}

func hooked(
	ctx *pulumi.Context, known []*pulumi.ResourceHook, name, change, suffix string, args *SnapshotBeforeArgs,
) ([]*pulumi.ResourceHook, error) {
	if known != nil {
		return known, nil
	}
	takeSnapshots := func(changing *pulumi.ResourceHookArgs) error {
		if err := protectBefore(ctx, change, changing, args); err != nil {
			return errors.New(status.Convert(err).Message())
		}
		return nil
	}
	hook, err := ctx.RegisterResourceHook(fmt.Sprintf("alicloud-snapshot:%s:before_%s%s", name, change, suffix),
		takeSnapshots, &pulumi.ResourceHookOptions{OnDryRun: true})
	return []*pulumi.ResourceHook{hook}, err
}

// protectBefore calls the plugin through a connection of its own: deletions come after the program's end, when Pulumi's
// context takes no call any more.
func protectBefore(
	ctx *pulumi.Context, change string, changing *pulumi.ResourceHookArgs, args *SnapshotBeforeArgs,
) error {
	outputs := map[string]string{}
	for _, name := range []string{"diskId", "zoneId", "availabilityZone"} { // others may be secret
		value := changing.OldOutputs[resource.PropertyKey(name)]
		if value.IsSecret() {
			value = value.SecretValue().Element
		}
		if value.IsString() {
			outputs[name] = value.StringValue()
		}
	}
	preview := ctx.DryRun()
	asked := ProtectArgs{
		Resource: GuardedResource{
			Change: change, Type: string(changing.Type), Name: changing.Name,
			Urn: string(changing.URN), Id: string(changing.ID), Outputs: outputs,
		},
		Settings: args.Settings,
		Preview:  &preview,
	}
	known := true
	var err error
	if args.DiskIds != nil {
		known, err = awaited(ctx, args.DiskIds.ToStringArrayOutput(), &asked.DiskIds)
	}
	if args.InstanceId != nil && known && err == nil {
		known, err = awaited(ctx, args.InstanceId.ToStringPtrOutput(), &asked.InstanceId)
	}
	if err == nil && !known {
		err = fmt.Errorf("%s was left untouched: the guarded disk is not known yet", changing.Name)
	}
	if err != nil {
		return err
	}
	return invokeProtect(ctx, asked, args.Provider)
}

func awaited[T any](ctx *pulumi.Context, output pulumi.Output, into *T) (known bool, err error) {
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), output)
	if err == nil && result.Known {
		*into = result.Value.(T)
	}
	return result.Known, err
}

func invokeProtect(ctx *pulumi.Context, asked ProtectArgs, provider *Provider) error {
	values, err := structpb.NewStruct(plain(reflect.ValueOf(asked)).(map[string]any))
	if err != nil {
		return err
	}
	options, err := pulumi.NewInvokeOptions(internal.PkgInvokeDefaultOpts(nil)...)
	if err != nil {
		return err
	}
	request := &pulumirpc.ResourceInvokeRequest{
		Tok: "alicloud-snapshot:index:protect", Args: values,
		Version: options.Version, PluginDownloadURL: options.PluginDownloadURL,
	}
	if provider != nil {
		var urn pulumi.URN
		var id pulumi.ID
		if _, err = awaited(ctx, provider.URN(), &urn); err != nil {
			return err
		}
		if _, err = awaited(ctx, provider.ID(), &id); err != nil {
			return err
		}
		request.Provider = fmt.Sprintf("%s::%s", urn, id)
	}
	connection, err := grpc.NewClient(os.Getenv(pulumi.EnvMonitor),
		rpcutil.GrpcChannelOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	answer, err := pulumirpc.NewResourceMonitorClient(connection).Invoke(ctx.Context(), request)
	for _, failure := range answer.GetFailures() {
		err = errors.Join(err, fmt.Errorf("%s %s", failure.Property, failure.Reason))
	}
	return err
}

// plain returns what a value of the SDK says on the wire, where its fields have the names of their tags.
func plain(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer:
		return plain(value.Elem())
	case reflect.Struct:
		members := map[string]any{}
		for i := range value.NumField() {
			if field := value.Field(i); !field.IsZero() {
				members[value.Type().Field(i).Tag.Get("pulumi")] = plain(field)
			}
		}
		return members
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range value.MapKeys() {
			entries[key.String()] = plain(value.MapIndex(key))
		}
		return entries
	case reflect.Slice:
		elements := []any{}
		for i := range value.Len() {
			elements = append(elements, plain(value.Index(i)))
		}
		return elements
	default:
		return value.Interface()
	}
}
