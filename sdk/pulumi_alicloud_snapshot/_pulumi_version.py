"""Refuses a Pulumi that is too old, before the import of something that it does not have fails."""

from __future__ import annotations

from importlib.metadata import version

import pulumi

OLDEST = (3, 259)


class TooOld(pulumi.RunError, ImportError):
    """Pulumi is too old. The engine shows only the text, without a traceback."""


def check_pulumi(installed: str) -> None:
    """Raise TooOld if the installed version is older than OLDEST."""
    if tuple(int(part) for part in installed.split(".")[:2]) < OLDEST:
        wanted = f"pulumi>={'.'.join(map(str, OLDEST))},<4"
        raise TooOld(
            f"pulumi {installed} is too old for pulumi-alicloud-snapshot: run `pip install --upgrade '{wanted}'`"
        )


check_pulumi(version("pulumi"))
