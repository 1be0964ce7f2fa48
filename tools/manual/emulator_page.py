"""The page of what the embedded ECS covers, made from its actions, their parameters and its table of behaviours."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from ecs_emulator.actions import ACTIONS, Action
from ecs_emulator.behaviours import behaviours
from ecs_emulator.gateway.parameters import Shape, table_of
from manual.tables import table

_OF_EVERY_ACTION = frozenset({"OwnerAccount", "OwnerId", "RegionId", "ResourceOwnerAccount", "ResourceOwnerId"})
_INTRODUCTION = """# What the emulator covers

The actions of ECS that the [emulator](emulator.md) answers, and the parameters that it takes, by the SDK's names. Those
in bold cannot be left out; any other one is refused. Every action takes `RegionId` and the parameters of owners.
"""


def emulator_page() -> str:
    """Return the page."""
    rows = [_row(action) for _, action in sorted(ACTIONS.items())]
    actions = table(["action", "what it does", "parameters"], rows)
    told = [[row.behaviour, row.source, row.where] for row in behaviours()]
    heading = "\n## Behaviours\n\nDocumented: Alibaba Cloud says so, or it was observed. Inferred: a choice.\n"
    return "\n".join([_INTRODUCTION, actions, heading, table(["behaviour", "source", "where"], told)])


def _row(action: Action) -> list[str]:
    about = " ".join((inspect.getdoc(action.handler) or "").split())
    parameters = ", ".join(_parameters(action.name)) or "none"
    return [f"`{action.name}`", f"{about} It changes the world." if action.mutating else about, parameters]


def _parameters(action: str) -> Iterator[str]:
    for name, shape in sorted(table_of(action).items(), key=lambda each: each[0].lower()):
        if name not in _OF_EVERY_ACTION:
            yield f"**`{name}`**" if shape.required else f"`{name}{_inside(shape)}`"


def _inside(shape: Shape) -> str:
    repeated = ".N" if shape.repeated else ""
    return f"{repeated}.{{{', '.join(shape.fields)}}}" if shape.fields else repeated
