"""What every command works with, and how every command begins and ends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer

from ..clock import Clock, system_clock
from ..errors import InvalidInput, SnapshotError
from ..region import Region, Regions
from ..signals import on_signals
from ..snapshots.estimate import Price
from .exit_codes import Exit
from .screen import Output, Screen
from .target import Target, find_target

T = TypeVar("T")

_IN_TERMS_OF_THE_COMMAND_LINE = (
    ("run `pulumi up` again", "run the same command again"),
    ("Run `pulumi up` again", "Run the same command again"),
    (" Raise customTimeouts.create for larger disks.", ""),
    ("set stop_instance = True", "give --stop-instance"),
    ("give region=…", "give --region"),
    ("set region to", "give --region with"),
)
"""The core's remedies are for the author of a program. These replacements are for a user of the command line."""


@dataclass(frozen=True, slots=True)
class Context:
    """The screen of a command, its stack, and the regions in which it looks."""

    screen: Screen
    target: Target
    regions: Sequence[Region]

    @property
    def clock(self) -> Clock:
        """The clock that all regions share."""
        return self.regions[0].clock

    @property
    def price(self) -> Price:
        """The price of one GiB for a month."""
        return self.target.preferences.price

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes of the stack's series. Without a stack there are none."""
        return self.target.stack.scopes if self.target.stack else frozenset()

    @property
    def place(self) -> str:
        """The names of the regions, as a text."""
        return ", ".join(region.name for region in self.regions)

    async def in_every_region(self, ask: Callable[[Region], Awaitable[T]]) -> list[T]:
        """Ask all regions at once, and return the answers in the order of the regions."""
        return list(await asyncio.gather(*(ask(region) for region in self.regions)))

    async def find(self, kind: str, thing_id: str, look: Callable[[Region], Awaitable[T | None]]) -> tuple[Region, T]:
        """Return the thing with this id, and its region. Raises InvalidInput if no region has it."""
        found = await self.in_every_region(look)
        for region, thing in zip(self.regions, found, strict=True):
            if thing is not None:
                return region, thing
        raise InvalidInput(
            kind,
            f"there is no {kind} {thing_id} in {self.place}",
            remedy=f"Correct the id, or give --region with the {kind}'s own.",
        )


def check_argument(name: str, rule: Callable[[str], str | None], value: str | None) -> None:
    """Check an argument by the rule of the same property. None is valid. Raises InvalidInput."""
    reason = rule(value) if value is not None else None
    if reason:
        raise InvalidInput(name, f"{name} {reason}")


def perform(
    act: Callable[[Context], Awaitable[int]],
    regions: Sequence[str] | None = None,
    output: Output = "table",
    state: Path | None = None,
) -> None:
    """Run a command and exit. An error is one sentence on stderr. After Ctrl-C the command cleans up first."""
    screen = Screen(output)
    conclude(screen, lambda: asyncio.run(_act(act, screen, find_target(regions or (), state))))


def conclude(screen: Screen, run: Callable[[], int]) -> None:
    """Run `work` and exit with its code, as every command does."""
    try:
        code = int(run())
    except SnapshotError as error:
        screen.warn(f"error: {sentence(error)}")
        code = Exit.BAD_INPUT if isinstance(error, InvalidInput) else Exit.FAILED
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.warn("interrupted")
        code = Exit.INTERRUPTED
    sys.stdout.flush()
    raise typer.Exit(code)


async def _act(act: Callable[[Context], Awaitable[int]], screen: Screen, target: Target) -> int:
    _end_in_order_when_told_to()
    each = Regions(_clock())
    return await act(
        Context(screen, target, [each.of(target.settings.in_region(name)) for name in target.region_names])
    )


def _end_in_order_when_told_to() -> None:
    """End the command as after Ctrl-C if the terminal closes or somebody sends `kill`."""
    command = asyncio.current_task()
    if command is not None:
        on_signals(("SIGTERM", "SIGHUP"), command.cancel)


def _clock() -> Clock:
    try:
        return system_clock()
    except ValueError as error:
        raise InvalidInput("environment", str(error)) from None


def sentence(error: SnapshotError) -> str:
    """Return an error as one line: what failed, and what to do."""
    text = f"{error.headline}. {error.remedy}" if error.remedy else error.headline
    return in_terms_of_the_command_line(text).replace("\n", " ")


def in_terms_of_the_command_line(text: str) -> str:
    """Return a text of the core with the names of options instead of arguments."""
    for said, meant in _IN_TERMS_OF_THE_COMMAND_LINE:
        text = text.replace(said, meant)
    return text
