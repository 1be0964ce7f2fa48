"""A new stack's files as the CLI writes them: made once, then copied, since the CLI takes most of a second."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from workbench.environment import PULUMI_HOME

_PROJECT = "template-project"
_STACK = "template-stack"


@dataclass(frozen=True, slots=True)
class StackTemplate:
    """The configuration, the empty state and the selection of a stack, with its endpoint as `endpoint`."""

    folder: Path
    endpoint: str
    secrets: dict[str, object] = field(default_factory=dict)
    """Encrypted values for the stacks that want them: one salt is of them all."""

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def backend(self) -> Path:
        return self.folder / "backend"

    @property
    def stack(self) -> str:
        return _STACK

    def write_project(self) -> None:
        """Writes the project that the CLI is to make the stack of."""
        self.project.mkdir()
        (self.project / "Pulumi.yaml").write_text(f"name: {_PROJECT}\nruntime: python\n")

    def set_aside(self, keys: Iterable[str]) -> None:
        """Takes values out of the configuration into `secrets`."""
        file = self.project / f"Pulumi.{_STACK}.yaml"
        content = yaml.safe_load(file.read_text())
        self.secrets.update({key: content["config"].pop(key) for key in keys})
        file.write_text(yaml.safe_dump(content))

    def copy(self, project: Path, backend: Path, name: str, endpoint: str) -> None:
        """Makes the stack `name` of the project in another folder, for another endpoint, and selects it."""
        own = str(yaml.safe_load((project / "Pulumi.yaml").read_text())["name"])
        changes = {
            self.backend.as_uri(): backend.as_uri(),
            self.endpoint: endpoint,
            _PROJECT: own,
            _STACK: name,
        }
        _copy(self.project / f"Pulumi.{_STACK}.yaml", project / f"Pulumi.{name}.yaml", changes)
        states = Path(".pulumi") / "stacks"
        _copy(self.backend / states / _PROJECT / f"{_STACK}.json", backend / states / own / f"{name}.json", changes)
        _copy(_selection(_PROJECT, self.project), _selection(own, project), changes)
        shutil.copy(self.backend / ".pulumi" / "meta.yaml", backend / ".pulumi")

    def remove(self) -> None:
        _selection(_PROJECT, self.project).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _selection(name: str, project: Path) -> Path:
    """Gives the file in which the CLI keeps which stack of a project is selected."""
    where = hashlib.sha1(str(project / "Pulumi.yaml").encode(), usedforsecurity=False).hexdigest()
    return PULUMI_HOME / "workspaces" / f"{name}-{where}-workspace.json"


def _copy(source: Path, target: Path, changes: dict[str, str]) -> None:
    text = source.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
