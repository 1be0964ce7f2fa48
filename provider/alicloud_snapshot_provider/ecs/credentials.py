"""Credentials by alibabacloud-credentials: this file only chooses the kind; the library does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import PermissionDenied
from .settings import CredentialSource

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client


def credential_client(source: CredentialSource) -> Client:
    """Return a credentials client for `source`; it fetches and refreshes tokens when a call needs them.

    The kinds, in this order: role by OIDC, keys, profile, ECS role, URI, and else the library's default chain; where
    a role is named, any of them but OIDC assumes it. Raises PermissionDenied where the chosen kind lacks a part.
    """
    from alibabacloud_credentials.client import Client  # noqa: PLC0415  (0.3 s: only when a call is made)
    from alibabacloud_credentials.models import Config  # noqa: PLC0415

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
    return PermissionDenied(
        f"the configured credentials cannot be used: {error}",
        remedy="Set alicloud:accessKey and alicloud:secretKey, a profile, or a role.",
    )
