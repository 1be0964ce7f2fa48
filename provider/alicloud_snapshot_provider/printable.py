"""Makes text from ECS safe to print: a name can hold characters that control a terminal or reverse a line."""

from __future__ import annotations

import unicodedata

_SEPARATORS = ("Zl", "Zp")
"""The Unicode categories of line and paragraph separators. Control characters have categories that begin with C."""


def visible(text: str, *, lines: bool = False) -> str:
    """Return the text with each invisible character escaped as in JSON, such as \\u202e or \\u001b.

    `lines` keeps line feeds: use it for our own texts of several lines.
    """
    if (text.replace("\n", "") if lines else text).isprintable():
        return text
    return "".join(character if lines and character == "\n" else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    category = unicodedata.category(character)
    if not category.startswith("C") and category not in _SEPARATORS:
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
