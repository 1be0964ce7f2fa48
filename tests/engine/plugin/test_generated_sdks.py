"""The SDKs that Pulumi's own generators make of the schema pass their languages' type checkers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from generated import run_in
from guarded_programs import write_alicloud
from workbench.environment import ROOT

pytestmark = pytest.mark.exhaustive

EXAMPLE = ROOT / "examples" / "plugin-typescript"

PROGRAM = """
import pulumi

import pulumi_alicloud_snapshot_sdk as snapshots

provider = snapshots.Provider("beijing", region="cn-beijing", endpoints={"ecs": "127.0.0.1:1"})
taken = snapshots.Snapshot("web", disk_id="d-1", retention_days=30, tags={"team": "web"}, triggers=["v1"])
size: pulumi.Output[int] = taken.source_disk_size
days: pulumi.Output[int | None] = taken.retention_days
found = snapshots.get_snapshots(disk_id="d-1", tags={"team": "web"}, opts=pulumi.InvokeOptions(provider=provider))
ids: list[str] = [each.snapshot_id for each in found.snapshots]
"""

# What the generator writes inside of its functions; a program meets only their signatures.
GENERATOR_S_OWN = ("arg-type", "assignment", "import-not-found", "return-value")


def test_the_python_sdk_and_a_program_that_uses_it_are_typed(sdks: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    mypy = (sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={tmp_path}")
    disabled = [f"--disable-error-code={code}" for code in GENERATOR_S_OWN]
    run_in(sdks / "python", *mypy, *disabled, "pulumi_alicloud_snapshot_sdk")
    run_in(sdks / "python", *mypy, "--strict", "--follow-imports=silent", str(program))


PROGRAMS = (EXAMPLE, ROOT / "examples" / "plugin-typescript-guard", ROOT / "templates" / "typescript")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda folder: folder.name)
def test_the_typescript_sdk_and_the_programs_that_use_it_are_typed(
    sdks: Path, node_modules: Path, tmp_path: Path, program: Path
) -> None:
    alicloud = tmp_path / "alicloud"
    write_alicloud(alicloud)
    options = json.loads((EXAMPLE / "tsconfig.json").read_text())["compilerOptions"] | {
        "baseUrl": str(node_modules),
        "paths": {
            "pulumi-alicloud-snapshot": [str(sdks / "nodejs")],
            "@pulumi/alicloud": [str(alicloud)],
            "*": ["*"],
        },
        "typeRoots": [str(node_modules / "@types")],
        "types": ["node"],
    }
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": options, "files": [str(program / "index.ts")]}))
    run_in(tmp_path, str(node_modules / ".bin" / "tsc"), "--project", str(config))


def test_the_go_sdk_is_vetted(sdks: Path) -> None:
    run_in(sdks / "go", "go", "vet", "-mod=mod", "./...")


def test_the_net_sdk_has_every_resource_and_function(sdks: Path) -> None:
    made = {file.stem for file in (sdks / "dotnet").glob("*.cs")}
    assert made >= {"Snapshot", "Provider", "GetSnapshot", "GetSnapshots", "StackGuard"}


def test_the_net_sdk_has_the_guard_as_the_manual_writes_it(sdks: Path) -> None:
    guard = (sdks / "dotnet" / "StackGuard.cs").read_text()
    settings = (sdks / "dotnet" / "Inputs" / "GuardSettingsArgs.cs").read_text()
    assert "public partial class StackGuard : global::Pulumi.ComponentResource" in guard
    assert (
        "public StackGuard(string name, StackGuardArgs? args = null, ComponentResourceOptions? options = null)" in guard
    )
    assert 'base("alicloud-snapshot:index:StackGuard", name,' in guard
    assert "remote: true" in guard
    assert "public Input<Inputs.GuardSettingsArgs>? Settings" in guard
    assert "public Input<int>? KeepLast" in settings
