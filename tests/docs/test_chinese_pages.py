"""The Chinese pages show the code of the English ones, block by block, and all of its sections."""

from __future__ import annotations

import re

import pytest
from workbench.environment import ROOT

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAGES = [
    ("README.md", "README.zh-CN.md", "\n## On the command line"),
    ("docs/quick-start.md", "docs/zh-CN/quick-start.md", "\n## Where to go from here"),
]


@pytest.mark.parametrize(("english", "chinese", "end"), PAGES, ids=lambda text: text if text.endswith(".md") else "")
def test_its_blocks_of_code_and_its_sections_are_those_of_the_english_page(
    english: str, chinese: str, end: str
) -> None:
    original = (ROOT / english).read_text().split(end)[0]
    translated = (ROOT / chinese).read_text()
    assert _FENCED.findall(translated) == _FENCED.findall(original)
    assert len(_headings(translated)) == len(_headings(original)) + 1, "beside them, where to go from here"


@pytest.mark.parametrize("chinese", [chinese for _, chinese, _ in PAGES])
def test_every_heading_and_paragraph_is_chinese(chinese: str) -> None:
    prose = _FENCED.sub("", (ROOT / chinese).read_text()).partition("\n")[2]
    for paragraph in filter(None, map(str.strip, re.split(r"\n\n|\n(?=- )", prose))):
        assert _CHINESE.search(paragraph), paragraph


@pytest.mark.parametrize(("english", "chinese"), [(english, chinese) for english, chinese, _ in PAGES])
def test_its_names_in_code_are_those_of_the_english_page(english: str, chinese: str) -> None:
    original, translated = (" ".join((ROOT / english).read_text().split()), (ROOT / chinese).read_text())
    named = set(re.findall(r"`([^`\n]+)`", _FENCED.sub("", translated)))
    assert [name for name in named if name not in original] == []


def _headings(page: str) -> list[str]:
    return re.findall(r"^#+ .+$", _FENCED.sub("", page), re.MULTILINE)
