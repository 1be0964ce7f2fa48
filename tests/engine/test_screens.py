"""The screens on the project's pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from screens import SCREENS, drawn, pages, screens, shown_on


def test_every_screen_is_on_a_page_and_every_page_asks_for_screens_that_there_are() -> None:
    asked = {name for page in pages() for name in shown_on(page.read_text())}
    assert asked == set(SCREENS)


@pytest.mark.exhaustive
@pytest.mark.engine
def test_the_screens_are_what_is_printed_today() -> None:
    fresh = screens()
    stale = [page for page in pages() if drawn(page.read_text(), fresh) != page.read_text()]
    assert stale == [], "run `make screens`"


def test_a_screen_is_redrawn_and_the_rest_of_its_page_left_alone() -> None:
    page = "before\n\n<!-- screen: list -->\n```console\nold\n```\n\n```text\nnot a screen\n```\n"
    assert drawn(page, {"list": "new\n"}) == page.replace("old", "new")


def test_the_readme_has_screens() -> None:
    assert Path(__file__).parents[2] / "README.md" in pages()
