"""One request in any of the three styles that clients of ECS speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl

ACS3_ALGORITHM = "ACS3-HMAC-SHA256"
_FORM = "application/x-www-form-urlencoded"
_COMMON = frozenset(
    {
        "Action", "Version", "Format", "Timestamp", "AccessKeyId", "Signature", "SignatureMethod",
        "SignatureNonce", "SignatureType", "SignatureVersion", "SecurityToken", "SourceIp", "SecureTransport",
    }
)  # fmt: skip


@dataclass(frozen=True)
class WireRequest:
    """One HTTP request. Header names are in lower case.

    The headers show the style: ACS3 has its signature in `Authorization`, RPC (V1) has it in the parameters. Those are
    in the query, in a form body, or in both.
    """

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The parameters in a form body."""
        if not self.headers.get("content-type", "").startswith(_FORM):
            return {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def all_parameters(self) -> Mapping[str, str]:
        """Every parameter, from the query and the body."""
        return {**self.query, **self.form}

    @cached_property
    def business_parameters(self) -> Mapping[str, str]:
        """The parameters of the action, without those of the signature."""
        return {name: value for name, value in self.all_parameters.items() if name not in _COMMON}

    @property
    def is_acs3(self) -> bool:
        return "authorization" in self.headers

    @property
    def host(self) -> str:
        return self.headers.get("host", "")

    @property
    def action(self) -> str:
        return self.all_parameters.get("Action") or self.headers.get("x-acs-action", "")

    @property
    def version(self) -> str:
        return self.all_parameters.get("Version") or self.headers.get("x-acs-version", "")


def region_of(parameters: Mapping[str, str]) -> str:
    """Return the region in the parameters, or an empty text. Some actions write its name with a small letter."""
    return parameters.get("RegionId") or parameters.get("regionId", "")
