"""Writes files: a file is replaced as a whole, or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..errors import InvalidInput


def check_writable(option: str, file: Path) -> None:
    """Check a file before the long work begins. Raises InvalidInput with the name of the option."""
    folder = file.resolve().parent
    if not folder.is_dir():
        raise _unwritable(option, f"there is no folder {folder}")
    if file.is_dir():
        raise _unwritable(option, f"{file} is a folder")


def put_in_place(option: str, file: Path, text: str) -> None:
    """Write a file. A reader sees the old text or the new one. Raises InvalidInput with the name of the option."""
    try:
        with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=f".{file.stem}-") as unfinished:
            written = Path(unfinished) / "whole"
            written.write_text(text, encoding="utf-8")
            written.replace(file)
    except OSError as error:
        raise _unwritable(option, f"{file} cannot be written ({error.strerror})") from None


def _unwritable(option: str, problem: str) -> InvalidInput:
    return InvalidInput(option, f"{option}: {problem}", remedy="Name a file in a folder that you can write to.")
