"""Markdown tables and code blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a cell's bars and line breaks are made harmless."""
    lines = [headings, ["---"] * len(headings), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def code(language: str, text: str) -> str:
    """Return a fenced block."""
    return f"````{language}\n{text.strip()}\n````\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())
