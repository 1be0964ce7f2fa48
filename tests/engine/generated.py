"""The SDKs that Pulumi's own generators make of the schema, and what their languages need to run."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.environment import CACHE
from workbench.sdks import GENERATOR, GUARDS, generate_sdks

from alicloud_snapshot_provider.adapters.plugin.schema import plugin_version, schema_text

WORK = CACHE / "sdkgen"


def generated_sdks() -> Path:
    """Gives the folder of the generated SDKs, one folder each."""
    schema = schema_text(plugin_version())
    made_from = [*(file for file in sorted(GENERATOR.rglob("*")) if file.is_file()), *GUARDS.values()]
    sources = [file.read_text() for file in made_from]
    return made_once("sdks", [schema, *sources], lambda folder: generate_sdks(schema, folder))


def installed_node_modules() -> Path:
    """Gives the folder of the pinned compiler, and of Pulumi's SDK for Node.js."""
    pins = GENERATOR / "package.json"
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")

    def install(folder: Path) -> None:
        shutil.copy(pins, folder)
        run_in(folder, "npm", "install", *options)

    return made_once("typescript", [pins.read_text()], install) / "node_modules"


def compiled_node_sdk(sdks: Path, node_modules: Path) -> Path:
    """Gives the folder of the SDK for Node.js, compiled as it would be published."""

    def compile_sdk(folder: Path) -> None:
        sources = shutil.copytree(sdks / "nodejs", folder / "sources")
        (sources / "node_modules").symlink_to(node_modules)
        run_in(sources, str(node_modules / ".bin" / "tsc"))
        shutil.copy(sources / "package.json", sources / "bin")

    return made_once("node-sdk", [str(sdks), str(node_modules)], compile_sdk) / "sources" / "bin"


def lay_node_modules(target: Path, node_modules: Path, sdk: Path) -> None:
    """Lays the SDK beside the other packages, as `npm install` would: it has to find them from where it is."""
    target.mkdir()
    for package in node_modules.iterdir():
        (target / package.name).symlink_to(package)
    shutil.copytree(sdk, target / "pulumi-alicloud-snapshot")


def built_go_program(sdks: Path, source: str) -> Path:
    """Gives the executable of a program that uses the SDK for Go."""

    def build(folder: Path) -> None:
        sources = shutil.copytree(sdks / "go", folder / "sources")
        program = sources / "program"
        program.mkdir()
        (program / "main.go").write_text(source)
        run_in(sources, "go", "build", "-mod=mod", "-o", str(folder / "program"), "./program")

    return made_once("go-program", [str(sdks), source], build) / "program"


def run_in(folder: Path, *command: str) -> None:
    """Runs a command that must succeed."""
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def made_once(name: str, ingredients: Sequence[str], make: Callable[[Path], None]) -> Path:
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
