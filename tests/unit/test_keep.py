"""What stays by the calendar: restic's meaning of each rule, against a plain second implementation of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.ledger.keep import ALL, RULES, Keep, Span, keep_reasons, parse_span
from alicloud_snapshot_provider.nouns.fields import check_fields
from alicloud_snapshot_provider.nouns.keep_fields import KEEP_FIELD, keep_of
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN

PAGE = (Path(__file__).parents[2] / "docs" / "retention.md").read_text()
ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"]
SPELLED = {"hourly": "%Y-%m-%d %H", "daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m", "yearly": "%Y"}
START = datetime(2025, 10, 1, tzinfo=UTC)

TIMES = st.lists(
    st.one_of(
        st.integers(0, 450 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
        st.integers(0, 6 * 24).map(
            lambda quarters: datetime(2025, 10, 25, tzinfo=UTC) + timedelta(minutes=15 * quarters)
        ),
    ),
    max_size=40,
    unique=True,
)
NUMBERS = st.one_of(st.integers(0, 5), st.just(ALL))
KEEPS = st.builds(
    Keep,
    **dict.fromkeys(RULES, NUMBERS),
    within=st.sampled_from(["", "", "1h", "36h", "1d", "30d", "2m3d", "1y"]),
    timezone=st.sampled_from(ZONES),
)


def _plainly(keep: Keep, times: Sequence[datetime]) -> set[datetime]:
    """Return what stays, period by period from a dictionary of them."""
    ordered = sorted(times, reverse=True)
    staying = set(ordered[:1])
    for rule in RULES:
        number = getattr(keep, rule)
        periods: dict[object, datetime] = {}
        for each in ordered:
            local = each.astimezone(ZoneInfo(keep.timezone))
            periods.setdefault(each if rule == "last" else local.strftime(SPELLED[rule]), each)
        staying |= set(list(periods.values())[: None if number == ALL else number])
        if number == ALL or len(periods) < number:
            staying |= set(ordered[-1:])
    return staying | {each for each in ordered if keep.within and each > _border(keep, ordered[0])}


def _border(keep: Keep, newest: datetime) -> datetime:
    """Go back by the clock on the wall, then by hours; none of the spans here ends in a day that its month lacks."""
    spans = {
        "1h": (0, 0, 1),
        "36h": (0, 0, 36),
        "1d": (0, 1, 0),
        "30d": (0, 30, 0),
        "2m3d": (2, 3, 0),
        "1y": (12, 0, 0),
    }
    months, days, hours = spans[keep.within]
    wall = newest.astimezone(ZoneInfo(keep.timezone))
    run_over = 0
    total = wall.year * 12 + wall.month - 1 - months
    while True:
        try:
            there = wall.replace(year=total // 12, month=total % 12 + 1, day=wall.day - run_over)
            break
        except ValueError:
            run_over += 1
    if run_over:
        there = (there.replace(tzinfo=None) + timedelta(days=run_over)).replace(tzinfo=wall.tzinfo, fold=wall.fold)
    there = (there.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=wall.tzinfo, fold=wall.fold)
    return there.astimezone(UTC) - timedelta(hours=hours)


@given(KEEPS.filter(lambda keep: not keep.is_empty), TIMES)
def test_what_stays_is_what_a_plain_implementation_of_restics_rules_keeps(keep: Keep, times: list[datetime]) -> None:
    reasons = keep_reasons(keep, times)

    assert {each for each, why in zip(times, reasons, strict=True) if why} == _plainly(keep, times)


@given(KEEPS, TIMES.filter(bool))
def test_the_newest_is_always_kept(keep: Keep, times: list[datetime]) -> None:
    assert keep_reasons(keep, times)[times.index(max(times))]


@given(KEEPS, TIMES, st.randoms())
def test_the_order_in_which_they_are_given_makes_no_difference(
    keep: Keep, times: list[datetime], random: object
) -> None:
    shuffled = list(times)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert dict(zip(times, keep_reasons(keep, times), strict=True)) == dict(
        zip(shuffled, keep_reasons(keep, shuffled), strict=True)
    )


@given(KEEPS.filter(lambda keep: not keep.is_empty), TIMES)
def test_a_rule_keeps_no_more_than_it_says_and_counts_from_one(keep: Keep, times: list[datetime]) -> None:
    words = [word for why in keep_reasons(keep, times) for word in why]
    for rule in RULES:
        number = getattr(keep, rule)
        counted = sorted(int(word.split()[1].strip(",")) for word in words if word.startswith(f"{rule} "))
        assert counted == list(range(1, len(counted) + 1))
        assert number == ALL or len(counted) <= number


def test_without_any_rule_everything_stays() -> None:
    assert keep_reasons(Keep(), [START, START - timedelta(days=900)]) == [["no rule is given"]] * 2


def test_nothing_is_judged_where_there_is_nothing() -> None:
    assert keep_reasons(Keep(daily=1, within="1d"), []) == []


def test_what_lies_just_as_far_back_as_within_says_goes() -> None:
    assert keep_reasons(Keep(within="1h"), [START, START - timedelta(hours=1)]) == [["within 1h"], []]


def test_of_the_same_time_the_first_counts_as_the_newer() -> None:
    assert keep_reasons(Keep(last=1), [START, START]) == [["last 1 of 1"], []]


def test_a_rule_that_is_not_used_up_keeps_the_oldest_and_says_so() -> None:
    day = [START + timedelta(hours=hour) for hour in (9, 6, 3)]
    assert keep_reasons(Keep(daily=7), day) == [["daily 1 of 7"], [], ["daily 2 of 7, as the oldest"]]
    assert keep_reasons(Keep(daily=1), day) == [["daily 1 of 1"], [], []]
    assert keep_reasons(Keep(daily=ALL), day)[2] == ["daily 2, as the oldest"]


def test_weeks_are_iso_weeks_which_a_new_year_does_not_split() -> None:
    sunday, saturday = datetime(2027, 1, 3, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
    monday = datetime(2026, 12, 28, tzinfo=UTC)
    before = monday - timedelta(days=1)
    assert keep_reasons(Keep(weekly=2), [sunday, saturday, monday, before]) == [
        ["weekly 1 of 2"],
        [],
        [],
        ["weekly 2 of 2"],
    ]
    assert keep_reasons(Keep(yearly=2), [sunday, monday]) == [["yearly 1 of 2"], ["yearly 2 of 2"]]


def test_days_end_where_the_time_zone_says() -> None:
    late, early = datetime(2026, 11, 1, 16, 30, tzinfo=UTC), datetime(2026, 11, 1, 15, 30, tzinfo=UTC)
    assert keep_reasons(Keep(daily=2, timezone="Asia/Shanghai"), [late, early]) == [["daily 1 of 2"], ["daily 2 of 2"]]
    assert keep_reasons(Keep(daily=1), [late, early]) == [["daily 1 of 1"], []]


def test_the_hour_that_a_clock_shows_twice_is_one_hour() -> None:
    first, second = datetime(2025, 10, 26, 0, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 10, tzinfo=UTC)
    later = datetime(2025, 10, 26, 2, 10, tzinfo=UTC)
    berlin = keep_reasons(Keep(hourly=3, timezone="Europe/Berlin"), [later, second, first, first - timedelta(hours=1)])
    assert berlin == [["hourly 1 of 3"], ["hourly 2 of 3"], [], ["hourly 3 of 3"]]


@pytest.mark.parametrize(("clock_change", "hours"), [(datetime(2026, 3, 29, 12), 23), (datetime(2026, 10, 25, 12), 25)])
def test_a_day_back_is_a_day_of_the_calendar_also_where_the_clock_changes(clock_change: datetime, hours: int) -> None:
    newest = clock_change.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert newest.timestamp() - Span(days=1).before(newest).timestamp() == hours * 3_600
    assert newest.timestamp() - Span(hours=24).before(newest).timestamp() == 24 * 3_600


def test_a_month_back_from_a_day_that_its_month_lacks_runs_over() -> None:
    assert Span(months=1).before(datetime(2026, 3, 31, tzinfo=UTC)) == datetime(2026, 3, 3, tzinfo=UTC)
    assert Span(years=1).before(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2027, 3, 1, tzinfo=UTC)


def test_further_back_than_the_calendar_reaches_is_everything() -> None:
    assert keep_reasons(Keep(within="9999y"), [START, START - timedelta(days=40_000)]) == [["within 9999y"]] * 2


@pytest.mark.parametrize("text", ["", "30", "d", "1w", "3h1d", "1.5d", "-1d", "0d", "1d ", "m", "1d2y"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_span(text)


def test_the_declared_form_is_read_with_numbers_as_pulumi_carries_them() -> None:
    declared = {"last": 3.0, "daily": 7, "weekly": -1.0, "yearly": None, "within": "30d", "timezone": "Asia/Shanghai"}
    assert keep_of({"keep": declared}) == (Keep(last=3, daily=7, weekly=ALL, within="30d", timezone="Asia/Shanghai"),)
    assert keep_of({"keep": None}) == keep_of({}) == ()


@pytest.mark.parametrize("unread", [UNKNOWN, {"daily": UNKNOWN}, {"timezone": "Gone/Zone", "daily": 1}, {"dayly": 1}])
def test_what_cannot_be_understood_keeps_everything(unread: object) -> None:
    assert keep_of({"keep": unread}) == (Keep(last=ALL),)


def test_the_rules_are_told_in_words() -> None:
    assert str(Keep(last=2, daily=ALL, within="36h", timezone="Asia/Shanghai")) == (
        "last 2, daily all, within 36h, by Asia/Shanghai"
    )
    assert str(Keep(monthly=12)) == "monthly 12"


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"daily": -2}, "keep.daily must be 0 to 10000, or -1 for all, got -2: give the number that stays"),
        ({"daily": 10_001}, "keep.daily must be 0 to 10000, or -1 for all, got 10001: give the number that stays"),
        ({"daily": 1.5}, "keep.daily must be a whole number, got 1.5: give it as one"),
        ({"last": True}, "keep.last must be a whole number, got True: give it as one"),
        ({"hourly": "7"}, "keep.hourly must be a whole number, got '7': give it as one"),
        ({"dayly": 7}, "keep.dayly is not an argument: did you mean daily?"),
        (
            {"within": "4w"},
            "keep.within must be years, months, days and hours, in this order, got '4w': "
            'write it as "30d", "36h" or "1y6m"',
        ),
        ({"within": 30}, "keep.within must be a string, got 30: give it as one"),
        ({"timezone": "Peking"}, "keep.timezone must be a time zone, got 'Peking': name it as \"Asia/Shanghai\" or"),
        (
            {"daily": 0, "timezone": "UTC"},
            "must have a rule above 0, got {'daily': 0, 'timezone': 'UTC'}: give one of last, hourly, daily, weekly, "
            "monthly, yearly, within, or remove keep",
        ),
    ],
)
def test_what_cannot_work_is_named_with_its_value_and_the_remedy(declared: dict[str, object], reason: str) -> None:
    assert check_fields([KEEP_FIELD], {"keep": declared})["keep"].startswith(reason)


def test_the_calendar_of_the_manual_is_what_the_rules_say() -> None:
    declared = re.search(r"`keep = (\{.*?\})`", PAGE)
    assert declared is not None
    (keep,) = keep_of({"keep": eval(declared[1])})  # noqa: S307  (a literal of our own page)
    rows = re.findall(r"^\| (\d{4}-\d\d-\d\d \d\d:\d\d) \w{3} \| (.*?) \|$", PAGE, re.MULTILINE)
    zone = ZoneInfo(keep.timezone)
    times = [datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone) for text, _ in rows]
    assert len(times) > 10
    assert [said for _, said in rows] == ["; ".join(why) or "goes" for why in keep_reasons(keep, times)]
    for text, weekday in re.findall(r"^\| (\d{4}-\d\d-\d\d) \d\d:\d\d (\w{3}) \|", PAGE, re.MULTILINE):
        assert f"{datetime.strptime(text, '%Y-%m-%d'):%a}" == weekday
