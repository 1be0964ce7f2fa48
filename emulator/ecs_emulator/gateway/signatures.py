"""The two signatures of the Alibaba Cloud gateway: ACS3-HMAC-SHA256 and the older RPC one (V1, HMAC-SHA1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from ecs_emulator.gateway.request import ACS3_ALGORITHM


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature and the text that it signs."""

    signature: str
    string_to_sign: str


def sign_acs3(
    secret: str,
    method: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    signed_headers: Sequence[str],
) -> Signed:
    """Sign a request to `/` with its query and the named headers, in lower case."""
    canonical_request = "\n".join(
        (
            method,
            "/",
            _canonical_query(query),
            "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in signed_headers),
            ";".join(signed_headers),
            headers.get("x-acs-content-sha256", ""),
        )
    )
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    string_to_sign = f"{ACS3_ALGORITHM}\n{digest}"
    signature = hmac.new(secret.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()
    return Signed(signature, string_to_sign)


def sign_v1(secret: str, method: str, parameters: Mapping[str, str]) -> Signed:
    """Sign all parameters of a request, from query and form together, without `Signature` itself."""
    query = _canonical_query({name: value for name, value in parameters.items() if name != "Signature"})
    string_to_sign = f"{method}&%2F&{_encoded(query)}"
    digest = hmac.new(f"{secret}&".encode(), string_to_sign.encode(), hashlib.sha1).digest()
    return Signed(base64.b64encode(digest).decode(), string_to_sign)


def _canonical_query(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{_encoded(name)}={_encoded(parameters[name])}" for name in sorted(parameters))


@lru_cache(4_096)
def _encoded(text: str) -> str:
    return quote(text, safe="~")
