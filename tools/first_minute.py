"""Writes what goes wrong in a newcomer's first minute, as the preview really says it, into the manual.

Each situation is a setting of one stack, previewed on the real engine against the embedded ECS.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from workbench.environment import ROOT, VENV
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import AcceleratedClock, Emulator, running_emulator

PAGE = ROOT / "docs" / "troubleshooting.md"
Served = Literal["dynamic", "plugin"]

_SPEED = 60.0
_PROGRAM = """import pulumi
from {module} import Snapshot

Snapshot("before", disk_id=pulumi.Config().require("disk"))
"""
_MODULES: Mapping[Served, str] = {
    "dynamic": "pulumi_alicloud_snapshot",
    "plugin": "pulumi_alicloud_snapshot.plugin",
}
_NAMESPACES: Mapping[Served, str] = {"dynamic": "alicloud", "plugin": "alicloud-snapshot"}
_ENDPOINTS: Mapping[Served, str] = {"dynamic": "alicloud:endpoints[0].ecs", "plugin": "alicloud-snapshot:endpoint"}
_PROJECT = f"""name: first
runtime: python
plugins:
  providers:
    - name: alicloud-snapshot
      path: {VENV / "bin"}
"""
_NOWHERE = "127.0.0.1:1"
_TABLE = re.compile(r"(?<=<!-- made: first-minute -->\n).*?(?=<!-- made: end -->)", re.S)
_DIAGNOSTICS = re.compile(r"^Diagnostics:\n  \S+ \(before\):\n(?P<said>.*?)(?=^\s*$)", re.M | re.S)
_PREFIX = re.compile(r"\S+ resource 'before': (property \S+) value \{.*?\} has a problem: ")


@dataclass(frozen=True, slots=True)
class Situation:
    """What is wrong: keys of the configuration that are set or missing, the disk's id, and what ECS answers."""

    title: str
    disk: str = "d-demo-system"
    plain: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unreachable: bool = False
    answer: Mapping[str, Any] = field(default_factory=dict)


_RAM = "User not authorized to operate on the specified resource, or this API doesn't support RAM."
SITUATIONS = (
    Situation("no region", missing=("region",)),
    Situation("no credentials", missing=("accessKey", "secretKey")),
    Situation("an access key that is not known", plain={"accessKey": "nobody"}),
    Situation("a wrong secret", secret={"secretKey": "wrong"}),
    Situation(
        "this machine's clock is off",
        answer={"code": "InvalidTimeStamp.Expired", "message": "Specified time stamp or date value is expired."},
    ),
    Situation("the endpoint is not reached", unreachable=True),
    Situation("an unknown disk", disk="d-nowhere"),
    Situation("a disk of another region", disk="d-demo-beijing"),
    Situation("no permission", answer={"code": "Forbidden.RAM", "status": 403, "message": _RAM}),
)


def told(served: Served, situations: Iterable[Situation] = SITUATIONS) -> dict[str, str]:
    """Gives what the preview says in each of the situations, with the spelling of the dynamic resource."""
    clock = AcceleratedClock(_SPEED)
    with tempfile.TemporaryDirectory() as folder, running_emulator(None, clock) as emulator:
        stack = _stack(Path(folder), emulator, served)
        return {each.title: _in_one_spelling(_said(stack, each, served)) for each in situations}


def table(said: Mapping[str, str]) -> str:
    """Gives the table of the manual."""
    rows = [row(title, text) for title, text in said.items()]
    return "\n".join(["| what is wrong | what the preview says |", "| --- | --- |", *rows, ""])


def row(title: str, text: str) -> str:
    """Gives a row of the table."""
    return f"| {title} | {text.replace('|', chr(92) + '|')} |"


def drawn(page: str, said: Mapping[str, str]) -> str:
    """Gives the page with the table in place."""
    return _TABLE.sub(lambda _old: table(said), page)


def _stack(folder: Path, emulator: Emulator, served: Served) -> Stack:
    project = folder / "first"
    project.mkdir()
    (project / "Pulumi.yaml").write_text(_PROJECT if served == "plugin" else _PROJECT.partition("plugins:")[0])
    (project / "__main__.py").write_text(_PROGRAM.format(module=_MODULES[served]))
    stack = Stack(project, folder / "state", emulator, _SPEED)
    stack.create()
    if served == "plugin":
        stack.configure_plugin()
    return stack


def _said(stack: Stack, situation: Situation, served: Served) -> str:
    """Brings the situation about, previews, and puts everything back."""
    configuration = stack.project / f"Pulumi.{stack.name}.yaml"
    sound = configuration.read_text()
    named = _NAMESPACES[served]
    stack.unset([f"{named}:{key}" for key in situation.missing])
    plain = {f"{named}:{key}": value for key, value in situation.plain.items()}
    where = {_ENDPOINTS[served]: _NOWHERE} if situation.unreachable else {}
    secret = {f"{named}:{key}": value for key, value in situation.secret.items()}
    stack.configure({"disk": situation.disk, **plain, **where}, secret)
    if situation.answer:
        stack.emulator.add_faults({"action": "*", "times": None, **situation.answer})
    try:
        printed = stack.preview()
    except PulumiFailed as failed:
        printed = str(failed)
    stack.emulator.clear_faults()
    configuration.write_text(sound)
    return _sentences(printed)


def _sentences(printed: str) -> str:
    """Gives what is said of the resource, on one line, where nothing else is said."""
    found = _DIAGNOSTICS.search(printed)
    if found is None or "Traceback" in printed:
        raise SystemExit(f"the preview does not say what is wrong:\n{printed}")
    said = _PREFIX.sub(r"\1: ", " ".join(found["said"].split())).replace(" what to do: ", ". ")
    said = re.sub(r"RequestId [0-9A-F-]+", "RequestId …", said)
    return re.sub(r", since \S+, for \d+ \w+", "", said)


def _in_one_spelling(said: str) -> str:
    return said.replace("alicloud-snapshot:", "alicloud:").replace("diskId", "disk_id")


def main() -> int:
    """Writes the table."""
    PAGE.write_text(drawn(PAGE.read_text(), told("dynamic")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
