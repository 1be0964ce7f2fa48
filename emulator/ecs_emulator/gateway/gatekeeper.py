"""Accepts a request once, if a known key signed it just now."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import datetime

from ecs_emulator import refusals
from ecs_emulator.gateway.credentials import Credentials, read_credentials
from ecs_emulator.gateway.request import WireRequest
from ecs_emulator.records.access_key import AccessKey, looks_real
from ecs_emulator.tables import Table

ALLOWED_SKEW_SECONDS = 15 * 60
_TIMESTAMP = re.compile(r"[\d-]{10}T[\d:]{8}Z")


class Gatekeeper:
    """Checks key, token, time, nonce and signature, in this order.

    Clients sign with the wall clock. So `wall` is the wall clock, never the emulated time.
    """

    def __init__(self, keys: Table[AccessKey], wall: Callable[[], float]) -> None:
        self._keys = keys
        self._wall = wall
        self._nonces: dict[str, float] = {}

    def admit(self, request: WireRequest) -> AccessKey:
        """Return the key that signed the request, or raise EcsError with the gateway's code."""
        credentials = read_credentials(request)
        key = self._key(credentials)
        self._check_time(credentials.timestamp)
        self._forget_old_nonces()
        if credentials.nonce in self._nonces:
            raise refusals.NONCE_USED.error()
        expected = credentials.expected(request, key.secret)
        if not hmac.compare_digest(expected.signature, credentials.signature):
            raise refusals.SIGNATURE_MISMATCH.error(string_to_sign=expected.string_to_sign)
        self._nonces[credentials.nonce] = self._wall()
        return key

    def _key(self, credentials: Credentials) -> AccessKey:
        if looks_real(credentials.key_id):
            raise refusals.REAL_ACCESS_KEY.error()
        key = self._keys.get(credentials.key_id)
        if key is None:
            raise refusals.INVALID_ACCESS_KEY.error()
        if not key.active:
            raise refusals.INACTIVE_ACCESS_KEY.error()
        if key.security_token != credentials.security_token:
            raise refusals.TOKEN_MISMATCH.error()
        if key.expires_at is not None and key.expires_at <= self._wall():
            raise refusals.TOKEN_EXPIRED.error()
        return key

    def _check_time(self, timestamp: str) -> None:
        try:
            signed_at = datetime.fromisoformat(timestamp)
        except ValueError:
            raise refusals.TIMESTAMP_FORMAT.error() from None
        if not _TIMESTAMP.fullmatch(timestamp):
            raise refusals.TIMESTAMP_FORMAT.error()
        if abs(self._wall() - signed_at.timestamp()) > ALLOWED_SKEW_SECONDS:
            raise refusals.TIMESTAMP_EXPIRED.error()

    def _forget_old_nonces(self) -> None:
        oldest = self._wall() - 2 * ALLOWED_SKEW_SECONDS
        while self._nonces and next(iter(self._nonces.values())) <= oldest:
            del self._nonces[next(iter(self._nonces))]
