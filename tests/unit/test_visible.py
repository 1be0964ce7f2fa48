"""What others wrote is shown, never obeyed, by a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.errors import Rejected
from alicloud_snapshot_provider.printable import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web 名 é 😀", "web 名 é 😀"),
        ("\x1b[2Jgone", "\\u001b[2Jgone"),
        ("\x9b31m", "\\u009b31m"),
        ("\x7f\r\n\t", "\\u007f\\u000d\\u000a\\u0009"),
        ("safe\u202egnp.exe", "safe\\u202egnp.exe"),
        ("\u2066a\u2069\u200b\ufeff", "\\u2066a\\u2069\\u200b\\ufeff"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out_and_nothing_else(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_lines_of_a_text_of_ours_stay_lines() -> None:
    assert visible("failed\n  what to do: \x1b]0;x\x07", lines=True) == "failed\n  what to do: \\u001b]0;x\\u0007"


@given(st.text())
def test_what_is_shown_is_shown_the_same_again_and_reads_back_as_json(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    written = json.dumps({"name": text}, ensure_ascii=False)
    assert json.loads(visible(written, lines=True)) == {"name": text}


def test_an_error_shows_what_ecs_said_in_it() -> None:
    error = Rejected("DeleteSnapshot of s-1 failed: \x1b[2Jno", remedy="Do this.", code="Some.Code")
    assert str(error) == "DeleteSnapshot of s-1 failed: \\u001b[2Jno [Some.Code]\n  what to do: Do this."
