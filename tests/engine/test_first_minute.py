"""What goes wrong in the first minute is said in one or two sentences, which the manual shows as they are."""

from __future__ import annotations

import re

import pytest
from first_minute import PAGE, SITUATIONS, Served, drawn, row, table, told

MOST_WORDS = 65
FEW = ("no region", "no credentials", "no permission")
"""One that the configuration lacks for the program, one for the provider, and one that ECS refuses."""


@pytest.mark.engine
def test_the_preview_says_what_the_manual_shows_of_a_few() -> None:
    few = [each for each in SITUATIONS if each.title in FEW]
    assert len(few) == len(FEW)
    for title, said in told("dynamic", few).items():
        assert row(title, said) in PAGE.read_text(), f"run `make first-minute`: {said}"


@pytest.mark.engine
@pytest.mark.exhaustive
@pytest.mark.parametrize("served", ["dynamic", "plugin"])
def test_the_preview_says_what_the_manual_shows(served: Served) -> None:
    said = told(served)
    assert table(said) in PAGE.read_text(), f"run `make first-minute`: {said}"


def test_each_is_one_or_two_sentences_with_what_mends_it() -> None:
    shown = re.findall(r"^\| (?P<title>[^|]+) \| (?P<said>(?:error|warning): .+) \|$", PAGE.read_text(), re.M)
    assert [title for title, _ in shown] == [each.title for each in SITUATIONS]
    for title, said in shown:
        assert len(said.split()) <= MOST_WORDS, title
        assert re.search(r"(?i)\b(run|correct|set|allow|check)\b", said), f"{title}: nothing says what to do"


def test_the_table_is_made_anew_and_the_rest_of_the_page_left_alone() -> None:
    page = "before\n<!-- made: first-minute -->\nold\n<!-- made: end -->\nafter\n"
    made = drawn(page, {"no region": "error: a|b"})
    assert made.startswith("before\n<!-- made: first-minute -->\n| what is wrong |")
    assert made.endswith("| no region | error: a\\|b |\n<!-- made: end -->\nafter\n")
