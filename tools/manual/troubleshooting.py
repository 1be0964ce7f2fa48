"""What docs/troubleshooting.md explains, against what the code can say."""

from __future__ import annotations

import re

from workbench.environment import ROOT

from manual.error_texts import GAP, ErrorText, error_texts

PAGE = "docs/troubleshooting.md"
_ROW = re.compile(r"^\| `(?P<text>[^|]+)` \| (?P<meaning>[^|]+) \|$", re.MULTILINE)


def entries() -> dict[str, str]:
    """Return what each text means, as the page has it."""
    return {row["text"]: row["meaning"] for row in _ROW.finditer((ROOT / PAGE).read_text(encoding="utf-8"))}


def unexplained() -> list[ErrorText]:
    """Return the texts of the code that no entry explains."""
    explained = entries()
    return [text for text in error_texts() if not any(explains(entry, text) for entry in explained)]


def unfounded() -> list[str]:
    """Return the entries that explain no text of the code."""
    texts = error_texts()
    return [entry for entry in entries() if not any(explains(entry, text) for text in texts)]


def explains(entry: str, text: ErrorText) -> bool:
    """Tell whether a text begins with an entry, which may have gaps where the text has others."""
    said = text.text.replace("`", "")
    pattern = ".*".join(re.escape(words.strip()) for words in entry.split(GAP))
    return re.match(pattern, said) is not None


def to_add(text: ErrorText) -> str:
    """Return the line that is missing, and where."""
    shown = text.text.replace("`", "").replace("|", "/")
    remedy = text.remedy or "what it means and what to do"
    return f"{text.place} can say what {PAGE} does not explain; add to its table:\n| `{shown}` | {remedy} |"
