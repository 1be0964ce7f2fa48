"""Names, descriptions and tags of others, with what would act on a terminal or turn a line around spelled out."""

from __future__ import annotations

import unicodedata

_UNSEEN = ("Zl", "Zp")
"""Line and paragraph separators, beside everything whose category begins with C: controls, formats, surrogates."""


def visible(text: str, *, lines: bool = False) -> str:
    """Return the text with each invisible character spelled out as JSON does, such as \\u202e or \\u001b.

    With `lines`, line feeds stay: for a text of ours that quotes others.
    """
    judged = text.replace("\n", "") if lines else text
    return text if judged.isprintable() else "".join(_shown(each, lines) for each in text)


def _shown(character: str, lines: bool) -> str:
    category = unicodedata.category(character)
    seen = not category.startswith("C") and category not in _UNSEEN
    if seen or (lines and character == "\n"):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
