"""The behaviour table: what the emulator does as ECS does, where that is said, and which test holds it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import yaml

from ecs_emulator.records.codec import decode


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row: `where` names the page or the reason, `test` is `file::function` in tests/emulator.

    What is verified on real accounts, or is inferred and so waits for that, has an `id`.
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
