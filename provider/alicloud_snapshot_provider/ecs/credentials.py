"""Credentials by alibabacloud-credentials: this file chooses their kind and words failures; the library does the rest.

The library's own texts quote whole answers, and an answer can hold a secret: they are neither shown nor logged.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from ..errors import PermissionDenied, SnapshotError, Unavailable
from .settings import CredentialSource

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client
    from alibabacloud_credentials.models import CredentialModel

_REMEDY = (
    "Run `pulumi config set alicloud:accessKey <id>` and `pulumi config set --secret alicloud:secretKey <secret>`, "
    "set ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or name a profile or a role."
)
_ABOUT_FILES = (
    "unable to open credentials file",
    "unable to get profile",
    "unsupported profile mode",
    "failed to parse credential form cli credentials file",
)
"""How the library's texts about a profile begin, which name a file and a profile and quote neither."""
_NOWHERE = "unable to load credentials from any of the providers in the chain"
_STATUS = re.compile(r"(?:http_code[=:] ?|HttpCode=)(\d{3})")
_OF_STS = re.compile(r"error re\w+ credentials from (?:ram_role_arn|oidc_role_arn)\b")


class Credentials:
    """What the SDK asks for credentials; they are fetched and refreshed when a call needs them.

    Whatever hinders that is an error that says its kind and quotes no answer: PermissionDenied, or
    Unavailable where the same may work later.
    """

    def __init__(self, source: CredentialSource) -> None:
        """Choose the kind of credentials. Raises what `credential_client` raises."""
        self._source = source
        self._client = credential_client(source)

    def get_credential(self) -> CredentialModel:
        try:
            return self._client.get_credential()
        except Exception as error:
            raise _failed(self._source, error) from None

    async def get_credential_async(self) -> CredentialModel:
        try:
            return await self._client.get_credential_async()
        except Exception as error:
            raise _failed(self._source, error) from None


def credential_client(source: CredentialSource) -> Client:
    """Return a credentials client for `source`; it fetches and refreshes tokens when a call needs them.

    The kinds, in this order: role by OIDC, keys, profile, ECS role, URI, and else the library's default chain; where
    a role is named, any of them but OIDC assumes it. Raises PermissionDenied where the chosen kind lacks a part.
    """
    from alibabacloud_credentials.client import Client  # noqa: PLC0415  (0.3 s: only when a call is made)
    from alibabacloud_credentials.models import Config  # noqa: PLC0415

    logging.getLogger("credentials").disabled = True  # it quotes answers, and each failure with a traceback
    parts = _oidc_role(source) or _keys(source)
    try:
        if parts:
            return Client(Config(**parts))
        parts = _ecs_role(source) or _uri(source)
        if source.profile:
            client = Client(provider=_profile_provider(source))
        else:
            client = Client(Config(**parts)) if parts else Client()
        return Client(provider=_role_provider(source, client)) if source.role_arn else client
    except Exception as error:
        raise _unusable(error) from error


def _role(source: CredentialSource) -> dict[str, Any]:
    return {
        "role_arn": source.role_arn,
        "role_session_name": source.role_session_name or "pulumi-alicloud-snapshot",
        "role_session_expiration": source.role_session_expiration or None,
        "policy": source.role_policy or None,
        "external_id": source.role_external_id or None,
    }


def _oidc_role(source: CredentialSource) -> dict[str, Any]:
    if not (source.role_arn and source.oidc_provider_arn and source.oidc_token_file):
        return {}
    return {
        "type": "oidc_role_arn",
        "oidc_provider_arn": source.oidc_provider_arn,
        "oidc_token_file_path": source.oidc_token_file,
        **_role(source),
    }


def _keys(source: CredentialSource) -> dict[str, Any]:
    if not source.access_key:
        return {}
    keys: dict[str, Any] = {"access_key_id": source.access_key, "access_key_secret": source.secret_key}
    if source.security_token:
        keys["security_token"] = source.security_token
    if source.role_arn:
        return {"type": "ram_role_arn", **keys, **_role(source)}
    return {"type": "sts" if source.security_token else "access_key", **keys}


def _ecs_role(source: CredentialSource) -> dict[str, Any]:
    return {"type": "ecs_ram_role", "role_name": source.ecs_role_name} if source.ecs_role_name else {}


def _uri(source: CredentialSource) -> dict[str, Any]:
    return {"type": "credentials_uri", "credentials_uri": source.credentials_uri} if source.credentials_uri else {}


def _profile_provider(source: CredentialSource) -> Any:
    from alibabacloud_credentials.provider.cli_profile import CLIProfileCredentialsProvider  # noqa: PLC0415

    return CLIProfileCredentialsProvider(
        profile_name=source.profile, profile_file=source.shared_credentials_file or None
    )


def _role_provider(source: CredentialSource, base: Client) -> Any:
    from alibabacloud_credentials.provider import RamRoleArnCredentialsProvider  # noqa: PLC0415

    role = _role(source)
    return RamRoleArnCredentialsProvider(
        credentials_provider=base.cloud_credential.provider,
        duration_seconds=role.pop("role_session_expiration"),
        **role,
    )


def _unusable(error: Exception) -> PermissionDenied:
    return PermissionDenied(f"the configured credentials cannot be used: {error}", remedy=_REMEDY)


def _failed(source: CredentialSource, error: Exception) -> SnapshotError:
    """Return the error for credentials that could not be had."""
    told = str(getattr(error, "message", "") or error)
    if told.startswith(_NOWHERE):
        return PermissionDenied("no credentials are configured, and none are found by default", remedy=_REMEDY)
    if told.startswith(_ABOUT_FILES):
        return PermissionDenied(f"no usable credentials: {told}", remedy=_REMEDY)
    origin = "STS" if _OF_STS.match(told) else _origin(source)
    status = _STATUS.search(told)
    if status:
        kind = Unavailable if status[1].startswith("5") else PermissionDenied
        return kind(f"no usable credentials: {origin} answered HTTP {status[1]}", remedy=_remedy(origin))
    if not _is_transport(error):  # what was answered is not what the library takes apart, whatever it raised then
        return PermissionDenied(f"no usable credentials: {origin} gives none", remedy=_remedy(origin))
    from .network_failures import failure_of  # noqa: PLC0415  (it needs the HTTP client, which a preview may not)

    return Unavailable(f"no usable credentials: {origin} did not answer ({failure_of(error)})", remedy=_remedy(origin))


def _is_transport(error: Exception) -> bool:
    from aiohttp import ClientError  # noqa: PLC0415
    from Tea.exceptions import RetryError  # noqa: PLC0415

    return isinstance(error, RetryError | ClientError)


def _origin(source: CredentialSource) -> str:
    """Name who gives the credentials, as far as the configuration tells."""
    named = {
        f"profile {source.profile}": source.profile,
        "the instance's metadata service": source.ecs_role_name,
        "the server of alicloud:credentialsUri": source.credentials_uri,
    }
    own = [] if source.access_key else [name for name, value in named.items() if value][:1]
    return " or ".join([*own, *(["STS"] if source.role_arn else [])]) or "the default chain"


def _remedy(origin: str) -> str:
    return f"Check {origin}, or set other credentials: keys, a profile or a role."
