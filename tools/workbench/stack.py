"""Runs the Pulumi CLI on one stack against an emulator."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ecs_emulator import Emulator
from workbench.environment import ENGINE, engine_environment
from workbench.processes import run
from workbench.stack_template import StackTemplate
from workbench.vault import SECRETS_PROVIDER, VAULT

REGION = "cn-hangzhou"
_ROOT = "pulumi:pulumi:Stack"
_SPECIAL = "4dabf18193072939515e22adb298388d"
"""Pulumi's mark of a special value in a state: a secret, an asset, an archive, a resource."""

_ENDPOINT = "127.0.0.1:1"


class PulumiFailed(Exception):
    """Pulumi ended with an error; the text is what it printed, where that was captured."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack `name` of the project in the folder `project`, with its state in the folder `backend`.

    Its methods give what Pulumi prints, or nothing where that goes to the terminal instead. They raise
    PulumiFailed, and TimeoutExpired after `seconds`.
    """

    project: Path
    backend: Path
    emulator: Emulator
    speed: float
    """How many of the emulator's seconds pass in one."""
    name: str = "test"
    to_terminal: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of the engine's own, beside those of the workbench."""
    seconds: float = 240.0

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a run of Pulumi on this stack."""
        scale = {"ALICLOUD_SNAPSHOT_TIME_SCALE": str(self.speed)}
        return engine_environment(self.backend) | scale | dict(self.settings)

    def create(self) -> None:
        """Makes the stack, configured for the emulator as pulumi_alicloud would be."""
        _template().copy(self.project, self.backend, self.name, self.emulator.endpoint)

    def configure_plugin(self) -> None:
        """Configures the snapshot plugin as well: the engine shows a plugin no settings but its own."""
        where = {"endpoint": self.emulator.endpoint, "protocol": "HTTP", "region": REGION}
        self._write(_of_plugin(where) | _template().secrets)

    def configure(self, values: Mapping[str, str], secrets: Mapping[str, str] | None = None) -> None:
        """Sets values of the stack's configuration; a key may be a path."""
        if not secrets and not any(mark in key for key in values for mark in ".["):
            self._write(values)
            return
        plain = [f"--plaintext={key}={value}" for key, value in values.items()]
        secret = [f"--secret={key}={value}" for key, value in (secrets or {}).items()]
        self._captured("config", "set-all", "--path", *plain, *secret)

    def unset(self, keys: Iterable[str]) -> None:
        """Takes values out of the stack's configuration."""
        file = self.project / f"Pulumi.{self.name}.yaml"
        content = yaml.safe_load(file.read_text())
        for key in keys:
            del content["config"][key]
        file.write_text(yaml.safe_dump(content))

    def preview(self, *options: str) -> str:
        return self._run("preview", *options)

    def up(self, *options: str) -> str:
        return self._run("up", "--yes", "--skip-preview", *options)

    def refresh(self, *options: str) -> str:
        return self._run("refresh", "--yes", "--skip-preview", *options)

    def destroy(self, *options: str) -> str:
        return self._run("destroy", "--yes", "--skip-preview", *options)

    def run(self, *arguments: str) -> str:
        """Runs any other command of the CLI's on this stack, and gives what it prints."""
        return self._captured(*arguments)

    def outputs(self) -> dict[str, Any]:
        """Gives what the program exports; only where a secret is among it, the CLI is asked."""
        exported: dict[str, Any] = next(
            (each.get("outputs", {}) for each in self.resources() if each["type"] == _ROOT), {}
        )
        if _SPECIAL in json.dumps(exported):
            return dict(json.loads(self._captured("stack", "output", "--json")))
        return dict(exported)

    def resources(self) -> list[dict[str, Any]]:
        """Gives the resources in the state, as `pulumi stack export` does, without waiting for the CLI."""
        file = self.backend / ".pulumi" / "stacks" / self._project_name / f"{self.name}.json"
        latest = json.loads(file.read_text())["checkpoint"]["latest"] or {}
        return list(latest.get("resources", []))

    def import_state(self, file: Path) -> None:
        """Replaces the stack's state by an exported one."""
        self._captured("stack", "import", "--file", str(file))

    def unlock(self) -> None:
        """Takes the locks of killed runs away, as `pulumi cancel` does."""
        shutil.rmtree(self.backend / ".pulumi" / "locks", ignore_errors=True)

    def _write(self, values: Mapping[str, object]) -> None:
        """Writes values into the stack's configuration, as the CLI does in a third of a second of CPU time."""
        file = self.project / f"Pulumi.{self.name}.yaml"
        content = yaml.safe_load(file.read_text())
        named = {key if ":" in key else f"{self._project_name}:{key}": value for key, value in values.items()}
        content["config"] |= named
        file.write_text(yaml.safe_dump(content))

    @property
    def _project_name(self) -> str:
        return str(yaml.safe_load((self.project / "Pulumi.yaml").read_text())["name"])

    def _captured(self, *arguments: str) -> str:
        return self._pulumi(arguments, captured=True)

    def _run(self, *arguments: str) -> str:
        quiet = ("--suppress-progress",) if self.to_terminal else ()
        return self._pulumi((*arguments, *quiet), captured=not self.to_terminal)

    def _pulumi(self, arguments: tuple[str, ...], captured: bool) -> str:
        command = [str(ENGINE / "pulumi"), *arguments, "--stack", self.name, "--non-interactive"]
        answer = run(
            command, folder=self.project, environment=self.environment, seconds=self.seconds, captured=captured
        )
        if answer.returncode != 0:
            raise PulumiFailed(f"pulumi {' '.join(arguments)} ended with {answer.returncode}\n{answer.stdout or ''}")
        return answer.stdout or ""


def _template() -> StackTemplate:
    return _template_of(by_vault=VAULT in os.environ)


@cache
def _template_of(*, by_vault: bool) -> StackTemplate:
    """Has the CLI make a stack, whose files go when the process ends."""
    folder = Path(tempfile.mkdtemp()).resolve()
    template = StackTemplate(folder, _ENDPOINT)
    atexit.register(template.remove)
    template.write_project()
    template.backend.mkdir()
    stack = Stack(template.project, template.backend, Emulator(), 1.0, name=template.stack)
    stack.run("stack", "init", *(("--secrets-provider", SECRETS_PROVIDER) if by_vault else ()))
    emulator = {
        "alicloud:accessKey": "emulator-key-id",
        "alicloud:accountType": "Domestic",
        "alicloud:endpoints[0].ecs": _ENDPOINT,
        "alicloud:protocol": "HTTP",
        "alicloud:region": REGION,
    }
    keys = _of_plugin({"accessKey": "emulator-key-id", "secretKey": "emulator-key-secret"})
    stack.configure(emulator, {"alicloud:secretKey": "emulator-key-secret"} | keys)
    template.set_aside(keys)
    return template


def _of_plugin(values: Mapping[str, str]) -> dict[str, str]:
    return {f"alicloud-snapshot:{name}": value for name, value in values.items()}
