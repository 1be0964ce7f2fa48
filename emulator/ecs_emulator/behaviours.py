"""The table of behaviours: what the emulator does, the source of that, and the test that checks it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import yaml

from ecs_emulator.records.codec import decode


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row: `where` names the page or the reason, `test` is `file::function` in tests/emulator.

    A row has an `id` if it is verified on real accounts, or if it is inferred and waits for that.
    """

    behaviour: str
    source: Literal["documented", "inferred"]
    where: str
    test: str
    id: str = ""


def behaviours() -> tuple[Behaviour, ...]:
    """Return all rows of behaviours.yaml."""
    rows = yaml.safe_load(files("ecs_emulator").joinpath("behaviours.yaml").read_text(encoding="utf-8"))
    return tuple(decode(Behaviour, row, f"behaviours[{index}]") for index, row in enumerate(rows))
