"""Whatever a program declares and whatever ECS answers: a typed error or a sane value, in bounded time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from random import Random
from typing import Any

import pytest
from cloud import SERIES, Cloud, open_cloud
from fragile import bereaved
from hypothesis import given
from hypothesis import strategies as st
from model_engine import CheckFailed, Stack
from schedules import QUICK

from alicloud_snapshot_provider.errors import SnapshotError
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.registry import NOUNS
from ecs_emulator import Seed, service
from ecs_emulator.gateway.answers import Answer, succeeded

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
VALID: Mapping[str, Mapping[str, Any]] = {
    "Snapshot": {"disk_id": "d-demo-system"},
    "SnapshotCopy": {"source_snapshot_id": "s-kept", "destination_region": "cn-beijing"},
    "SnapshotGroup": {"instance_id": "i-demo"},
    "SnapshotSet": {"disk_ids": ["d-demo-system", "d-demo-data"]},
    "DiskRollback": {"disk_id": "d-demo-system", "snapshot_id": "s-kept", "stop_instance": True},
    "RestoreDrill": {"snapshot_id": "s-kept", "zone_id": "cn-hangzhou-h"},
    "SnapshotLock": {"snapshot_id": "s-kept", "lock_duration": 3},
}
"""Arguments with which each noun can be made."""
KEPT: Seed = {**QUICK, "snapshots": [{"id": "s-kept", "disk_id": "d-demo-system"}]}
MOST_WALL_SECONDS = 20.0


def _argument_names(noun: str) -> st.SearchStrategy[str]:
    return st.sampled_from([field.name for field in NOUNS[noun].fields if field.is_input]) | st.text(max_size=12)


@pytest.mark.parametrize("noun", NOUNS)
@given(data=st.data())
def test_any_arguments_are_checked_and_compared(noun: str, data: st.DataObject) -> None:
    arguments = data.draw(st.dictionaries(_argument_names(noun), JSON, max_size=3))
    olds = data.draw(st.dictionaries(_argument_names(noun), JSON, max_size=3))

    async def judge(cloud: Cloud) -> None:
        resource = NOUNS[noun](cloud.regions, cloud.settings)
        news = {**VALID[noun], "series": SERIES, **arguments}
        checked = await resource.check({}, news)
        assert all(isinstance(reason, str) and ": " in reason for reason in checked.failures.values())
        again = await resource.check(olds, news)
        if not checked.failures and not again.failures:
            resource.diff(olds, checked.inputs)
            resource.preview({}, checked.inputs)

    with suppress(SnapshotError):
        _in_a_cloud(judge)


@pytest.mark.parametrize("noun", NOUNS)
def test_the_valid_arguments_are_valid(noun: str) -> None:
    async def judge(cloud: Cloud) -> None:
        series = {"series": SERIES} if any(field.name == "series" for field in NOUNS[noun].fields) else {}
        checked = await NOUNS[noun](cloud.regions, cloud.settings).check({}, {**VALID[noun], **series})
        assert checked.failures == {}

    _in_a_cloud(judge)


BAD: Mapping[str, Any] = {
    "null": None,
    "text": "neither",
    "a number": 7,
    "huge": 10**40,
    "negative": -1,
    "a list": [],
    "an object": {},
    "a list of null": [None],
    "true": True,
}
MISSING = "missing"
FIELDS_EACH = 4
"""Of about a hundred fields; drawn anew for each kind of badness. `make test-all` bends ten times as many."""


def _paths(answer: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every field of an answer; the items of a list count as one."""
    if isinstance(answer, Mapping):
        for name, value in answer.items():
            yield (*path, name)
            yield from _paths(value, (*path, name))
    elif isinstance(answer, list) and answer:
        yield from _paths(answer[0], path)


def _bent(answer: Any, path: tuple[str, ...], bad: str) -> Any:
    """Return the answer with the field at `path` made bad, in every item of a list."""
    if isinstance(answer, list):
        return [_bent(item, path, bad) for item in answer]
    if not isinstance(answer, Mapping) or path[0] not in answer:
        return answer
    name, *rest = path
    if rest:
        return {**answer, name: _bent(answer[name], tuple(rest), bad)}
    others = {key: value for key, value in answer.items() if key != name}
    return others if bad == MISSING else {**others, name: BAD[bad]}


async def _create(stack: Stack) -> None:
    await stack.up(triggers="1", tags={"team": "web"})


async def _cycle(stack: Stack) -> None:
    """Take, refresh, change, replace and destroy."""
    await _create(stack)
    await stack.refresh()
    await stack.up(triggers="1", description="changed")
    await stack.up(triggers="2")
    await stack.destroy()


@cache
def _fields() -> list[tuple[str, tuple[str, ...]]]:
    """Return the action and the path of each field of an answer that a whole cycle sees."""
    fields: set[tuple[str, tuple[str, ...]]] = set()

    async def record(cloud: Cloud) -> None:
        def keep(response: Mapping[str, object], request_id: str) -> Answer:
            answered = succeeded(response, request_id)
            action = cloud.emulator.calls()[-1].action
            fields.update((action, path) for path in _paths(json.loads(answered.body)))
            return answered

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(service, "succeeded", keep)
            await _cycle(Stack(cloud))

    _in_a_cloud(record)
    return sorted(fields)


@pytest.mark.parametrize("many", [1, pytest.param(10, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("bad", [MISSING, *BAD])
def test_a_bad_field_of_an_answer_is_a_typed_error_or_a_sane_value(
    bad: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action, path in Random(bad).sample(_fields(), FIELDS_EACH * many):  # noqa: S311  (no secret)
        _bend(monkeypatch, action, path, bad)
        _in_a_cloud(lambda cloud: _typed(_cycle(Stack(cloud))))


@pytest.mark.parametrize(
    ("path", "bad"),
    [
        (("Snapshots",), MISSING),
        (("Snapshots",), "null"),
        (("Snapshots", "Snapshot"), "a list of null"),
        (("Snapshots", "Snapshot", "SnapshotId"), MISSING),
        (("Snapshots", "Snapshot", "SnapshotId"), "null"),
    ],
)
def test_an_unreadable_list_never_removes_a_snapshot_from_the_state(
    path: tuple[str, ...], bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refresh(cloud: Cloud) -> None:
        stack = Stack(cloud)
        await _create(stack)
        _bend(monkeypatch, "DescribeSnapshots", path, bad)
        await _typed(stack.refresh())
        assert stack.held is not None

    _in_a_cloud(refresh)


@pytest.mark.parametrize("body", ["", "null", "[]", "7", '"text"', "{", "<html>"])
def test_an_answer_that_is_no_object_is_a_typed_error(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "succeeded", lambda response, request_id: Answer(200, body))

    async def create(cloud: Cloud) -> None:
        with pytest.raises(SnapshotError) as failed:
            await cloud.take(preflight="off")
        assert failed.value.remedy

    _in_a_cloud(create)


def _bend(monkeypatch: pytest.MonkeyPatch, action: str, path: tuple[str, ...], bad: str) -> None:
    def bent(response: Mapping[str, object], request_id: str) -> Answer:
        answered = succeeded(response, request_id)
        if path[0] not in response:
            return answered
        return Answer(200, json.dumps(_bent(json.loads(answered.body), path, bad)))

    monkeypatch.setattr(service, "succeeded", bent)


async def _typed(work: Awaitable[None]) -> None:
    """Let typed errors pass; any other fails the test."""
    with suppress(SnapshotError, CheckFailed):
        await work


def _in_a_cloud(act: Callable[[Cloud], Awaitable[None]]) -> None:
    async def run() -> None:
        async with bereaved(), open_cloud(KEPT) as cloud:
            await asyncio.wait_for(act(cloud), MOST_WALL_SECONDS)

    asyncio.run(run())
