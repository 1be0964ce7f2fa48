"""The SDKs that Pulumi's own generators make of the plugin's schema, without any language host."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from workbench.environment import ROOT, SetUpError

GENERATOR = ROOT / "tools" / "sdkgen"


def generate_sdks(schema: str, folder: Path) -> None:
    """Write the SDKs of a schema, one folder for each language. Raises SetUpError."""
    (folder / "schema.json").write_text(schema)
    for module, target in ((GENERATOR, folder), (GENERATOR / "dotnet", folder / "dotnet")):
        program = folder / "bin" / module.name
        _run(module, "go", "build", "-o", str(program), ".")
        _run(folder, str(program), "schema.json", str(target))
    pins = (GENERATOR / "go.mod").read_text()
    (folder / "go" / "go.mod").write_text(re.sub(r"^module .*", "module pulumi-alicloud-snapshot/sdk/go", pins))
    shutil.copy(GENERATOR / "go.sum", folder / "go")


def _run(folder: Path, *command: str) -> None:
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SetUpError(f"`{' '.join(command[:2])}` in {folder} failed:\n{answer.stdout}{answer.stderr}")
