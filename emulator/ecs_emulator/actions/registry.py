"""The definition of an action, and the data of one call."""

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
    """One call that has passed the gateway. New resources are in `region_id`. `now` is emulated.

    `part_refusal` is the error of a fault for the last part of a call that has a result for each part.
    """

    world: World
    now: float
    parameters: Parameters
    region_id: str
    part_refusal: EcsError | None = None

    def end_of_checks(self) -> None:
        """End a dry run here, because everything after this line changes the world."""
        if self.parameters.flag("DryRun"):
            raise refusals.DRY_RUN.error()


Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the API.

    `formats` are the checks that need only the parameters. They run before the look-up of the ClientToken.
    `token_reused` and `token_processing` are the errors of this action for a token in use.
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
