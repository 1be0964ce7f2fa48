from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from importlib.metadata import requires
from inspect import get_annotations
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pulumi
import pytest

import pulumi_alicloud_snapshot as sdk
from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.registry import NOUNS
from pulumi_alicloud_snapshot import _pulumi_version, _query, _series, plugin

NEEDED = "a freeze needs a command that freezes and one that thaws"
IN_RANGE = "must be 10 to 86400 seconds"
URN = "urn:pulumi:stack::project::alicloud:ecs/instance:Instance::web"


@pytest.fixture
def _program(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("organization", "org"), ("project", "project"), ("stack", "stack")):
        monkeypatch.setattr(pulumi, f"get_{name}", lambda value=value: value)


def test_importing_the_sdk_imports_neither_the_ecs_client_nor_its_credentials() -> None:
    program = "import sys, pulumi_alicloud_snapshot; print([each for each in sys.modules if 'alibabacloud' in each])"

    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


@pytest.mark.parametrize("installed", ["3.258.1", "2.25.0"])
def test_a_pulumi_that_is_too_old_is_one_sentence(installed: str) -> None:
    program = (
        "from importlib import metadata; metadata.version = lambda name: sys.argv[1]; import pulumi_alicloud_snapshot"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; {program}", installed], capture_output=True, text=True, check=False
    )

    assert answer.stderr.splitlines()[-1] == (
        f"pulumi_alicloud_snapshot._pulumi_version.TooOld: pulumi {installed} is too old for pulumi-alicloud-snapshot: "
        "run `pip install --upgrade 'pulumi>=3.259,<4'`"
    )
    assert issubclass(_pulumi_version.TooOld, pulumi.RunError)


def test_the_oldest_pulumi_is_the_one_that_the_package_requires() -> None:
    needed = next(each for each in requires("pulumi-alicloud-snapshot") or () if re.match(r"pulumi\W", each))
    assert f">={'.'.join(map(str, _pulumi_version.OLDEST))}" in needed
    _pulumi_version.check_pulumi("3.259.0")
    _pulumi_version.check_pulumi("4.0.0a1")


def test_all_names_what_the_sdk_offers_in_order() -> None:
    offered = {name for name, value in vars(sdk).items() if name[0] != "_" and not isinstance(value, ModuleType)}

    assert sdk.__all__ == sorted(offered)


@pytest.mark.parametrize("noun", NOUNS)
def test_the_arguments_are_the_inputs_of_the_one_table_in_its_order(noun: str) -> None:
    assert [field.name for field in fields(getattr(sdk, f"{noun}Args"))] == [
        field.name for field in NOUNS[noun].fields if field.is_input
    ]


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("served", [sdk, plugin])
def test_the_resource_shows_every_field_of_the_one_table(served: ModuleType, noun: str) -> None:
    own = [each for each in getattr(served, noun).__mro__ if each.__module__.startswith(sdk.__name__)]

    shown = [name for each in own for name in get_annotations(each)]

    assert sorted(shown) == sorted(field.name for field in NOUNS[noun].fields)


def test_a_snapshot_that_would_be_gone_before_the_new_one_exists_is_refused() -> None:
    with pytest.raises(ValueError, match="delete_before_replace") as caught:
        sdk.Snapshot("web", disk_id="d-1", opts=pulumi.ResourceOptions(delete_before_replace=True))
    assert isinstance(caught.value, pulumi.RunError), "the engine shows no traceback"

    assert str(caught.value) == (
        "Snapshot 'web' has delete_before_replace, which would delete the old snapshot before the new one exists: "
        "remove the option"
    )


@pytest.mark.parametrize("guard", [sdk.snapshot_before, sdk.guard_stack])
@pytest.mark.parametrize(
    ("changes", "settings", "text"),
    [
        (["create"], {}, "changes must be of update, replace, delete, got 'create': correct it"),
        (
            [],
            {"hold": 3},
            "hold is not a setting of a guard: use keep_last, keep, retention_days, min_age, reuse, wait_until, "
            "timeout, tags, freeze, drill, window, outside_window, region",
        ),
        ([], {"keep": 3}, "keep must be an object, got 3: give it as one"),
        (
            [],
            {"keep": sdk.KeepArgs(daily=-2)},
            "keep.daily must be 0 to 10000, or -1 for all, got -2: give the number that stays",
        ),
        ([], {"keep_last": 0}, "keep_last must be at least 1, got 0: a guard never removes its newest snapshot"),
        ([], {"min_age": "soon"}, "min_age must be a duration such as 30m, 12h or 7d, got 'soon': correct it"),
        ([], {"timeout": "1w"}, "timeout must be a duration such as 30m, 12h or 7d, got '1w': correct it"),
        ([], {"drill": 7}, "drill must be an object, got 7: give it as one"),
        (
            [],
            {"drill": {"series": "x"}},
            "drill.series is not an argument: the arguments are instance_id, zone_id, disk_category, "
            "file_system_check, checks",
        ),
        (
            [],
            {"drill": {"instance_id": "web"}},
            "drill.instance_id must be the id of an instance, such as i-bp67acfmxazb4p, got 'web': take it from the "
            "instance's `id`",
        ),
        ([], {"freeze": 7}, "freeze must be an object, got 7: give it as one"),
        ([], {"freeze": sdk.FreezeArgs(command="sync")}, f"freeze.thaw is required: {NEEDED}"),
        (
            [],
            {"freeze": {"thaw": "sync", "command": "sync", "timeout": 9}},
            f"freeze.timeout {IN_RANGE}, got 9: correct it",
        ),
    ],
)
def test_a_guard_says_which_argument_cannot_work(
    guard: Callable[..., object], changes: list[Any], settings: dict[str, Any], text: str
) -> None:
    with pytest.raises(ValueError, match=r"^[\w.]+ (must|is)") as caught:
        guard(*changes, **settings)

    assert str(caught.value) == text


async def test_a_guard_of_another_resources_output_needs_a_name() -> None:
    with pytest.raises(ValueError, match="needs a name") as caught:
        sdk.snapshot_before(disk_id=pulumi.Output.from_input("d-1"))

    assert str(caught.value) == (
        "snapshot_before needs a name where disk_id or instance_id is an output: give name, the same in every run"
    )


def test_a_snapshot_that_is_not_found_is_an_error_that_shows_the_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_query, "get_snapshots", lambda **_: [])

    with pytest.raises(LookupError) as caught:
        sdk.get_snapshot(series="nightly", status="accomplished")

    assert str(caught.value) == (
        "no snapshot matches series='nightly', status='accomplished': correct the filters or the region"
    )


@pytest.mark.usefixtures("_program")
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("web", "project/stack/web"),
        ("group/web:d-1", "project/stack/group-web:d-1"),
        ("x" * 200, "project/stack/" + "x" * 103),
    ],
)
def test_a_series_says_where_it_was_declared_and_fits_into_a_tag(name: str, path: str) -> None:
    series = _series.series_of(name, URN)

    readable, _, digest = series.partition("#")
    assert (readable, len(digest)) == (path, 10)
    assert len(series) <= 128


@pytest.mark.usefixtures("_program")
def test_a_series_differs_between_organizations_and_urns(monkeypatch: pytest.MonkeyPatch) -> None:
    here = _series.series_of("web", URN)
    assert _series.series_of("web", URN) == here
    assert _series.series_of("web", f"{URN}2") != here

    monkeypatch.setattr(pulumi, "get_organization", lambda: "another")
    assert _series.series_of("web", URN) != here


@pytest.mark.usefixtures("_program")
@pytest.mark.parametrize(
    ("parent_urn", "digest"),
    [
        (None, "4d859fe73c"),
        ("urn:pulumi:stack::project::a:b:Outer$a:b:Inner::tier", "f446157267"),
    ],
)
async def test_a_derived_series_stays_what_the_state_has_and_depends_on_no_parent(
    parent_urn: str | None, digest: str
) -> None:
    parent = None if parent_urn is None else _parent(parent_urn)
    derived = _series.derived_series("web", "pulumi-python:dynamic/alicloud-snapshot:Snapshot", parent)
    series = pulumi.Output.from_input(derived)

    assert await series.future() == f"project/stack/web#{digest}"
    assert await series.resources() == set()


def _parent(urn: str) -> Any:
    """Return what a component is to its children: a URN that depends on the component."""
    parent = Mock()
    parent.urn = pulumi.Output({parent}, *(_soon(value) for value in (urn, True)))
    return parent


async def _soon(value: Any) -> Any:
    return value


def _cuts(monkeypatch: pytest.MonkeyPatch, *cuts: str) -> None:
    found = [SnapshotInfo(f"s-{cut}", creation_time=cut) for cut in cuts]
    monkeypatch.setattr(_query, "get_snapshots", lambda **_filters: found)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, "s-2026-11-02T00:00:00Z"),
        ("2026-11-01T03:00+08:00", "s-2026-10-31T19:00:00Z"),
        ("2026-11-01T02:59:59+08:00", "s-2026-10-30T00:00:00Z"),
        (datetime(2026, 12, 1, tzinfo=UTC), "s-2026-11-02T00:00:00Z"),
    ],
)
def test_a_restore_is_from_the_newest_snapshot_of_a_time_or_before(
    monkeypatch: pytest.MonkeyPatch, at: str | datetime | None, expected: str
) -> None:
    _cuts(monkeypatch, "2026-11-02T00:00:00Z", "2026-10-31T19:00:00Z", "2026-10-30T00:00:00Z")
    assert sdk.restore_from("data", at=at) == expected


@pytest.mark.parametrize("at", ["2026-11-01T03:00", "yesterday", datetime(2026, 12, 1)])
def test_a_time_without_its_offset_is_refused(at: str | datetime) -> None:
    with pytest.raises(ValueError, match=r"at must be a time with its offset, such as 2026-11-01T03:00\+08:00, got"):
        sdk.restore_from("data", at=at)


def test_where_nothing_was_cut_by_then_the_oldest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _cuts(monkeypatch, "2026-11-02T00:00:00Z")
    with pytest.raises(LookupError, match=r"no snapshot of data was cut at 2026-11-01T.* or before: the oldest is of"):
        sdk.restore_from("data", at="2026-11-01T03:00+08:00")
    _cuts(monkeypatch)
    with pytest.raises(LookupError, match="no guard of data has an accomplished snapshot: correct the name"):
        sdk.restore_from("data")


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"window": "at night"}, "window must be hours and a time zone"),
        ({"outside_window": "defer"}, 'outside_window must be "warn" or "fail"'),
        (
            {"reuse": "mine"},
            'reuse must be "guard" or "any", got \'mine\': remove it to count only what the guard took',
        ),
    ],
)
def test_a_guard_with_a_wrong_word_is_refused(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        sdk.snapshot_before("update", disk_id="d-1", **settings)
