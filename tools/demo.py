#!/usr/bin/env python3
"""Runs the root stack through its life on the real engine against the embedded ECS, and checks what ECS saw."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from workbench.environment import CACHE, ROOT, say
from workbench.history import history, mutations
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import AcceleratedClock, running_emulator

_STACK_CONFIG = ROOT / "Pulumi.demo.yaml"
_SPEED = 60.0


@dataclass(frozen=True, slots=True)
class Step:
    """One run of Pulumi, and what ECS must see meanwhile: these patterns in this order, or no mutating call.

    `told` prints what ECS saw.
    """

    explanation: str
    run: Callable[[Stack], object]
    expected: tuple[str, ...] = ()
    told: bool = False


def _preview(stack: Stack) -> None:
    stack.preview("--suppress-outputs")  # each is unknown


def _release_v2(stack: Stack) -> None:
    stack.configure({"release": "v2"})
    stack.up()


def _up_again(stack: Stack) -> None:
    _count(replace(stack, to_terminal=False).up("--expect-no-changes"))


def _refresh(stack: Stack) -> None:
    _count(replace(stack, to_terminal=False).refresh("--expect-no-changes"))


def _count(printed: str) -> None:
    """Prints how many resources are unchanged: the rows above would say the same of each."""
    for line in re.findall(r"^ +\d+ unchanged$", printed, re.M):
        print(line, flush=True)


def _destroy(stack: Stack) -> None:
    stack.destroy("--remove")


_IMAGE_OF_ITS_SNAPSHOT = (
    "CreateSnapshot d-demo-system",
    r"snapshot\.created (?P<new>\S+)",
    r"snapshot\.accomplished (?P=new)",
    "CreateImage (?P=new)",
    r"image\.available",
)
_STEPS = (
    Step("preview: what would be made; nothing is changed, the disks are only looked at", _preview),
    Step(
        "up: snapshot the system disk, then make the image from it, then the disk from the data disk's snapshot",
        Stack.up,
        (*_IMAGE_OF_ITS_SNAPSHOT, "CreateDisk"),
        told=True,
    ),
    Step("up again: nothing has changed, so nothing is done", _up_again),
    Step(
        "release v2: the trigger changed, so a new snapshot is accomplished before the new image; the old ones go last",
        _release_v2,
        (*_IMAGE_OF_ITS_SNAPSHOT, "DeleteImage", "DeleteSnapshot"),
        told=True,
    ),
    Step("refresh: the state is compared with ECS", _refresh),
    Step(
        "destroy: what was made from the snapshots goes first, then they",
        _destroy,
        ("DeleteImage", "DeleteSnapshot"),
    ),
)


_TELLING = re.compile(r"Create|Delete|snapshot\.accomplished")
"""What a reader needs of ECS's log: the order in which things were asked for, and when each snapshot was safe."""


class DemoFailed(Exception):
    """ECS did not see what the demo promises."""


def main() -> int:
    """Gives 0 when every step did what it says."""
    backend = CACHE / "demo"
    shutil.rmtree(backend, ignore_errors=True)
    _STACK_CONFIG.unlink(missing_ok=True)
    try:
        with running_emulator(clock=AcceleratedClock(_SPEED)) as emulator:
            _run(Stack(ROOT, backend, emulator, _SPEED, name="demo", to_terminal=True))
    except (DemoFailed, PulumiFailed) as error:
        say(f"demo failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("demo interrupted")
        return 130
    finally:
        _STACK_CONFIG.unlink(missing_ok=True)
    return 0


def _run(stack: Stack) -> None:
    say(f"embedded ECS on {stack.emulator.url}, an emulated minute a second")
    stack.create()
    for step in _STEPS:
        _take(step, stack)
    if left := stack.emulator.describe_world()["snapshots"]:
        raise DemoFailed(f"these snapshots are left: {left}")
    say("done: the emulated account holds no snapshot")


def _take(step: Step, stack: Stack) -> None:
    emulator = stack.emulator
    seen, mutated = len(history(emulator)), len(mutations(emulator))
    say(step.explanation)
    step.run(stack)
    happened = history(emulator)[seen:]
    if step.told:
        print(f"ECS saw, in this order: {', '.join(filter(_TELLING.match, happened))}", flush=True)
    if not step.expected and len(mutations(emulator)) > mutated:
        raise DemoFailed("ECS was to see no mutating call")
    if not re.search(".*".join(step.expected), "\n".join(happened), re.DOTALL):
        raise DemoFailed(f"ECS was to see, in this order, {', '.join(step.expected)}")


if __name__ == "__main__":
    sys.exit(main())
