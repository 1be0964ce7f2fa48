from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.ledger.ownership import TAG_PREFIX
from alicloud_snapshot_provider.nouns import rules

Rule = Callable[[Any], str | None]

ACCEPTED: list[tuple[Rule, list[Any]]] = [
    (rules.disk_id, ["d-bp67acfmxazb4p", "d-demo-system"]),
    (rules.snapshot_name, ["ab", "a" * 128, "Größe", "快照一", "before:up_1.0-x", "xauto"]),
    (rules.description, ["ab", "x" * 256, "see http://example.com"]),
    (rules.retention_days, [1, 65_536, 7.0]),
    (rules.archive_after, [14, 65_536, 30.0]),
    (rules.tags, [{}, {"team": ""}, {"k" * 128: "v" * 128}, {str(number): "x" for number in range(15)}]),
    (rules.wait_until, ["accomplished", "available"]),
    (rules.preflight, ["error", "warn", "off"]),
    (rules.deletion_policy, ["delete", "retain"]),
    (rules.keep_last, [1, 256, 3.0]),
    (rules.min_age, ["30m", "12h", "7d"]),
    (rules.window, ["01:00-05:00 Asia/Shanghai", "22:00-04:00 UTC"]),
    (rules.series, ["x", "s" * 128, "project/stack/web#0123456789"]),
    (rules.region, ["cn-hangzhou", "ap-southeast-1", "cn-hangzhou-finance-1"]),
    (rules.resource_group_id, ["rg-demo"]),
]

NAME = (
    "must have 2 to 128 characters, a letter first, then letters, digits, colons, underscores, periods and hyphens, "
    "got {!r}: rename it"
)
AUTO = "must not start with auto, which ECS reserves for automatic snapshots, got {!r}: name it otherwise"
TAG_KEY = "has the key {!r}: use 1 to 128 characters, no http:// or https://, and no aliyun or acs: at the start"
LONG = "x" * 257

REFUSED: list[tuple[Rule, Any, str]] = [
    *(
        (
            rules.disk_id,
            value,
            f"must be the id of a disk, such as d-bp67acfmxazb4p, got {value!r}: take it from the disk's `id`",
        )
        for value in ("", "bp67", "d-", "s-bp67", "d-1 ", "d-1/2")
    ),
    *((rules.snapshot_name, value, AUTO.format(value)) for value in ("auto", "autoscaling", "Auto-x")),
    *(
        (rules.snapshot_name, value, NAME.format(value))
        for value in ("a", "", "a" * 129, "1a", "-a", "_a", "a b", "a/b", "a²", "aⅧ", "a٣", "a\n")
    ),
    *(
        (rules.description, value, f"must not start with http:// or https://, got {value!r}: put a word before it")
        for value in ("http://example.com", "https://example.com")
    ),
    (rules.description, "x", "must have 2 to 256 characters, got 1 in 'x': lengthen, shorten or remove it"),
    (
        rules.description,
        LONG,
        f"must have 2 to 256 characters, got 257 in {LONG[:40]!r}: lengthen, shorten or remove it",
    ),
    *(
        (
            rules.retention_days,
            value,
            f"must be 1 to 65536 days, got {value}: remove it to keep the snapshot until it is deleted",
        )
        for value in (0, -1, 65_537)
    ),
    *(
        (
            rules.archive_after,
            value,
            f"must be 14 to 65536 days, got {value}: ECS archives a snapshot 14 days after its creation at the "
            "earliest, so correct it",
        )
        for value in (0, 13, 65_537)
    ),
    (
        rules.tags,
        {str(number): "x" for number in range(16)},
        "must be at most 15, since ECS allows 20 and 5 record the series, got 16: remove some",
    ),
    (
        rules.tags,
        {"Team": "a", "team": "b"},
        "must have keys that differ by more than upper and lower case, got ['Team', 'team']: rename one",
    ),
    *(
        (rules.tags, {key: "x"}, TAG_KEY.format(key))
        for key in ("", "k" * 129, "aliyun-x", "acs:x", "http://x", "a-https://x")
    ),
    (
        rules.tags,
        {f"{TAG_PREFIX}series": "x"},
        "has the key 'alicloud-snapshot:series': alicloud-snapshot: is where the provider records the series, "
        "so choose another prefix",
    ),
    *(
        (
            rules.tags,
            {"team": value},
            f"has the value {value!r} for 'team': use at most 128 characters, no http:// or https://",
        )
        for value in ("v" * 129, "see http://x", "https://x")
    ),
    (
        rules.wait_until,
        "done",
        'must be "accomplished" or "available", got \'done\': remove it to wait until accomplished',
    ),
    (
        rules.preflight,
        "strict",
        'must be "error", "warn" or "off", got \'strict\': remove it to let violations fail the preview',
    ),
    (
        rules.deletion_policy,
        "keep",
        'must be "delete" or "retain", got \'keep\': remove it to delete the series with the resource',
    ),
    *(
        (
            rules.keep_last,
            value,
            f"must be 1 to 256, the manual snapshots that ECS allows per disk, got {value}: correct it",
        )
        for value in (0, -1, 257)
    ),
    (rules.min_age, "soon", "must be a duration such as 30m, 12h or 7d, got 'soon': correct it"),
    (
        rules.window,
        "at night",
        "must be hours and a time zone, such as \"01:00-05:00 Asia/Shanghai\", got 'at night': correct it",
    ),
    *(
        (rules.series, value, f"must have 1 to 128 characters, no http:// or https://, got {value!r}: rename it")
        for value in ("", "s" * 129, "http://x", "see https://x")
    ),
    *(
        (rules.region, value, f"must be a region id such as cn-hangzhou, got {value!r}: correct it")
        for value in ("hangzhou", "CN-hangzhou", "cn-", "cn_hangzhou")
    ),
    (
        rules.resource_group_id,
        "demo",
        "must be the id of a resource group, such as rg-bp67acfmxazb4p, got 'demo': correct it",
    ),
]


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, values in ACCEPTED for value in values])
def test_a_rule_accepts_what_ecs_takes(rule: Rule, value: object) -> None:
    assert rule(value) is None


@pytest.mark.parametrize(("rule", "value", "reason"), REFUSED)
def test_a_rule_says_what_is_wrong_with_the_value_and_what_to_do(rule: Rule, value: object, reason: str) -> None:
    assert rule(value) == reason


def is_a_name_to_ecs(name: str) -> bool:
    r"""Tell whether the API's own `^\p{L}[\p{L}0-9:_.-]{1,127}$` matches; Python's re has no \p{L}."""
    letters = [unicodedata.category(each).startswith("L") for each in name]
    allowed = all(letter or each in "0123456789:_.-" for letter, each in zip(letters, name, strict=True))
    return 2 <= len(name) <= 128 and letters[0] and allowed


@given(st.text(max_size=130) | st.from_regex(r"[^\W\d_][\w:.-]{0,128}", fullmatch=True))
def test_a_name_passes_exactly_where_the_apis_expression_matches(name: str) -> None:
    expected = is_a_name_to_ecs(name) and not name.lower().startswith("auto")

    assert (rules.snapshot_name(name) is None) is expected
