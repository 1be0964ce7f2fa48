#!/usr/bin/env python3
"""Packs the generated SDKs into dist/, an archive for each language: `make sdks`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from workbench.environment import ROOT, say
from workbench.sdks import generate_sdks

from alicloud_snapshot_provider.adapters.plugin.schema import plugin_version, schema_text

LANGUAGES = ("dotnet", "go", "nodejs", "python")


def main() -> int:
    """Write `pulumi-alicloud-snapshot-sdk-LANGUAGE-vVERSION.tar.gz`, and the schema with its version."""
    work, dist = ROOT / "build" / "sdks", ROOT / "dist"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    dist.mkdir(exist_ok=True)
    generate_sdks(schema_text(plugin_version()), work)
    shutil.copy(work / "schema.json", dist / "schema.json")
    for language in LANGUAGES:
        name = dist / f"pulumi-alicloud-snapshot-sdk-{language}-v{plugin_version()}"
        archive = Path(shutil.make_archive(str(name), "gztar", work / language))
        say(f"{archive.relative_to(ROOT)}: {archive.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
