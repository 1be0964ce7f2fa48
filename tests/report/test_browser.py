"""The report's page in a real browser: no errors, no requests, no overflow, enough contrast, a look in each scheme."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from browser import CHROMIUM, Tab, open_tab

BUILD = Path(__file__).parents[2] / "build" / "report"
MEASURES = Path(__file__).with_name("measures.js").read_text()
WIDE, PHONE = 1280, 390
APART = 4
"""Pixels between two labels at least."""
ENOUGH = {"text": 4.5, "mark": 3.0}
"""The contrast that WCAG 2 asks for, level AA: of text, and of drawings that mean something."""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: the report's page is not looked at"),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("the report in a browser"),
]


@pytest.fixture(scope="module")
def file(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page, encoding="utf-8")
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab(file: Path) -> AsyncIterator[Tab]:
    """One browser for all tests: it takes longer to start than they take."""
    async with open_tab(file, file.with_name("profile")) as tab:
        yield tab


async def test_it_loads_without_an_error_and_asks_for_nothing_else(tab: Tab, file: Path) -> None:
    await tab.evaluate("document.querySelectorAll('a').forEach(each => each.click())")
    assert tab.errors == []
    assert set(_without_places(tab.requests)) == {file.as_uri()}


@pytest.mark.parametrize("width", [PHONE, WIDE])
async def test_nothing_is_wider_than_the_window(tab: Tab, width: int) -> None:
    await tab.show(width=width)
    for opened in ("false", "true"):
        await tab.evaluate(f"document.querySelectorAll('details').forEach(each => {{ each.open = {opened}; }})")
        assert await tab.evaluate("document.documentElement.scrollWidth") == width


async def test_a_section_is_wider_than_a_phone_only_within_its_own_scroll_bars(tab: Tab) -> None:
    await tab.show(width=PHONE)
    beyond = await tab.evaluate(
        "[...document.querySelectorAll('main *')].filter(each => !each.closest('.scroll, svg') "
        "&& each.getBoundingClientRect().right > innerWidth + 1).map(each => each.className)"
    )
    assert beyond == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, WIDE])
async def test_text_and_marks_stand_out_from_what_is_behind_them(tab: Tab, width: int, dark: bool) -> None:
    await tab.show(width=width, dark=dark)
    measured = await tab.evaluate(MEASURES)
    assert {each["kind"] for each in measured} == set(ENOUGH)
    assert len(measured) > 500
    assert [each for each in measured if each["ratio"] < ENOUGH[each["kind"]]] == []


@pytest.mark.parametrize("width", [PHONE, 800, 1180, WIDE])
async def test_no_label_of_an_axis_touches_another(tab: Tab, width: int) -> None:
    await tab.show(width=width)
    axes = await tab.evaluate(
        "[...document.querySelectorAll('.axis svg.line, svg.plot')].map(axis => "
        "[...axis.querySelectorAll('text.tick')].filter(each => each.checkVisibility()).map(each => {"
        "const box = each.getBoundingClientRect(); return [box.left, box.right, each.textContent]; }))"
    )
    assert len(axes) == 3
    for labels in axes:
        assert len(labels) >= 3
        ordered = sorted(labels)
        near = [(one[2], other[2]) for one, other in pairwise(ordered) if other[0] - one[1] < APART]
        assert near == []


async def test_a_number_of_the_summary_stays_on_one_line(tab: Tab) -> None:
    await tab.show(width=1180)
    lines = await tab.evaluate(
        "[...document.querySelectorAll('.tile dt, .tile dd')].map(each => ["
        "each.textContent, (each.clientHeight - (each.querySelector('small')?.clientHeight ?? 0))"
        " / parseFloat(getComputedStyle(each).lineHeight)])"
    )
    assert len(lines) == 14
    assert [text for text, count in lines if count > 1.5] == []


async def test_the_schemes_differ(tab: Tab) -> None:
    colours = []
    for dark in (False, True):
        await tab.show(width=WIDE, dark=dark)
        colours.append(await tab.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(set(colours)) == 2


async def test_marks_keep_their_size_and_place_at_every_width(tab: Tab) -> None:
    places = {}
    for width in (PHONE, WIDE):
        await tab.show(width=width)
        places[width] = await tab.evaluate(
            "(() => { const line = document.querySelector('#time-lines .lane:has(.spot) svg.line');"
            "const mark = line.querySelector('.mark use').getBoundingClientRect();"
            "const box = line.getBoundingClientRect();"
            "return [mark.width, (mark.x + mark.width / 2 - box.x) / box.width]; })()"
        )
    assert places[PHONE][0] == places[WIDE][0] > 5
    assert places[PHONE][1] == pytest.approx(places[WIDE][1], abs=0.002)


@pytest.mark.exhaustive
async def test_it_is_photographed_in_both_schemes_and_widths(tab: Tab) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for name, dark, width in (("light", False, WIDE), ("dark", True, WIDE), ("phone", False, PHONE)):
        await tab.show(width=width, dark=dark)
        picture = await tab.screenshot()
        (BUILD / f"{name}.png").write_bytes(picture)
        sizes[name] = int.from_bytes(picture[16:20], "big")
    assert sizes == {"light": WIDE, "dark": WIDE, "phone": PHONE}


def _without_places(addresses: list[str]) -> list[str]:
    return [address.partition("#")[0] for address in addresses]
