from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from alicloud_snapshot_provider.ecs.endpoint import endpoint_of
from alicloud_snapshot_provider.ecs.settings import CredentialSource, Settings, resolve_settings
from alicloud_snapshot_provider.errors import InvalidInput

LOOKED_UP = [
    ("region", "region", ["ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"]),
    ("protocol", "protocol", []),
    ("clientConnectTimeout", "connect_timeout_ms", ["CLIENT_CONNECT_TIMEOUT"]),
    ("clientReadTimeout", "read_timeout_ms", ["CLIENT_READ_TIMEOUT"]),
    (
        "accessKey",
        "access_key",
        ["ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"],
    ),
    (
        "secretKey",
        "secret_key",
        ["ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"],
    ),
    ("securityToken", "security_token", ["ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN"]),
    ("profile", "profile", ["ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"]),
    (
        "sharedCredentialsFile",
        "shared_credentials_file",
        ["ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"],
    ),
    ("ecsRoleName", "ecs_role_name", ["ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"]),
    ("credentialsUri", "credentials_uri", ["ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"]),
]
"""Configuration key, the field that it sets, and the variables that stand in for it, the first one first."""

ONLY_VARIABLES = [
    ("endpoint", ["ALIBABA_CLOUD_ENDPOINT_ECS", "ECS_ENDPOINT"]),
    ("role_arn", ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"]),
    ("role_session_name", ["ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"]),
    ("role_session_expiration", ["ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"]),
    ("oidc_provider_arn", ["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"]),
    ("oidc_token_file", ["ALIBABA_CLOUD_OIDC_TOKEN_FILE"]),
]
VARIABLES = [(field, names) for _key, field, names in LOOKED_UP if names] + ONLY_VARIABLES

STRUCTURED = [
    ("endpoints", {"ecs": "ecs.example.com"}, "endpoint", "ecs.example.com"),
    ("assumeRole", {"roleArn": "acs:ram::1:role/deploy"}, "role_arn", "acs:ram::1:role/deploy"),
    ("assumeRole", {"sessionName": "nightly"}, "role_session_name", "nightly"),
    ("assumeRole", {"sessionExpiration": 1800}, "role_session_expiration", 1800),
    ("assumeRole", {"policy": "{}"}, "role_policy", "{}"),
    ("assumeRole", {"externalId": "42"}, "role_external_id", "42"),
    ("assumeRoleWithOidc", {"roleArn": "acs:ram::1:role/ci"}, "role_arn", "acs:ram::1:role/ci"),
    ("assumeRoleWithOidc", {"sessionName": "ci"}, "role_session_name", "ci"),
    ("assumeRoleWithOidc", {"sessionExpiration": 900}, "role_session_expiration", 900),
    ("assumeRoleWithOidc", {"policy": "{}"}, "role_policy", "{}"),
    ("assumeRoleWithOidc", {"oidcProviderArn": "acs:ram::1:oidc/ci"}, "oidc_provider_arn", "acs:ram::1:oidc/ci"),
    ("assumeRoleWithOidc", {"oidcTokenFile": "/run/token"}, "oidc_token_file", "/run/token"),
]


def resolve(config: Mapping[str, str], environ: Mapping[str, str] | None = None) -> Settings:
    return resolve_settings(config.get, environ or {})


def value_of(settings: Settings, field: str) -> str:
    holder = settings if hasattr(settings, field) else settings.credentials
    return str(getattr(holder, field))


def sample(field: str, number: int = 0) -> str:
    if field == "protocol":
        return "HTTP"
    numeric = field.endswith(("_ms", "_expiration"))
    return str(1_000 + number) if numeric else f"value-{number}"


@pytest.mark.parametrize(("key", "field", "variables"), LOOKED_UP)
def test_a_configured_key_sets_its_field_and_wins_over_every_variable(
    key: str, field: str, variables: list[str]
) -> None:
    environ = {name: sample(field, number + 1) for number, name in enumerate(variables)}

    assert value_of(resolve({key: sample(field)}, environ), field) == sample(field)


@pytest.mark.parametrize(("field", "variables"), VARIABLES)
def test_each_variable_sets_its_field_and_the_earlier_one_wins(field: str, variables: list[str]) -> None:
    environ = {name: sample(field, number) for number, name in enumerate(variables)}

    for number, name in enumerate(variables):
        assert value_of(resolve({}, environ), field) == sample(field, number)
        del environ[name]


@pytest.mark.parametrize(("key", "value", "field", "expected"), STRUCTURED)
@pytest.mark.parametrize("nesting", ["%s", "[%s]"], ids=["object", "list of one object"])
def test_a_structured_key_is_read_as_the_alicloud_provider_reads_it(
    key: str, value: dict[str, object], field: str, expected: object, nesting: str
) -> None:
    assert value_of(resolve({key: nesting % json.dumps(value)}), field) == str(expected)


def test_a_configured_role_wins_over_the_environment_and_oidc_over_a_plain_role() -> None:
    config = {
        "assumeRole": json.dumps({"roleArn": "plain", "sessionName": "plain"}),
        "assumeRoleWithOidc": json.dumps({"roleArn": "oidc"}),
    }

    credentials = resolve(config, {"ALICLOUD_ASSUME_ROLE_ARN": "environment"}).credentials

    assert (credentials.role_arn, credentials.role_session_name) == ("oidc", "plain")


def test_nothing_configured_means_https_the_default_timeouts_and_the_default_credentials() -> None:
    assert resolve({}) == Settings(
        region="",
        endpoint="",
        protocol="HTTPS",
        connect_timeout_ms=5_000,
        read_timeout_ms=10_000,
        credentials=CredentialSource(),
    )


@pytest.mark.parametrize(("text", "protocol"), [("http", "HTTP"), ("https", "HTTPS"), ("HTTPS", "HTTPS")])
def test_the_protocol_is_read_in_any_case(text: str, protocol: str) -> None:
    assert resolve({"protocol": text}).protocol == protocol


def test_the_scheme_of_an_endpoint_is_the_protocol() -> None:
    settings = resolve({"protocol": "HTTPS"}, {"ECS_ENDPOINT": "http://127.0.0.1:8080/"})

    assert (settings.protocol, settings.endpoint) == ("HTTP", "127.0.0.1:8080")


def test_an_endpoint_loses_the_slash_at_its_end() -> None:
    assert resolve({}, {"ECS_ENDPOINT": "127.0.0.1:8080/"}).endpoint == "127.0.0.1:8080"


@pytest.mark.parametrize(
    ("key", "text", "problem", "remedy"),
    [
        ("protocol", "FTP", "alicloud:protocol must be HTTP or HTTPS, got 'FTP'", "Remove it: HTTPS is the default."),
        *(
            (
                key,
                text,
                f"alicloud:{key} must be a positive number of milliseconds, got {text!r}",
                f"Remove it: {default} is the default.",
            )
            for key, default in (("clientConnectTimeout", 5_000), ("clientReadTimeout", 10_000))
            for text in ("0", "-1", "5s", "1.5", "²")
        ),
        *(
            (
                key,
                text,
                f"alicloud:{key} must be an object, got {text!r}",
                f"Set it with `pulumi config set --path 'alicloud:{key}.<name>' <value>`.",
            )
            for key in ("endpoints", "assumeRole", "assumeRoleWithOidc")
            for text in ("ecs.example.com", "[]", "42", '["text"]')
        ),
        *(
            (
                key,
                json.dumps({"sessionExpiration": value}),
                f"sessionExpiration of the role must be a number of seconds, got {str(value)!r}",
                "Remove it: 3600 is the default.",
            )
            for key in ("assumeRole", "assumeRoleWithOidc")
            for value in ("1h", -1, 1.5)
        ),
    ],
)
def test_a_malformed_value_is_named_with_its_key_and_what_to_do(key: str, text: str, problem: str, remedy: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve({key: text})

    assert str(caught.value) == f"{problem}\n  what to do: {remedy}"


def test_secrets_do_not_show_where_settings_are_printed() -> None:
    shown = repr(resolve({"accessKey": "id", "secretKey": "hidden-1", "securityToken": "hidden-2"}))

    assert "'id'" in shown
    assert "hidden" not in shown


def test_settings_move_to_another_region_and_stay_where_none_is_named() -> None:
    settings = resolve({"region": "cn-hangzhou", "profile": "ops"})

    assert settings.in_region("") is settings
    assert settings.in_region("cn-beijing") == resolve({"region": "cn-beijing", "profile": "ops"})


@pytest.mark.parametrize(
    "host",
    [
        "ecs.cn-hangzhou.aliyuncs.com",
        "ecs-cn-hangzhou.aliyuncs.com",
        "ecs-vpc.cn-hangzhou.aliyuncs.com",
        "ep-bp1.ecs.cn-hangzhou.privatelink.aliyuncs.com",
        "ECS.cn-hangzhou.aliyuncs.com:443",
        "https://ecs.cn-hangzhou.aliyuncs.com",
        "ecs.cn-hangzhou.gateway.example.com",
    ],
)
def test_an_endpoint_that_names_a_region_is_used_for_that_region_only(host: str) -> None:
    settings = resolve({"region": "cn-hangzhou"}, {"ECS_ENDPOINT": host})

    assert settings.endpoint == host.removeprefix("https://")
    assert settings.in_region("cn-hangzhou").endpoint == settings.endpoint
    assert endpoint_of(settings.in_region("cn-beijing")) == "ecs.cn-beijing.aliyuncs.com"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8080",
        "http://127.0.0.1:8080",
        "[::1]:8080",
        "localhost",
        "ecs.aliyuncs.com",
        "ecs.vpc-proxy.aliyuncs.com",
        "eu-proxy.example.com",
        "ecs.gateway.example.com",
    ],
)
def test_an_endpoint_that_names_no_region_is_kept_for_every_region(host: str) -> None:
    settings = resolve({"region": "cn-hangzhou"}, {"ECS_ENDPOINT": host})

    assert settings.in_region("cn-beijing").endpoint == host.removeprefix("http://")


def test_an_endpoint_of_another_region_than_the_configured_one_is_not_used() -> None:
    settings = resolve({"region": "cn-beijing"}, {"ECS_ENDPOINT": "ecs-vpc.cn-hangzhou.aliyuncs.com"})

    assert endpoint_of(settings) == "ecs.cn-beijing.aliyuncs.com"


def test_a_regional_endpoint_serves_its_region_where_none_is_configured() -> None:
    settings = resolve({}, {"ECS_ENDPOINT": "ecs.us-west-1.aliyuncs.com"})

    assert settings.in_region("us-west-1").endpoint == "ecs.us-west-1.aliyuncs.com"
    assert settings.in_region("cn-beijing-finance-1").endpoint == ""


def test_a_region_without_an_endpoint_of_its_own_has_the_one_of_the_sdk() -> None:
    known = Client(Config(region_id="cn-hangzhou"))._endpoint_map
    for region in (*known, "cn-hangzhou", "cn-beijing", "ap-southeast-1", "us-west-1"):
        sdk = Client(Config(region_id=region))._endpoint

        assert endpoint_of(resolve({}, {}).in_region(region)) == sdk
