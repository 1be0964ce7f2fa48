"""The ECS SDK without the requests and answers of the hundreds of actions that the plugin never calls."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from workbench.environment import ROOT

SDK = "alibabacloud_ecs20140526"
_ECS_ROOM = ROOT / "provider" / "alicloud_snapshot_provider" / "ecs"
_IMPORT = re.compile(r"^from \.(?P<module>_\w+) import (?P<model>\w+)$", re.MULTILINE)


class TrimmingError(Exception):
    """The SDK is not made as this file takes it to be."""


def trimmed_sdk(folder: Path) -> Path:
    """Copy into an empty folder what the plugin needs of the SDK, and return the folder. Raises TrimmingError."""
    original, copy = _installed(), folder / SDK
    (copy / "models").mkdir(parents=True)
    for file in original.glob("*.py"):
        shutil.copy(file, copy)
    kept = dict(_kept((original / "models" / "__init__.py").read_text(encoding="utf-8"), called_actions()))
    for module in kept.values():
        shutil.copy(original / "models" / f"{module}.py", copy / "models")
    imports = [f"from .{module} import {model}\n" for model, module in kept.items()]
    (copy / "models" / "__init__.py").write_text("".join(imports), encoding="utf-8")
    _check(copy / "models", set(kept))
    return folder


def called_actions() -> set[str]:
    """Return the actions that the provider's code calls."""
    sources = (file.read_text(encoding="utf-8") for file in _ECS_ROOM.glob("*.py"))
    return {action for source in sources for action in re.findall(r"models\.(\w+)Request\(", source)}


def _installed() -> Path:
    found = importlib.util.find_spec(SDK)
    if found is None or found.origin is None:
        raise TrimmingError(f"{SDK} is not installed: run `make setup`")
    return Path(found.origin).parent


def _kept(imports: str, actions: set[str]) -> Iterable[tuple[str, str]]:
    """Return the models of the actions, each with its module."""
    wanted = re.compile(rf"(?:{'|'.join(sorted(actions))})(?:Shrink)?(?:Request|Response)")
    for found in _IMPORT.finditer(imports):
        if wanted.match(found["model"]):
            yield found["model"], found["module"]


def _check(models: Path, kept: set[str]) -> None:
    """What is left must not mention what is gone: that would show in a stack of a user's only."""
    sources = {file: file.read_text(encoding="utf-8") for file in models.glob("_[a-z]*.py")}
    mentioned = {name for source in sources.values() for name in re.findall(r"main_models\.(\w+)", source)}
    if not kept or mentioned - kept:
        raise TrimmingError(f"{SDK} has other models than it had: {sorted(mentioned - kept) or 'none is found'}")
