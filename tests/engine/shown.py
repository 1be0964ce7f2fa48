"""What an example's README shows is what Pulumi prints."""

from __future__ import annotations

import re

from harness import folded
from workbench.environment import ROOT

_SCREEN = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DIFFERS_IN_EVERY_RUN = (
    (re.compile(r"\b(d|i|m|s|ssg)-[a-z0-9]{12,}"), r"\1-…"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z"), "…Z"),
    (re.compile(r"\(\d+(\.\d+)?s\)"), "(…s)"),
)


def screens(example: str) -> list[str]:
    """Gives the lines of output that the README of an example shows."""
    readme = (ROOT / "examples" / example / "README.md").read_text()
    return [line for screen in _SCREEN.findall(readme) for line in screen.splitlines() if line.strip()]


def assert_shown(example: str, *printed: str) -> None:
    """Fails with the lines of the README that are nowhere in what was printed; ids and times may differ."""
    everything = _comparable("\n".join(printed))
    missing = [line for line in screens(example) if _comparable(line) not in everything]
    assert not missing, "\n".join(["not printed:", *missing, "but:", *printed])
    assert screens(example), "the README shows no output"


def _comparable(text: str) -> str:
    text = folded(text)
    for differs, same in _DIFFERS_IN_EVERY_RUN:
        text = differs.sub(same, text)
    return text
