"""ClientToken: a repeated call gets the same answer. A different call with the same token is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ecs_emulator import refusals
from ecs_emulator.actions.registry import Action, Response
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.records.reply import Reply
from ecs_emulator.world import World

MAXIMUM_LENGTH = 64


class TokenBook:
    """The tokens in use: those of current calls, and those whose answers the world keeps."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._under_way: set[str] = set()

    @contextmanager
    def under_way(self, action: Action, parameters: Parameters) -> Iterator[None]:
        """Refuse other calls with this token until the call is done."""
        key = _key(action, parameters)
        if key is None:
            yield
            return
        if key in self._under_way:
            raise action.token_processing.error()
        self._under_way.add(key)
        try:
            yield
        finally:
            self._under_way.remove(key)

    def once(self, action: Action, parameters: Parameters, now: float, perform: Callable[[], Response]) -> Response:
        """Perform a call, or return its earlier answer."""
        key = _key(action, parameters)
        if key is None:
            return perform()
        fingerprint = _fingerprint(parameters)
        reply = self._world.replies.get(key)
        if reply is not None and reply.expires_at > now:
            if reply.fingerprint != fingerprint:
                raise action.token_reused.error()
            return reply.response
        response = perform()
        lifetime = self._world.settings.rules.token_lifetime_seconds
        self._world.put(Reply(key, fingerprint, response, now + lifetime))
        return response


def check_token(parameters: Parameters) -> None:
    """Raise EcsError for a token that is too long or not ASCII."""
    token = parameters.text("ClientToken")
    if len(token) > MAXIMUM_LENGTH or not token.isascii():
        raise refusals.TOKEN_MALFORMED.error()


def _key(action: Action, parameters: Parameters) -> str | None:
    token = parameters.text("ClientToken")
    return f"{action.name}:{token}" if token else None


def _fingerprint(parameters: Parameters) -> str:
    others = {name: value for name, value in parameters.values.items() if name != "ClientToken"}
    return hashlib.sha256(json.dumps(others, sort_keys=True).encode()).hexdigest()
