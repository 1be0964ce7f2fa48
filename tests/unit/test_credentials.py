from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from alicloud_snapshot_provider.ecs.credentials import credential_client
from alicloud_snapshot_provider.ecs.settings import CredentialSource
from alicloud_snapshot_provider.errors import PermissionDenied

KEYS = {"access_key": "id", "secret_key": "secret"}
ROLE = {"role_arn": "acs:ram::1:role/deploy"}
OIDC = {**ROLE, "oidc_provider_arn": "acs:ram::1:oidc-provider/ci", "oidc_token_file": "/run/token"}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("choosing credentials made a network call")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (KEYS, "access_key"),
        ({**KEYS, "security_token": "token"}, "sts"),
        ({**KEYS, **ROLE}, "ram_role_arn"),
        ({**KEYS, **ROLE, "security_token": "token"}, "ram_role_arn"),
        (OIDC, "oidc_role_arn"),
        ({**OIDC, **KEYS}, "oidc_role_arn"),
        ({**OIDC, "profile": "ops"}, "oidc_role_arn"),
        ({"profile": "ops"}, "cli_profile"),
        ({**KEYS, "profile": "ops"}, "access_key"),
        ({"profile": "ops", "ecs_role_name": "web"}, "cli_profile"),
        ({"ecs_role_name": "web"}, "ecs_ram_role"),
        ({"ecs_role_name": "web", "credentials_uri": "http://localhost/"}, "ecs_ram_role"),
        ({"credentials_uri": "http://localhost/"}, "credentials_uri"),
        ({}, "default"),
        ({**ROLE, "profile": "ops"}, "ram_role_arn"),
        ({**ROLE, "ecs_role_name": "web"}, "ram_role_arn"),
        (ROLE, "ram_role_arn"),
    ],
)
def test_each_source_has_its_kind_and_choosing_it_makes_no_call(source: dict[str, str], kind: str) -> None:
    assert credential_client(CredentialSource(**source)).cloud_credential.get_type() == kind


def test_a_profile_is_read_from_the_named_file(tmp_path: Path) -> None:
    profile = {"name": "ops", "mode": "AK", "access_key_id": "id", "access_key_secret": "secret"}
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"current": "other", "profiles": [profile]}))

    client = credential_client(CredentialSource(profile="ops", shared_credentials_file=str(file)))

    assert client.get_credential().get_access_key_id() == "id"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ({"access_key": "id"}, "the access key secret is empty"),
        (
            {**KEYS, **ROLE, "role_session_expiration": 5},
            "session duration should be in the range of 900s - max session duration",
        ),
    ],
)
def test_a_kind_that_lacks_a_part_is_refused_with_the_reason_and_the_remedy(
    source: dict[str, object], reason: str
) -> None:
    with pytest.raises(PermissionDenied) as caught:
        credential_client(CredentialSource(**source))

    assert str(caught.value) == (
        f"the configured credentials cannot be used: {reason}\n"
        "  what to do: Run `pulumi config set alicloud:accessKey <id>` and "
        "`pulumi config set --secret alicloud:secretKey <secret>`, set ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or "
        "name a profile or a role."
    )
