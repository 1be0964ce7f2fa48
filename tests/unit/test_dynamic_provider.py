from __future__ import annotations

import base64
from typing import Any

import dill
import pytest
from pulumi.dynamic import CheckFailure, ConfigureRequest
from pulumi.dynamic.config import Config
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown

from alicloud_snapshot_provider import dynamic_provider
from alicloud_snapshot_provider.adapters import dynamic
from alicloud_snapshot_provider.adapters.dynamic import DynamicProvider
from alicloud_snapshot_provider.adapters.runtime import runtime
from alicloud_snapshot_provider.adapters.stored_state import StoredState
from alicloud_snapshot_provider.errors import Rejected

REFERENCE = "gASVQgAAAAAAAACMGmFsaWNsb3VkX3NuYXBzaG90X3Byb3ZpZGVylIwQZHluYW1pY19wcm92aWRlcpSTlIwIU25hcHNob3SUhZRSlC4="
"""What every state holds of the provider: a reference by import path. It must never change."""

INPUTS = {"disk_id": "d-1", "series": "nightly", "preflight": "off", "__provider": REFERENCE}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"):
        monkeypatch.delenv(name, raising=False)


def configured(**config: str) -> DynamicProvider:
    provider = dynamic_provider("Snapshot")
    provider.configure(ConfigureRequest(Config(config, "project")))
    return provider


def test_the_state_holds_a_short_reference_that_never_changes() -> None:
    assert serialize_provider(configured(**{"alicloud:region": "cn-hangzhou"})) == REFERENCE
    assert len(REFERENCE) == 104


def test_the_reference_leads_back_to_the_provider_of_its_noun() -> None:
    provider = dill.loads(base64.b64decode(REFERENCE))  # noqa: S301  (it is the constant above)

    assert isinstance(provider, DynamicProvider)
    assert serialize_provider(provider) == REFERENCE


def test_outputs_are_not_made_secret() -> None:
    assert dynamic_provider("Snapshot").serialize_as_secret_always is False


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        (
            "alicloud:protocol",
            "FTP",
            "alicloud:protocol must be HTTP or HTTPS, got 'FTP'\n  what to do: Remove it: HTTPS is the default.",
        ),
        (
            "alicloud-snapshot:pricePerGibMonth",
            "cheap",
            "alicloud-snapshot:pricePerGibMonth must be a price, got 'cheap'\n"
            "  what to do: Remove it: 0.0173 is the default.",
        ),
    ],
)
def test_a_malformed_configuration_is_one_clean_message(key: str, text: str, message: str) -> None:
    with pytest.raises(dynamic.dynamic_host.CleanError) as caught:
        configured(**{key: text})

    assert str(caught.value) == message


def test_check_fills_in_defaults_and_passes_unknown_values_on() -> None:
    checked = configured(**{"alicloud:region": "cn-hangzhou"}).check({}, {**INPUTS, "description": Unknown()})

    assert checked.failures == []
    assert (checked.inputs["region"], checked.inputs["snapshot_name"]) == ("cn-hangzhou", "nightly")
    assert isinstance(checked.inputs["description"], Unknown)
    assert "__provider" not in checked.inputs


def test_check_learns_from_the_program_whether_this_is_a_preview_and_hands_that_to_no_state() -> None:
    provider = configured(**{"alicloud:region": "cn-hangzhou"})

    assert "__preview" not in provider.check({}, {**INPUTS, "__preview": True}).inputs
    assert runtime().previews
    provider.check({}, INPUTS)
    assert not runtime().previews


def test_check_reports_failures_on_their_properties() -> None:
    checked = configured().check({}, {**INPUTS, "keep_last": 0})

    failures = {failure.property: failure.reason for failure in checked.failures}
    assert failures.keys() == {"region", "keep_last"}
    assert failures["keep_last"].startswith("must be 1 to 256")
    assert all(type(failure) is CheckFailure for failure in checked.failures)


def test_diff_ignores_the_provider_reference_and_replaces_by_creating_first() -> None:
    provider = configured(**{"alicloud:region": "cn-hangzhou"})
    outputs = {**INPUTS, "__provider": "an earlier one", "status": "accomplished"}

    same = provider.diff("s-1", outputs, INPUTS)
    other = provider.diff("s-1", outputs, {**INPUTS, "triggers": 1})

    assert (same.changes, same.replaces) == (False, [])
    assert (other.changes, other.replaces, other.delete_before_replace) == (True, ["triggers"], None)


@pytest.mark.parametrize(
    ("raised", "shown"),
    [
        (
            Rejected("it failed", remedy="Wait.", code="Busy", request_id="R-1"),
            "CleanError: it failed [Busy, RequestId R-1]\n  what to do: Wait.",
        ),
        (KeyboardInterrupt(), "RuntimeError: interrupted by KeyboardInterrupt"),
        (TypeError("a defect"), "TypeError: a defect"),
    ],
)
@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("check", ({}, INPUTS)),
        ("create", (INPUTS,)),
        ("read", ("s-1", INPUTS)),
        ("update", ("s-1", INPUTS, INPUTS)),
        ("delete", ("s-1", INPUTS)),
    ],
)
def test_whatever_goes_wrong_reaches_the_host_as_an_exception_that_it_can_show(
    method: str, arguments: tuple[Any, ...], raised: BaseException, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BrokenRuntime:
        regions = None
        stored_state = StoredState()

        def run(self, work: Any) -> None:
            work.close()
            raise raised

    monkeypatch.setattr(dynamic, "runtime", BrokenRuntime)

    with pytest.raises(Exception) as caught:  # noqa: PT011  (its text follows)
        getattr(dynamic_provider("Snapshot"), method)(*arguments)

    assert f"{type(caught.value).__name__}: {caught.value}" == shown
