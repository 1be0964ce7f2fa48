"""Access keys, and how to recognise a real one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REAL = re.compile(r"LTAI|(?:STS|TMP)\.[A-Za-z0-9]{16,}$")


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key pair. With a `security_token` it is a temporary one (STS), valid until `expires_at`.

    `policies` are RAM policies as JSON texts. Without any, it is the account's own key, which may do everything.
    """

    id: str
    secret: str
    security_token: str = ""
    active: bool = True
    expires_at: float | None = None
    policies: tuple[str, ...] = ()


def looks_real(key_id: str) -> bool:
    """Return whether `key_id` has the form of a key from Alibaba Cloud."""
    return _REAL.match(key_id) is not None
