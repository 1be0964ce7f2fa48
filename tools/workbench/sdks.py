"""The SDKs that Pulumi's own generators make of the plugin's schema, without any language host."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from workbench.environment import ROOT, SetUpError

GENERATOR = ROOT / "tools" / "sdkgen"
GUARDS = {"nodejs": ROOT / "sdk" / "nodejs" / "guard.ts", "go": ROOT / "sdk" / "go" / "guard.go"}
"""What is written by hand, and joined to the generated SDK of its language."""


def generate_sdks(schema: str, folder: Path) -> None:
    """Write the SDKs of a schema with their guards, one folder for each language. Raises SetUpError."""
    (folder / "schema.json").write_text(schema)
    for module, target in ((GENERATOR, folder), (GENERATOR / "dotnet", folder / "dotnet")):
        program = folder / "bin" / module.name
        _run(module, "go", "build", "-o", str(program), ".")
        _run(folder, str(program), "schema.json", str(target))
    pins = (GENERATOR / "go.mod").read_text()
    (folder / "go" / "go.mod").write_text(re.sub(r"^module .*", "module pulumi-alicloud-snapshot/sdk/go", pins))
    shutil.copy(GENERATOR / "go.sum", folder / "go")
    _join_guards(folder)


def _join_guards(folder: Path) -> None:
    shutil.copy(GUARDS["go"], folder / "go" / "alicloudsnapshot")
    sources = folder / "nodejs"
    shutil.copy(GUARDS["nodejs"], sources)
    with (sources / "index.ts").open("a") as index:
        index.write('export * from "./guard";\n')
    settings = sources / "tsconfig.json"
    settings.write_text(settings.read_text().replace('"files": [', '"files": [\n        "guard.ts",'))


def _run(folder: Path, *command: str) -> None:
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SetUpError(f"`{' '.join(command[:2])}` in {folder} failed:\n{answer.stdout}{answer.stderr}")
