"""The plugin's configuration and names, as a program in any language writes them."""

from __future__ import annotations

import pytest

from alicloud_snapshot_provider.adapters.plugin.configuration import config_failures, configuration
from alicloud_snapshot_provider.adapters.plugin.names import Names
from alicloud_snapshot_provider.errors import InvalidInput
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.nouns.series import series_of_urn
from alicloud_snapshot_provider.snapshots.estimate import Price
from alicloud_snapshot_provider.snapshots.fields import SNAPSHOT_FIELDS


def test_what_is_configured_wins_over_the_environment() -> None:
    variables = {
        "alicloud-snapshot:config:region": "cn-beijing",
        "alicloud-snapshot:config:endpoint": "127.0.0.1:1",
        "alicloud-snapshot:config:assumeRole": '{"roleArn": "acs:ram::1:role/snapshots"}',
        "alicloud-snapshot:config:pricePerGibMonth": "0.5",
    }
    environ = {"ALICLOUD_REGION": "cn-hangzhou", "ALICLOUD_ACCESS_KEY": "key"}
    known = configuration(variables, environ)
    assert (known.settings.region, known.settings.endpoint) == ("cn-beijing", "127.0.0.1:1")
    assert known.settings.credentials.access_key == "key"
    assert known.settings.credentials.role_arn == "acs:ram::1:role/snapshots"
    assert known.preferences.price == Price(0.5)


def test_a_malformed_configuration_is_refused() -> None:
    with pytest.raises(InvalidInput):
        configuration({"alicloud-snapshot:config:protocol": "FTP"}, {})


def test_every_key_that_cannot_work_is_named() -> None:
    failures = config_failures({"regions": "cn-beijing", "pricePerGibMonth": "much", "region": UNKNOWN, "version": "1"})
    assert failures["regions"] == "is not an argument: did you mean region?"
    assert failures["pricePerGibMonth"].startswith("alicloud-snapshot:pricePerGibMonth must be a price")
    assert set(failures) == {"regions", "pricePerGibMonth"}


def test_messages_speak_the_schema_s_names() -> None:
    names = Names(SNAPSHOT_FIELDS)
    text = names.translate("set disk_id, not source_disk_id; run `pulumi config set alicloud:region`")
    assert text == "set diskId, not sourceDiskId; run `pulumi config set alicloud-snapshot:region`"


def test_a_series_is_derived_from_the_urn() -> None:
    urn = "urn:pulumi:prod::shop::my:index:Group$alicloud-snapshot:index:Snapshot::web/data"
    assert series_of_urn(urn).startswith("shop/prod/web-data#")
    assert series_of_urn(urn) == series_of_urn(urn)
    assert series_of_urn(urn) != series_of_urn(urn.replace("my:index:Group$", ""))
