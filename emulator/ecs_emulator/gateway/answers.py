"""The answers over HTTP: a result or an error in the gateway's format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from ecs_emulator.refusals import EcsError

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. A `status` of None closes the connection without an answer."""

    status: int | None
    body: str = ""
    content_type: str = _JSON
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def succeeded(response: Mapping[str, object], request_id: str) -> Answer:
    """Return the answer to a successful call."""
    return Answer(200, json.dumps({"RequestId": request_id, **response}))


def refused(error: EcsError, request_id: str, host_id: str) -> Answer:
    """Return the answer to a refused call."""
    advice = f"https://api.aliyun.com/troubleshoot?q={quote(error.code)}&product=Ecs&requestId={request_id}"
    envelope = {
        "RequestId": request_id,
        "HostId": host_id,
        "Code": error.code,
        "Message": error.message,
        "Recommend": advice,
    }
    return Answer(error.status, json.dumps(envelope), code=error.code, headers=error.headers)


def dropped() -> Answer:
    """Return no answer: the connection is closed."""
    return Answer(None)


def bad_gateway() -> Answer:
    """Return the HTML answer of a proxy."""
    page = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
    return Answer(502, page, "text/html")
