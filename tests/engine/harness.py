"""What the engine tests share: projects of their own, and emulators to run them against."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models
from click.testing import Result
from typer.testing import CliRunner
from workbench.ecs import ecs_client
from workbench.environment import ROOT, WARM_PLUGIN
from workbench.stack import REGION, Stack

from alicloud_snapshot_provider.cli.app import app
from ecs_emulator import Emulator, Seed

NewStack = Callable[[str], Stack]
"""Makes a stack whose program is the given text."""


def copy_root_project(folder: Path) -> Path:
    """Copies the root stack with the example that is its program, so that tests share no stack configuration."""
    project = folder / "project"
    shutil.copytree(ROOT / "examples" / "01-image-and-disk", project / "examples" / "01-image-and-disk")
    shutil.copy(ROOT / "Pulumi.yaml", project)
    return project


def copy_example(folder: Path, name: str) -> Path:
    """Copies an example that is a project of its own."""
    return Path(shutil.copytree(ROOT / "examples" / name, folder / "project"))


def write_project(folder: Path, program: str) -> Path:
    """Writes a project of its own around a program."""
    project = folder / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: engine-test\nruntime: python\n")
    (project / "__main__.py").write_text(textwrap.dedent(program))
    return project


def world(**nouns: Any) -> Seed:
    """Gives a world of two regions, the usual access key and the given records."""
    regions = [{"id": "cn-hangzhou", "zones": ["cn-hangzhou-h"]}, {"id": "cn-beijing", "zones": ["cn-beijing-h"]}]
    keys = [{"id": "emulator-key-id", "secret": "emulator-key-secret"}]
    return {"regions": regions, "access_keys": keys, **nouns}


def command(stack: Stack, *arguments: str, given: str = "") -> Result:
    """Runs `alicloud-snapshot` in a stack's folder, in this process: one of its own takes a second of CPU time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(stack.project)
        for name in {*os.environ} - {*stack.environment}:
            patch.delenv(name)
        for name, value in stack.environment.items():
            patch.setenv(name, value)
        return CliRunner().invoke(app, list(arguments), input=given)


def folded(text: str) -> str:
    """Gives the text on one line, as Pulumi wraps and indents what it prints."""
    return " ".join(text.split())


def plugin_stack(folder: Path, program: str, emulator: Emulator, speed: float) -> Stack:
    """Makes a stack that takes its snapshots by the plugin, also where the program imports the dynamic resource."""
    project = write_project(folder, program.replace(_DYNAMIC, _BY_PLUGIN).replace(_DYNAMIC_FAMILY, _FAMILY_BY_PLUGIN))
    with (project / "Pulumi.yaml").open("a") as description:
        description.write(PLUGIN_FROM_VENV)
    stack = Stack(project, folder / "state", emulator, speed)
    stack.create()
    stack.configure_plugin()
    return stack


_DYNAMIC = "from pulumi_alicloud_snapshot import Snapshot\n"
_DYNAMIC_FAMILY = "import pulumi_alicloud_snapshot as snapshots\n"
_FAMILY_BY_PLUGIN = "from pulumi_alicloud_snapshot import plugin as snapshots\n"
_BY_PLUGIN = "from pulumi_alicloud_snapshot.plugin import Snapshot\n"
PLUGIN_FROM_VENV = f"""
plugins:
  providers:
    - name: alicloud-snapshot
      path: {WARM_PLUGIN}
"""


def elsewhere(stack: Stack, folder: Path) -> Stack:
    """Make the same stack of the same project once more, with a state of its own: on another machine."""
    other = replace(stack, project=folder / "project", backend=folder / "state")
    shutil.copytree(stack.project, other.project)
    other.create()
    other.configure_plugin()
    return other


def strip_tags(emulator: Emulator, snapshot_id: str) -> dict[str, str]:
    """Take every tag away, as a clean-up job does, and give them."""
    tags = dict(emulator.world.snapshots[snapshot_id].tags)
    request = models.UntagResourcesRequest(
        region_id=REGION, resource_type="snapshot", resource_id=[snapshot_id], all=True
    )
    ecs_client(emulator).untag_resources(request)
    return tags
