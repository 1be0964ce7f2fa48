"""The credentials of a request, in both signature styles."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from ecs_emulator import refusals
from ecs_emulator.gateway.request import ACS3_ALGORITHM, WireRequest
from ecs_emulator.gateway.signatures import Signed, sign_acs3, sign_v1

_AUTHORIZATION = re.compile(
    rf"{ACS3_ALGORITHM} Credential=(?P<key>[^,]+),SignedHeaders=(?P<headers>[^,]+),Signature=(?P<signature>\w+)"
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The sender and the time of a request. `signed_headers` is empty in the RPC style."""

    key_id: str
    security_token: str
    signature: str
    nonce: str
    timestamp: str
    signed_headers: tuple[str, ...] = ()

    def expected(self, request: WireRequest, secret: str) -> Signed:
        """Return the right signature for `secret`."""
        if self.signed_headers:
            return sign_acs3(secret, request.method, request.query, request.headers, self.signed_headers)
        return sign_v1(secret, request.method, request.all_parameters)


def read_credentials(request: WireRequest) -> Credentials:
    """Return the credentials of a request. Raises EcsError if they are incomplete."""
    return _acs3_credentials(request) if request.is_acs3 else _v1_credentials(request)


def _acs3_credentials(request: WireRequest) -> Credentials:
    found = _AUTHORIZATION.fullmatch(request.headers["authorization"].replace(", ", ","))
    if found is None or hashlib.sha256(request.body).hexdigest() != request.headers.get("x-acs-content-sha256"):
        raise refusals.INCOMPLETE_SIGNATURE.error()
    if not request.headers.get("x-acs-signature-nonce"):
        raise refusals.MANDATORY.error(name="SignatureNonce")
    return Credentials(
        key_id=found["key"],
        security_token=request.headers.get("x-acs-security-token", ""),
        signature=found["signature"],
        nonce=request.headers.get("x-acs-signature-nonce", ""),
        timestamp=request.headers.get("x-acs-date", ""),
        signed_headers=tuple(found["headers"].split(";")),
    )


def _v1_credentials(request: WireRequest) -> Credentials:
    parameters = request.all_parameters
    for name in ("AccessKeyId", "Signature", "SignatureNonce", "Timestamp"):
        if not parameters.get(name):
            raise refusals.MANDATORY.error(name=name)
    if parameters.get("SignatureMethod") != "HMAC-SHA1" or parameters.get("SignatureVersion") != "1.0":
        raise refusals.INCOMPLETE_SIGNATURE.error()
    return Credentials(
        key_id=parameters["AccessKeyId"],
        security_token=parameters.get("SecurityToken", ""),
        signature=parameters["Signature"],
        nonce=parameters["SignatureNonce"],
        timestamp=parameters["Timestamp"],
    )
