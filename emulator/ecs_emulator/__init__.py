"""The embedded ECS, on a port of this machine: the same protocol, codes and lifecycles as the real one."""

from ecs_emulator.clock import AcceleratedClock, Clock, ManualClock, RealClock, SteppableClock
from ecs_emulator.console import UnknownIdError
from ecs_emulator.emulator import Emulator, running_emulator
from ecs_emulator.faults.rule import FaultRule
from ecs_emulator.log import CallEntry, EventEntry
from ecs_emulator.records.codec import RecordError
from ecs_emulator.seed import Seed, default_seed, load_seed

__all__ = [
    "AcceleratedClock",
    "CallEntry",
    "Clock",
    "Emulator",
    "EventEntry",
    "FaultRule",
    "ManualClock",
    "RealClock",
    "RecordError",
    "Seed",
    "SteppableClock",
    "UnknownIdError",
    "default_seed",
    "load_seed",
    "running_emulator",
]
