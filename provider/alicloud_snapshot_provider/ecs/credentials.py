"""Credentials for the SDK. This module chooses their kind and explains failures; alibabacloud-credentials gets them.

The library's error texts quote whole answers, which can hold a secret. So they are never shown or logged.
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
"""Beginnings of the library's texts about a profile. They name the file and the profile, and quote no content."""
_NOWHERE = "unable to load credentials from any of the providers in the chain"
_STATUS = re.compile(r"(?:http_code[=:] ?|HttpCode=)(\d{3})")
_OF_STS = re.compile(r"error re\w+ credentials from (?:ram_role_arn|oidc_role_arn)\b")


class Credentials:
    """The object that the SDK asks for credentials. It gets and refreshes them when a call needs them.

    Its errors quote no answer: PermissionDenied, or Unavailable if the same may work later.
    """

    def __init__(self, source: CredentialSource) -> None:
        """Choose the kind of credentials. Raises PermissionDenied if that kind lacks a part."""
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
    """Return a credentials client for `source`. Raises PermissionDenied if the chosen kind lacks a part.

    The first kind that is configured counts: a role by OIDC, keys, a profile, an ECS role, a URI, or else the library's
    default chain. If a role is configured, the credentials of every other kind than OIDC assume it.
    """
    from alibabacloud_credentials.client import Client  # noqa: PLC0415  (0.3 s: only when a call is made)
    from alibabacloud_credentials.models import Config  # noqa: PLC0415

    logging.getLogger("credentials").disabled = True  # its records quote answers
    parts = _oidc_role(source) or _keys(source)
    try:
        if parts:
            return Client(Config(**parts))
        if source.profile:
            client = Client(provider=_profile_provider(source))
        elif source.ecs_role_name:
            client = Client(Config(type="ecs_ram_role", role_name=source.ecs_role_name))
        elif source.credentials_uri:
            client = Client(Config(type="credentials_uri", credentials_uri=source.credentials_uri))
        else:
            client = Client()
        return Client(provider=_role_provider(source, client)) if source.role_arn else client
    except Exception as error:
        raise PermissionDenied(f"the configured credentials cannot be used: {error}", remedy=_REMEDY) from error


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


def _failed(source: CredentialSource, error: Exception) -> SnapshotError:
    """Return the provider's error for a failure of the library."""
    text = str(getattr(error, "message", "") or error)
    if text.startswith(_NOWHERE):
        return PermissionDenied("no credentials are configured, and none are found by default", remedy=_REMEDY)
    if text.startswith(_ABOUT_FILES):
        return PermissionDenied(f"no usable credentials: {text}", remedy=_REMEDY)
    origin = "STS" if _OF_STS.match(text) else _origin(source)
    status = _STATUS.search(text)
    if status:
        kind = Unavailable if status[1].startswith("5") else PermissionDenied
        return kind(f"no usable credentials: {origin} answered HTTP {status[1]}", remedy=_remedy(origin))
    if not _is_network_failure(error):  # the library could not read the answer
        return PermissionDenied(f"no usable credentials: {origin} gives none", remedy=_remedy(origin))
    from .network_failures import failure_of  # noqa: PLC0415  (it imports the HTTP client)

    return Unavailable(f"no usable credentials: {origin} did not answer ({failure_of(error)})", remedy=_remedy(origin))


def _is_network_failure(error: Exception) -> bool:
    from aiohttp import ClientError  # noqa: PLC0415
    from Tea.exceptions import RetryError  # noqa: PLC0415

    return isinstance(error, RetryError | ClientError)


def _origin(source: CredentialSource) -> str:
    """Return who gives the credentials, in words."""
    named = {
        f"profile {source.profile}": source.profile,
        "the instance's metadata service": source.ecs_role_name,
        "the server of alicloud:credentialsUri": source.credentials_uri,
    }
    own = [] if source.access_key else [name for name, value in named.items() if value][:1]
    return " or ".join([*own, *(["STS"] if source.role_arn else [])]) or "the default chain"


def _remedy(origin: str) -> str:
    return f"Check {origin}, or set other credentials: keys, a profile or a role."
