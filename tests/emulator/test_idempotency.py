"""ClientToken: the same call again, another call with its token, and a call under way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

CREATE_DISK = {"RegionId": REGION, "ZoneId": "cn-hangzhou-h", "Size": "20"}
CREATE_IMAGE = {"RegionId": REGION, "SnapshotId": "s-done"}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-done", "disk_id": "d-demo-system"}]})


def test_the_same_call_again_gets_the_same_snapshot(api: Api, emulator: Emulator) -> None:
    first = api.create_snapshot(ClientToken="t-1", Description="same")
    assert api.create_snapshot(ClientToken="t-1", Description="same") == first
    assert len(emulator.events("snapshot.created")) == 1


def test_a_token_outlives_what_it_created(api: Api) -> None:
    created = api.create_snapshot(ClientToken="t-1")
    api("DeleteSnapshot", SnapshotId=created)
    assert api.create_snapshot(ClientToken="t-1") == created


def test_tokens_differ_by_the_case_of_their_letters(api: Api) -> None:
    assert api.create_snapshot(ClientToken="token") != api.create_snapshot(ClientToken="TOKEN")


@pytest.mark.parametrize(
    ("action", "parameters", "refusal"),
    [
        ("CreateSnapshot", {"DiskId": "d-demo-data"}, ("IdempotentParameterMismatch", 403)),
        ("CreateDisk", CREATE_DISK, ("IdempotentParameterMismatch", 403)),
        ("CreateImage", CREATE_IMAGE, ("IdempotenceParamNotMatch", 400)),
    ],
)
def test_a_token_with_other_parameters_is_refused(
    api: Api, action: str, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    api(action, parameters, ClientToken="t-1")
    assert api.refused(action, parameters, ClientToken="t-1", Description="another") == refusal


def test_each_action_has_tokens_of_its_own(api: Api) -> None:
    api("CreateDisk", CREATE_DISK, ClientToken="t-1")
    assert api.create_snapshot(ClientToken="t-1")


def test_a_call_that_was_refused_does_not_use_up_its_token(api: Api, emulator: Emulator) -> None:
    emulator.change_instance("i-demo", lock="security")
    api.refused("CreateSnapshot", DiskId="d-demo-system", ClientToken="t-1")
    emulator.change_instance("i-demo", lock="")
    assert api.create_snapshot("d-demo-system", ClientToken="t-1")


def test_a_token_is_forgotten_after_a_day(api: Api, emulator: Emulator) -> None:
    first = api.create_snapshot(ClientToken="t-1")
    emulator.advance(86401)
    assert api.create_snapshot(ClientToken="t-1") != first


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        ("CreateSnapshot", {"DiskId": "d-demo-data"}, "IdempotentProcessing"),
        ("CreateDisk", CREATE_DISK, "LastTokenProcessing"),
    ],
)
def test_a_token_of_a_call_under_way_is_refused(
    api: Api, emulator: Emulator, action: str, parameters: dict[str, str], code: str
) -> None:
    emulator.add_faults({"action": action, "kind": "latency", "seconds": 0.2})
    with ThreadPoolExecutor() as pool:
        replies = list(pool.map(lambda _: api.send(action, {**parameters, "ClientToken": "t-1"}), range(2)))
    assert sorted(reply.status for reply in replies) == [200, 403]
    assert [reply.body["Code"] for reply in replies if reply.status == 403] == [code]
