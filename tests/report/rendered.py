"""A page as a reader of HTML sees it: elements, attributes and text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "br", "img"})


@dataclass(eq=False)
class Element:
    """One element, with its text and that of all within it."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, name: str = "", css_class: str = "") -> list[Element]:
        """Give the elements within, in the order of the page."""
        found: list[Element] = []
        for child in self.children:
            classes = child.attributes.get("class", "").split()
            if name in {"", child.name} and (not css_class or css_class in classes):
                found.append(child)
            found += child.all(name, css_class)
        return found

    def by_id(self, element_id: str) -> Element:
        (found,) = (each for each in self.all() if each.attributes.get("id") == element_id)
        return found


class Rendered(Element):
    """A whole page."""

    @staticmethod
    def of(page: str) -> Rendered:
        root = Rendered("page", {})
        _Reader(root).feed(page)
        return root


class _Reader(HTMLParser):
    def __init__(self, root: Element) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.texts.append(data)
