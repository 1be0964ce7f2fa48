from __future__ import annotations

import re

import architecture
from workbench.environment import ROOT


def test_the_page_shows_the_rooms_as_they_are() -> None:
    page = architecture.PAGE.read_text()

    assert _without_counts(page) == _without_counts(architecture.rendered(page)), "run `make architecture`"


def test_every_file_that_the_page_names_exists() -> None:
    provider = ROOT / "provider" / architecture.PACKAGE
    named = re.findall(r"`(\w+(?:/\w+)*\.py)`", architecture.PAGE.read_text())

    files = {
        file
        for file in named
        if ("/" in file and not file.startswith("sdk/"))
        or file in {"errors.py", "clock.py", "region.py", "registry.py"}
    }
    assert files
    assert [file for file in sorted(files) if not (provider / file).is_file()] == []


def test_the_way_of_a_create_leads_through_six_files() -> None:
    way = architecture.PAGE.read_text().partition("## The way of")[2].partition("## Where")[0]

    assert len(re.findall(r"^\d\. ", way, re.MULTILINE)) == 6


def _without_counts(page: str) -> str:
    """Gives the page without its numbers of files and lines, which every change changes."""
    return re.sub(r"\| \d+ \| \d+ \|", "| | |", page)
