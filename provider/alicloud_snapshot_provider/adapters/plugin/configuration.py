"""Reads the configuration of the plugin: `alicloud-snapshot:*` or provider arguments first, then the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...ecs.settings import Settings, resolve_settings
from ...errors import InvalidInput
from ...nouns.fields import Kind, unknown_name
from ...nouns.preferences import DEFAULT_PREFERENCES, Preferences, resolve_preferences
from ...nouns.property_values import contains_unknown
from .names import in_own_namespace

_PREFIX = "alicloud-snapshot:config:"


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """One key of the configuration."""

    name: str
    doc: str
    kind: Kind = Kind.STRING
    secret: bool = False


CONFIG_KEYS = (
    ConfigKey("region", "The region whose disks are snapshotted. Environment: `ALICLOUD_REGION`."),
    ConfigKey("accessKey", "The id of an access key. Environment: `ALICLOUD_ACCESS_KEY`.", secret=True),
    ConfigKey("secretKey", "The secret of the access key. Environment: `ALICLOUD_SECRET_KEY`.", secret=True),
    ConfigKey("securityToken", "The token of temporary keys. Environment: `ALICLOUD_SECURITY_TOKEN`.", secret=True),
    ConfigKey("profile", "A profile of the Alibaba Cloud CLI. Environment: `ALICLOUD_PROFILE`."),
    ConfigKey(
        "sharedCredentialsFile",
        "The file of profiles, `~/.aliyun/config.json` by default. Environment: `ALICLOUD_SHARED_CREDENTIALS_FILE`.",
    ),
    ConfigKey(
        "assumeRole",
        "The RAM role to assume: `roleArn`, `sessionName`, `sessionExpiration`, `policy`, `externalId`. "
        "Environment: `ALICLOUD_ASSUME_ROLE_ARN` and others.",
        Kind.TAGS,
        secret=True,
    ),
    ConfigKey(
        "assumeRoleWithOidc",
        "The RAM role to assume by OIDC: `roleArn`, `oidcProviderArn`, `oidcTokenFile`. "
        "Environment: `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and others.",
        Kind.TAGS,
        secret=True,
    ),
    ConfigKey(
        "ecsRoleName", "The RAM role of the ECS instance that Pulumi runs on. Environment: `ALICLOUD_ECS_ROLE_NAME`."
    ),
    ConfigKey(
        "credentialsUri",
        "A URI that returns temporary keys. Environment: `ALICLOUD_CREDENTIALS_URI`.",
        secret=True,
    ),
    ConfigKey("endpoint", "Host and port of ECS. By default they follow from the region. Environment: `ECS_ENDPOINT`."),
    ConfigKey("endpoints", "Endpoints by service. Only `ecs` is used.", Kind.TAGS),
    ConfigKey("protocol", "HTTPS (default) or HTTP."),
    ConfigKey("clientConnectTimeout", "How many milliseconds a connection may take. 5000 by default.", Kind.INTEGER),
    ConfigKey("clientReadTimeout", "How many milliseconds an answer may take. 10000 by default.", Kind.INTEGER),
    ConfigKey(
        "pricePerGibMonth", "The price of one GiB for a month. The preview uses it to estimate the cost.", Kind.NUMBER
    ),
    ConfigKey("currency", "The currency of `pricePerGibMonth`, such as CNY; USD by default."),
)

SECRET_KEYS = frozenset(key.name for key in CONFIG_KEYS if key.secret)
"""Keys that are always secret in the state, even if the stack's configuration has them in plain text."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings for the calls to ECS, and the preferences for the output."""

    settings: Settings = field(default_factory=Settings)
    preferences: Preferences = DEFAULT_PREFERENCES


def configuration(variables: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> Configuration:
    """Read the configuration from the variables of Configure. Their names are `alicloud-snapshot:config:<key>`.

    Raises InvalidInput for a malformed value.
    """
    own = {key.removeprefix(_PREFIX): text for key, text in variables.items()}
    if own.get("endpoint"):
        own["endpoints"] = json.dumps({"ecs": own["endpoint"]})
    return Configuration(
        resolve_settings(own.get, environ), resolve_preferences(lambda key: own.get(key.partition(":")[2]))
    )


def config_failures(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return why the inputs of a provider cannot work, by key. Unknown values are not checked."""
    names = [key.name for key in CONFIG_KEYS]
    failures = {name: unknown_name(name, names) for name in inputs if name not in names and name != "version"}
    known = {name: value for name, value in inputs.items() if not contains_unknown(value)}
    try:
        configuration({name: value if isinstance(value, str) else json.dumps(value) for name, value in known.items()})
    except InvalidInput as error:
        failures[error.property_name.partition(":")[2]] = in_own_namespace(str(error))
    return failures
