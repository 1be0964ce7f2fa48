"""How an action is written, and what one call of it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecs_emulator import refusals
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.refusals import EcsError, Refusal
from ecs_emulator.world import World

Response = Mapping[str, object]
FormatCheck = Callable[[Parameters], None]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that has passed the gateway; `region_id` is where new resources go, `now` is emulated.

    `part_refusal` is what a fault has the last part of a call answer that answers for each of its parts.
    """

    world: World
    now: float
    parameters: Parameters
    region_id: str
    part_refusal: EcsError | None = None

    def end_of_checks(self) -> None:
        """End a dry run here: everything after this line changes the world."""
        if self.parameters.flag("DryRun"):
            raise refusals.DRY_RUN.error()


Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the API.

    `formats` are the checks that need nothing but the parameters: they come before the ClientToken is
    looked up. `token_reused` and `token_processing` are what this action answers to a token in use.
    """

    name: str
    handler: Handler
    mutating: bool
    formats: tuple[FormatCheck, ...]
    token_reused: Refusal
    token_processing: Refusal


ACTIONS: dict[str, Action] = {}


def action(
    name: str,
    *formats: FormatCheck,
    mutating: bool = False,
    token_reused: Refusal = refusals.TOKEN_REUSED,
    token_processing: Refusal = refusals.TOKEN_PROCESSING,
) -> Callable[[Handler], Handler]:
    """Register a function as the handler of the action `name`."""

    def register(handler: Handler) -> Handler:
        ACTIONS[name] = Action(name, handler, mutating, formats, token_reused, token_processing)
        return handler

    return register
