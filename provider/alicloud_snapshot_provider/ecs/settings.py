"""The region, endpoint and credentials, from the `alicloud:*` configuration and environment, as in pulumi_alicloud."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from ..errors import InvalidInput

ConfigReader = Callable[[str], str | None]
"""Returns the text of one key of the `alicloud` configuration namespace, such as "region", or None."""

_REGIONAL_HOST = re.compile(r"(?:^|[.-])((?:ap|cn|eu|me|na|rus|sa|us)-[a-z][a-z0-9-]*)\.(?:.+\.)?aliyuncs\.com$")
"""It matches ecs.<region>, ecs-<region>, ecs-vpc.<region> and PrivateLink's <id>.ecs.<region>.privatelink."""


@dataclass(frozen=True, slots=True)
class CredentialSource:
    """The configured credentials. If all fields are empty, alibabacloud-credentials uses its default chain."""

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    profile: str = ""
    shared_credentials_file: str = ""
    role_arn: str = ""
    role_session_name: str = ""
    role_session_expiration: int = 0
    role_policy: str = ""
    role_external_id: str = ""
    oidc_provider_arn: str = ""
    oidc_token_file: str = ""
    ecs_role_name: str = ""
    credentials_uri: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where calls go, and as whom. It is hashable: equal settings share a client."""

    region: str = ""
    endpoint: str = ""
    protocol: str = "HTTPS"
    connect_timeout_ms: int = 5_000
    read_timeout_ms: int = 10_000
    credentials: CredentialSource = CredentialSource()

    def in_region(self, region: str) -> Settings:
        """Return these settings for another region. An empty `region` changes nothing.

        If the endpoint names a region, it serves only that one, and another region gets its default endpoint. Otherwise
        a call would go to the wrong region, which finds nothing, and a snapshot would count as deleted.
        """
        if not region:
            return self
        named = self._region_of_endpoint
        return replace(self, region=region, endpoint=self.endpoint if named in {"", region} else "")

    @property
    def _region_of_endpoint(self) -> str:
        """The region in the endpoint's host name. It is "" for a proxy or a gateway, for example."""
        host = urlsplit(self.endpoint if "://" in self.endpoint else f"//{self.endpoint}").hostname or ""
        if found := _REGIONAL_HOST.search(host):
            return found[1]
        return self.region if self.region in host.split(".") else ""


def resolve_settings(config: ConfigReader, environ: Mapping[str, str]) -> Settings:
    """Read the settings from the stack's configuration first, then from the environment.

    Raises InvalidInput, which names the configuration key, if a value is malformed.
    """
    return explain_settings(config, environ)[0]


def explain_settings(config: ConfigReader, environ: Mapping[str, str]) -> tuple[Settings, Mapping[str, str]]:
    """Return the settings, and by key the source of each value: a configuration key or an environment variable.

    A value without a configuration key is listed under its first variable. Raises what `resolve_settings` raises.
    """
    lookup = _Lookup(config, environ)
    scheme, _, endpoint = _ecs_endpoint(lookup).rpartition("://")
    settings = Settings(
        region=lookup("region", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"),
        endpoint=endpoint,
        protocol=_protocol(scheme or lookup("protocol")),
        connect_timeout_ms=_milliseconds(lookup, "clientConnectTimeout", "CLIENT_CONNECT_TIMEOUT", 5_000),
        read_timeout_ms=_milliseconds(lookup, "clientReadTimeout", "CLIENT_READ_TIMEOUT", 10_000),
        credentials=_credential_source(lookup),
    )
    return settings.in_region(settings.region), lookup.origins


class _Lookup:
    """Looks a value up in the configuration, then in environment variables, in their order."""

    def __init__(self, config: ConfigReader, environ: Mapping[str, str]) -> None:
        self._config = config
        self._environ = environ
        self.origins: dict[str, str] = {}

    def __call__(self, key: str, *variables: str) -> str:
        configured = self._config(key)
        if configured:
            self.origins[key] = f"alicloud:{key}"
            return str(configured)
        found = next((name for name in variables if self._environ.get(name)), "")
        if found:
            self.origins[key or variables[0]] = found
        return self._environ[found] if found else ""

    def structure(self, key: str) -> dict[str, object]:
        """Return the object under `key`. Pulumi gives structured values as JSON text."""
        text = self(key)
        if not text:
            return {}
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if isinstance(value, list) and value:
            value = value[0]
        if not isinstance(value, dict):
            raise InvalidInput(
                f"alicloud:{key}",
                f"alicloud:{key} must be an object, got {text!r}",
                remedy=f"Set it with `pulumi config set --path 'alicloud:{key}.<name>' <value>`.",
            )
        return {str(name): entry for name, entry in value.items()}


def _ecs_endpoint(lookup: _Lookup) -> str:
    configured = lookup.structure("endpoints").get("ecs")
    endpoint = str(configured) if configured else lookup("", "ALIBABA_CLOUD_ENDPOINT_ECS", "ECS_ENDPOINT")
    return endpoint.rstrip("/")


def _protocol(text: str) -> str:
    protocol = text.upper() or "HTTPS"
    if protocol not in {"HTTP", "HTTPS"}:
        raise InvalidInput(
            "alicloud:protocol",
            f"alicloud:protocol must be HTTP or HTTPS, got {text!r}",
            remedy="Remove it: HTTPS is the default.",
        )
    return protocol


def _milliseconds(lookup: _Lookup, key: str, variable: str, default: int) -> int:
    text = lookup(key, variable)
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        raise InvalidInput(
            f"alicloud:{key}",
            f"alicloud:{key} must be a positive number of milliseconds, got {text!r}",
            remedy=f"Remove it: {default} is the default.",
        )
    return int(text)


def _expiration(text: str) -> int:
    if text and not text.isdecimal():
        raise InvalidInput(
            "alicloud:assumeRole",
            f"sessionExpiration of the role must be a number of seconds, got {text!r}",
            remedy="Remove it: 3600 is the default.",
        )
    return int(text or 0)


def _credential_source(lookup: _Lookup) -> CredentialSource:
    role = lookup.structure("assumeRole")
    oidc = lookup.structure("assumeRoleWithOidc")

    def of_role(name: str, *variables: str) -> str:
        return str(oidc.get(name) or role.get(name) or lookup("", *variables))

    return CredentialSource(
        access_key=lookup(
            "accessKey", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"
        ),
        secret_key=lookup(
            "secretKey",
            "ALICLOUD_SECRET_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABACLOUD_ACCESS_KEY_SECRET",
        ),
        security_token=lookup("securityToken", "ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN"),
        profile=lookup("profile", "ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"),
        shared_credentials_file=lookup(
            "sharedCredentialsFile", "ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"
        ),
        role_arn=of_role("roleArn", "ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"),
        role_session_name=of_role(
            "sessionName", "ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"
        ),
        role_session_expiration=_expiration(of_role("sessionExpiration", "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION")),
        role_policy=of_role("policy"),
        role_external_id=of_role("externalId"),
        oidc_provider_arn=str(oidc.get("oidcProviderArn") or lookup("", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")),
        oidc_token_file=str(oidc.get("oidcTokenFile") or lookup("", "ALIBABA_CLOUD_OIDC_TOKEN_FILE")),
        ecs_role_name=lookup("ecsRoleName", "ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"),
        credentials_uri=lookup("credentialsUri", "ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"),
    )
