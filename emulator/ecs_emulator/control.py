"""The control interface over HTTP: JSON, unsigned, under `/_control/`."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web

from ecs_emulator.console import Console, UnknownIdError
from ecs_emulator.faults.book import FaultBook
from ecs_emulator.records.codec import decode
from ecs_emulator.records.instance import InstanceStatus

Data = Mapping[str, Any]
Reply = Callable[[web.Request], Awaitable[Data]]
PREFIX = "/_control"


@dataclass(frozen=True, slots=True)
class _Advance:
    advance: float


@dataclass(frozen=True, slots=True)
class _Write:
    gib: float


@dataclass(frozen=True, slots=True)
class _InstanceChange:
    status: InstanceStatus | None = None
    lock: str | None = None
    agent_online: bool | None = None


@dataclass(frozen=True, slots=True)
class _SnapshotChange:
    status: Literal["failed"]


class Control:
    """The control calls, each of which answers with a JSON object."""

    def __init__(self, console: Console, faults: FaultBook) -> None:
        self._console = console
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        return [
            _route("GET", "health", self._health),
            _route("GET", "clock", self._clock),
            _route("POST", "clock", self._advance),
            _route("GET", "world", self._world),
            _route("POST", "world", self._add_seed),
            _route("GET", "log", self._log),
            _route("DELETE", "log", self._clear_log),
            _route("GET", "counts", self._counts),
            _route("GET", "faults", self._list_faults),
            _route("POST", "faults", self._add_fault),
            _route("DELETE", "faults", self._clear_faults),
            _route("POST", "disks/{id}/write", self._write_disk),
            _route("POST", "instances/{id}", self._change_instance),
            _route("POST", "snapshots/{id}", self._change_snapshot),
        ]

    async def _health(self, _: web.Request) -> Data:
        return {"status": "ok"}

    async def _clock(self, _: web.Request) -> Data:
        return {"now": self._console.now()}

    async def _advance(self, request: web.Request) -> Data:
        step = decode(_Advance, await request.json(), "clock")
        return {"now": self._console.advance(step.advance)}

    async def _world(self, _: web.Request) -> Data:
        return self._console.describe_world()

    async def _add_seed(self, request: web.Request) -> Data:
        self._console.add_seed(await request.json())
        return {}

    async def _log(self, request: web.Request) -> Data:
        return {"calls": self._console.entries(int(request.query.get("since", "0")))}

    async def _clear_log(self, _: web.Request) -> Data:
        self._console.clear_log()
        return {}

    async def _counts(self, _: web.Request) -> Data:
        return self._console.counts()

    async def _list_faults(self, _: web.Request) -> Data:
        return {
            "faults": [
                {**dataclasses.asdict(rule), "struck": self._faults.struck(rule.id)} for rule in self._faults.rules()
            ]
        }

    async def _add_fault(self, request: web.Request) -> Data:
        (rule,) = self._console.add_faults(await request.json())
        return {"id": rule.id}

    async def _clear_faults(self, _: web.Request) -> Data:
        self._console.clear_faults()
        return {}

    async def _write_disk(self, request: web.Request) -> Data:
        write = decode(_Write, await request.json(), "write")
        self._console.write_disk(request.match_info["id"], write.gib)
        return {}

    async def _change_instance(self, request: web.Request) -> Data:
        change = decode(_InstanceChange, await request.json(), "instance")
        self._console.change_instance(request.match_info["id"], change.status, change.lock, change.agent_online)
        return {}

    async def _change_snapshot(self, request: web.Request) -> Data:
        decode(_SnapshotChange, await request.json(), "snapshot")
        self._console.fail_snapshot(request.match_info["id"])
        return {}


def _route(method: str, path: str, reply: Reply) -> web.RouteDef:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await reply(request))
        except UnknownIdError as error:
            return web.json_response({"error": str(error)}, status=HTTPStatus.NOT_FOUND)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)

    return web.route(method, f"{PREFIX}/{path}", handle)
