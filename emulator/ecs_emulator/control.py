"""The control interface over HTTP: JSON, unsigned, under `/_control/`.

It is for programs of this machine. A web page in a browser here could also reach it. So it refuses calls from a web
page, calls with another host name, and bodies of another type.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Literal, NoReturn

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
    """The control calls. Each answers with a JSON object."""

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
        step = decode(_Advance, await _body(request), "clock")
        return {"now": self._console.advance(step.advance)}

    async def _world(self, _: web.Request) -> Data:
        return self._console.describe_world()

    async def _add_seed(self, request: web.Request) -> Data:
        self._console.add_seed(await _body(request))
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
        (rule,) = self._console.add_faults(await _body(request))
        return {"id": rule.id}

    async def _clear_faults(self, _: web.Request) -> Data:
        self._console.clear_faults()
        return {}

    async def _write_disk(self, request: web.Request) -> Data:
        write = decode(_Write, await _body(request), "write")
        self._console.write_disk(request.match_info["id"], write.gib)
        return {}

    async def _change_instance(self, request: web.Request) -> Data:
        change = decode(_InstanceChange, await _body(request), "instance")
        self._console.change_instance(request.match_info["id"], change.status, change.lock, change.agent_online)
        return {}

    async def _change_snapshot(self, request: web.Request) -> Data:
        decode(_SnapshotChange, await _body(request), "snapshot")
        self._console.fail_snapshot(request.match_info["id"])
        return {}


def _route(method: str, path: str, reply: Reply) -> web.RouteDef:
    async def handle(request: web.Request) -> web.StreamResponse:
        if reason := _foreign(request):
            return web.json_response({"error": reason}, status=HTTPStatus.FORBIDDEN)
        try:
            return web.json_response(await reply(request))
        except UnknownIdError as error:
            return web.json_response({"error": str(error)}, status=HTTPStatus.NOT_FOUND)
        except (ValueError, OverflowError) as error:
            return web.json_response({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)

    return web.route(method, f"{PREFIX}/{path}", handle)


def _foreign(request: web.Request) -> str:
    """Return why a call is refused, or an empty text for a call from a program of this machine."""
    if "Origin" in request.headers:
        return "A web page cannot use the control interface. Call it from a program."
    if not _is_loopback(request.url.host or ""):
        return f"{request.host!r} is not this machine. Call the control interface as 127.0.0.1 or localhost."
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


async def _body(request: web.Request) -> Any:
    """Return the data of a call. Raises ValueError if it is not JSON, has another type, or is nested too deeply."""
    body = await request.read()
    if request.content_type != "application/json":
        raise ValueError("The body has no content type application/json. Send it as `Content-Type: application/json`.")
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("The body is nested too deeply. Send fewer levels.") from None


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON. Send a finite one.")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)
