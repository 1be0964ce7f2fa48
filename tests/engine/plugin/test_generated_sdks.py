"""The SDKs that Pulumi's own generators make of the schema pass their languages' type checkers."""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from workbench.environment import CACHE, ROOT

from alicloud_snapshot_provider.adapters.plugin.schema import schema_text

GENERATOR = ROOT / "tools" / "sdkgen"
WORK = CACHE / "sdkgen"
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


@pytest.fixture(scope="session")
def sdks() -> Path:
    """The generated SDKs, one folder each."""
    schema = schema_text("0.1.0")
    sources = [file.read_text() for file in sorted(GENERATOR.rglob("*")) if file.is_file()]
    return _made_once("sdks", [schema, *sources], lambda folder: _generate(schema, folder))


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The pinned compiler, and Pulumi's SDK for Node.js."""
    pins = GENERATOR / "package.json"
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")

    def install(folder: Path) -> None:
        shutil.copy(pins, folder)
        _run("npm", "install", *options, folder=folder)

    return _made_once("typescript", [pins.read_text()], install) / "node_modules"


def test_the_python_sdk_and_a_program_that_uses_it_are_typed(sdks: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    mypy = (sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={tmp_path}")
    disabled = [f"--disable-error-code={code}" for code in GENERATOR_S_OWN]
    _run(*mypy, *disabled, "pulumi_alicloud_snapshot_sdk", folder=sdks / "python")
    _run(*mypy, "--strict", "--follow-imports=silent", str(program), folder=sdks / "python")


def test_the_typescript_sdk_and_the_example_that_uses_it_are_typed(
    sdks: Path, node_modules: Path, tmp_path: Path
) -> None:
    options = json.loads((EXAMPLE / "tsconfig.json").read_text())["compilerOptions"] | {
        "baseUrl": str(node_modules),
        "paths": {"pulumi-alicloud-snapshot": [str(sdks / "nodejs")], "*": ["*"]},
        "typeRoots": [str(node_modules / "@types")],
        "types": ["node"],
    }
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": options, "files": [str(EXAMPLE / "index.ts")]}))
    _run(str(node_modules / ".bin" / "tsc"), "--project", str(config), folder=tmp_path)


def test_the_go_sdk_is_vetted(sdks: Path) -> None:
    _run("go", "vet", "-mod=mod", "./...", folder=sdks / "go")


def test_the_net_sdk_has_every_resource_and_function(sdks: Path) -> None:
    made = {file.stem for file in (sdks / "dotnet").glob("*.cs")}
    assert made >= {"Snapshot", "Provider", "GetSnapshot", "GetSnapshots"}


def _generate(schema: str, folder: Path) -> None:
    (folder / "schema.json").write_text(schema)
    for module, target in ((GENERATOR, folder), (GENERATOR / "dotnet", folder / "dotnet")):
        program = folder / "bin" / module.name
        _run("go", "build", "-o", str(program), ".", folder=module)
        _run(str(program), "schema.json", str(target), folder=folder)
    module = (GENERATOR / "go.mod").read_text()
    (folder / "go" / "go.mod").write_text(re.sub(r"^module .*", "module pulumi-alicloud-snapshot/sdk/go", module))
    shutil.copy(GENERATOR / "go.sum", folder / "go")


def _made_once(name: str, ingredients: Sequence[str], make: Callable[[Path], None]) -> Path:
    """Gives the folder that `make` fills, which it does once for the same ingredients, whole or not at all."""
    folder = WORK / f"{name}-{hashlib.sha256(repr(ingredients).encode()).hexdigest()[:12]}"
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the tests' other worker waits rather than makes the same
        if not folder.exists():
            unfinished = Path(tempfile.mkdtemp(dir=WORK))
            make(unfinished)
            unfinished.rename(folder)
    return folder


def _run(*command: str, folder: Path) -> None:
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
