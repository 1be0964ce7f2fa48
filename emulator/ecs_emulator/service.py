"""One emulated ECS without its HTTP server. It takes requests, returns answers, and keeps the log and the state."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ecs_emulator import refusals
from ecs_emulator.actions import ACTIONS, Action, Call
from ecs_emulator.actions.registry import Response
from ecs_emulator.clock import Clock
from ecs_emulator.contradictions import answered
from ecs_emulator.faults.book import FaultBook
from ecs_emulator.faults.rule import FaultRule
from ecs_emulator.faults.strike import bend, part_refusal, strike
from ecs_emulator.gateway.answers import Answer, refused, succeeded
from ecs_emulator.gateway.flow_control import FlowControl
from ecs_emulator.gateway.gatekeeper import Gatekeeper
from ecs_emulator.gateway.parameters import Parameters, read_parameters
from ecs_emulator.gateway.policies import may
from ecs_emulator.gateway.request import WireRequest, region_of
from ecs_emulator.idempotency import TokenBook, check_token
from ecs_emulator.lifecycle.settle import settle
from ecs_emulator.log import CallEntry, CallLog
from ecs_emulator.refusals import EcsError
from ecs_emulator.storage import Storage
from ecs_emulator.world import World

API_VERSION = "2014-05-26"


@dataclass(frozen=True, slots=True)
class _Admission:
    """A request that the gateway has accepted."""

    action: Action
    parameters: Parameters
    region_id: str


class Service:
    """The emulated ECS.

    `lock` protects the world from other threads of the same process. Nobody waits while holding it.
    `wall` is the wall clock for the dates of signatures.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        storage: Storage | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.world = world
        self.clock = clock
        self.log = CallLog()
        self.faults = FaultBook()
        self.lock = threading.RLock()
        self.wall = wall
        self._storage = storage
        self._gatekeeper = Gatekeeper(world.access_keys, wall)
        self._flow = FlowControl()
        self._tokens = TokenBook(world)

    def settle(self) -> float:
        """Do everything that is due, and return the emulated time."""
        with self.lock:
            now = self.clock.now()
            settle(self.world, now)
            self.record()
            return now

    def record(self) -> None:
        """Write the events into the log, and the changes into the state file."""
        for event in self.world.take_events():
            self.log.happened(event)
        if self._storage is not None:
            self._storage.save(self.world, self.clock.now())

    def close(self) -> None:
        """Save the time and close the state file."""
        if self._storage is not None:
            self._storage.close(self.clock.now())

    async def answer(self, request: WireRequest) -> Answer:
        """Answer one request of a client."""
        entry = self._opened(request)
        rules: Sequence[FaultRule] = ()
        try:
            admission = self._admit(request)
            rules = self.faults.drawn(admission.action.name, self.clock.now())
            answer = await self._perform(admission, rules, entry.request_id)
        except EcsError as error:
            answer = refused(error, entry.request_id, f"ecs.{self._region_id(request)}.aliyuncs.com")
        self.log.closed(entry.seq, answer.status, answer.code, "+".join(rule.kind for rule in rules) or None)
        return answer

    def _opened(self, request: WireRequest) -> CallEntry:
        action = ACTIONS.get(request.action)
        parameters = request.business_parameters
        return self.log.opened(
            self.settle(),
            request.action,
            region_of(parameters),
            action is not None and action.mutating,
            parameters,
        )

    def _admit(self, request: WireRequest) -> _Admission:
        action = ACTIONS.get(request.action)
        if action is None:
            raise refusals.INVALID_API.error()
        if request.version != API_VERSION:
            raise refusals.INVALID_VERSION.error()
        key = self._gatekeeper.admit(request)
        flat = dict(request.business_parameters)
        region_id = self._region_id(request)
        self._flow.admit(action.name, region_id, self.clock.now(), self.world.settings.rules.calls_per_minute)
        if region_id in request.host and "regionId" not in flat:
            flat.setdefault("RegionId", region_id)
        parameters = read_parameters(action.name, flat)
        if region_id not in self.world.regions:
            raise refusals.INVALID_REGION.error()
        if not may(key.policies, action.name, parameters, region_id, self.world):
            raise refusals.FORBIDDEN_RAM.error()
        for check in (*action.formats, check_token):
            check(parameters)
        return _Admission(action, parameters, region_id)

    def _region_id(self, request: WireRequest) -> str:
        """Return the region of the parameters, or of the endpoint, or the first region."""
        named = region_of(request.business_parameters)
        regions = [region.id for region in self.world.regions]
        in_host = [region for region in regions if region in request.host]
        return named or next(iter(in_host + regions), "")

    async def _perform(self, admission: _Admission, rules: Sequence[FaultRule], request_id: str) -> Answer:
        with self._tokens.under_way(admission.action, admission.parameters):
            instead = await strike(rules, "before")
            if instead is not None:
                return instead
            response = self._effect(admission, rules)
        return await strike(rules, "after") or succeeded(response, request_id)

    def _once(self, call: Call, action: Action, parameters: Parameters) -> Response:
        call = replace(call, parameters=parameters)
        return self._tokens.once(action, parameters, call.now, lambda: action.handler(call))

    def _effect(self, admission: _Admission, rules: Sequence[FaultRule]) -> Response:
        action, parameters = admission.action, admission.parameters
        with self.lock:
            now = self.settle()
            call = Call(self.world, now, parameters, admission.region_id, part_refusal(rules))
            response = answered(action.name, parameters, self.world, now, lambda asked: self._once(call, action, asked))
            bend(self.world, rules, response, now)
            self.record()
        return response
