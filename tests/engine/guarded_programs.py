"""One guarded program in TypeScript and in Go, and how each language's host is given it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generated import built_go_program, compiled_node_sdk, generated_sdks, installed_node_modules, lay_node_modules
from language_host import Command, node_command
from workbench.environment import ROOT


@dataclass(frozen=True)
class Language:
    """`write` makes the project in a folder, which `command` runs; `needs` is a program that the machine must have."""

    name: str
    needs: str
    write: Callable[[Path], None]
    command: Command


TYPESCRIPT = """
import * as pulumi from "@pulumi/pulumi";
import * as snapshots from "pulumi-alicloud-snapshot";

class Declared extends pulumi.CustomResource {
    constructor(type: string, name: string, args: pulumi.Inputs) {
        super(`alicloud:ecs/${type}`, name, args);
    }
}

const config = new pulumi.Config();
snapshots.guardStack({ keepLast: 2 });
let made: pulumi.Inputs = {};
if (config.getBoolean("declared") !== false) {
    const zone = "cn-hangzhou-h";
    const web = new Declared("instance:Instance", "web", {
        instanceName: config.get("name") ?? "before",
        instanceType: "ecs.g7.large",
        imageId: "aliyun_3_x64_20G_alibase_20240819.vhd",
        availabilityZone: zone,
        systemDiskCategory: "cloud_essd",
        systemDiskSize: 40,
        securityGroups: ["sg-1"],
    });
    const data = new Declared("ecsDisk:EcsDisk", "data", { category: "cloud_essd", size: 40, zoneId: zone });
    new Declared("ecsDiskAttachment:EcsDiskAttachment", "attachment", { diskId: data.id, instanceId: web.id });
    made = { instance: web.id, disk: data.id };
}
export const instance = made.instance;
export const disk = made.disk;
"""

GO = """
package main

import (
	"pulumi-alicloud-snapshot/sdk/go/alicloudsnapshot"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

type declared struct{ pulumi.CustomResourceState }

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		keepLast := 2
		err := alicloudsnapshot.GuardStack(ctx, &alicloudsnapshot.GuardStackArgs{GuardArgs: alicloudsnapshot.GuardArgs{
			Settings: &alicloudsnapshot.GuardSettings{KeepLast: &keepLast},
		}})
		if err != nil || config.Get(ctx, "declared") == "false" {
			return err
		}
		name := config.Get(ctx, "name")
		if name == "" {
			name = "before"
		}
		declare := func(kind, name string, args pulumi.Map) (made declared, err error) {
			err = ctx.RegisterResource("alicloud:ecs/"+kind, name, args, &made)
			return made, err
		}
		zone := pulumi.String("cn-hangzhou-h")
		web, err := declare("instance:Instance", "web", pulumi.Map{
			"instanceName":       pulumi.String(name),
			"instanceType":       pulumi.String("ecs.g7.large"),
			"imageId":            pulumi.String("aliyun_3_x64_20G_alibase_20240819.vhd"),
			"availabilityZone":   zone,
			"systemDiskCategory": pulumi.String("cloud_essd"),
			"systemDiskSize":     pulumi.Int(40),
			"securityGroups":     pulumi.StringArray{pulumi.String("sg-1")},
		})
		if err != nil {
			return err
		}
		data, err := declare("ecsDisk:EcsDisk", "data", pulumi.Map{
			"category": pulumi.String("cloud_essd"), "size": pulumi.Int(40), "zoneId": zone,
		})
		if err != nil {
			return err
		}
		ctx.Export("instance", web.ID())
		ctx.Export("disk", data.ID())
		_, err = declare("ecsDiskAttachment:EcsDiskAttachment", "attachment", pulumi.Map{
			"diskId": data.ID(), "instanceId": web.ID(),
		})
		return err
	})
}
"""


def lay_alicloud(node_modules: Path) -> None:
    """Lays as much of `@pulumi/alicloud` beside Pulumi's SDK as the example declares; the stand-in serves it."""
    shared = (node_modules / "@pulumi").resolve()
    (node_modules / "@pulumi").unlink()
    (node_modules / "@pulumi").mkdir()
    (node_modules / "@pulumi" / "pulumi").symlink_to(shared / "pulumi")
    write_alicloud(node_modules / "@pulumi" / "alicloud")


def write_alicloud(folder: Path) -> None:
    """Writes that package."""
    folder.mkdir()
    (folder / "index.js").write_text(_ALICLOUD)
    (folder / "index.d.ts").write_text(_ALICLOUD_TYPES)


_ALICLOUD = """
const pulumi = require("@pulumi/pulumi");
class Instance extends pulumi.CustomResource {
    constructor(name, args, opts) {
        super("alicloud:ecs/instance:Instance", name, args, opts);
    }
}
exports.ecs = { Instance };
"""
_ALICLOUD_TYPES = """
import * as pulumi from "@pulumi/pulumi";
export declare namespace ecs {
    class Instance extends pulumi.CustomResource {
        constructor(name: string, args: pulumi.Inputs, opts?: pulumi.CustomResourceOptions);
    }
}
"""


def _write_typescript(project: Path) -> None:
    (project / "package.json").write_text(json.dumps({"name": "engine-test", "main": "index.ts"}))
    shutil.copy(ROOT / "examples" / "plugin-typescript" / "tsconfig.json", project)
    (project / "index.ts").write_text(TYPESCRIPT)
    node_modules = installed_node_modules()
    lay_node_modules(project / "node_modules", node_modules, compiled_node_sdk(generated_sdks(), node_modules))


def _write_go(project: Path) -> None:
    shutil.copy(built_go_program(generated_sdks(), GO), project / "program")


LANGUAGES = (
    Language("typescript", "npm", _write_typescript, node_command),
    Language("go", "go", _write_go, lambda _request: ["./program"]),
)
