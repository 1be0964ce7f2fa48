"""The arguments of `Provider`. Written by `make schema` from the configuration keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input

SECRETS = frozenset(
    ["access_key", "assume_role", "assume_role_with_oidc", "credentials_uri", "secret_key", "security_token"]
)


@dataclass(kw_only=True)
class ProviderKeys:
    """The arguments of `Provider`. The environment gives what is not set here."""

    region: Input[str] | None = None
    """The region whose disks are snapshotted. Environment: `ALICLOUD_REGION`."""
    access_key: Input[str] | None = None
    """The id of an access key. Environment: `ALICLOUD_ACCESS_KEY`."""
    secret_key: Input[str] | None = None
    """The secret of the access key. Environment: `ALICLOUD_SECRET_KEY`."""
    security_token: Input[str] | None = None
    """The token of temporary keys. Environment: `ALICLOUD_SECURITY_TOKEN`."""
    profile: Input[str] | None = None
    """A profile of the Alibaba Cloud CLI. Environment: `ALICLOUD_PROFILE`."""
    shared_credentials_file: Input[str] | None = None
    """The file of profiles, `~/.aliyun/config.json` by default. Environment: `ALICLOUD_SHARED_CREDENTIALS_FILE`."""
    assume_role: Input[Mapping[str, Input[str]]] | None = None
    """The RAM role to assume: `roleArn`, `sessionName`, `sessionExpiration`, `policy`, `externalId`. Environment:
    `ALICLOUD_ASSUME_ROLE_ARN` and others."""
    assume_role_with_oidc: Input[Mapping[str, Input[str]]] | None = None
    """The RAM role to assume by OIDC: `roleArn`, `oidcProviderArn`, `oidcTokenFile`. Environment:
    `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and others."""
    ecs_role_name: Input[str] | None = None
    """The RAM role of the ECS instance that Pulumi runs on. Environment: `ALICLOUD_ECS_ROLE_NAME`."""
    credentials_uri: Input[str] | None = None
    """A URI that returns temporary keys. Environment: `ALICLOUD_CREDENTIALS_URI`."""
    endpoint: Input[str] | None = None
    """Host and port of ECS. By default they follow from the region. Environment: `ECS_ENDPOINT`."""
    endpoints: Input[Mapping[str, Input[str]]] | None = None
    """Endpoints by service. Only `ecs` is used."""
    protocol: Input[str] | None = None
    """HTTPS (default) or HTTP."""
    client_connect_timeout: Input[int] | None = None
    """How many milliseconds a connection may take. 5000 by default."""
    client_read_timeout: Input[int] | None = None
    """How many milliseconds an answer may take. 10000 by default."""
    price_per_gib_month: Input[float] | None = None
    """The price of one GiB for a month. The preview uses it to estimate the cost."""
    currency: Input[str] | None = None
    """The currency of `pricePerGibMonth`, such as CNY; USD by default."""
