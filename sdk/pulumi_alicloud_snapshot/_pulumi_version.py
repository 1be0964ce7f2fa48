"""The oldest Pulumi that this package works with, looked at before anything of Pulumi's is missed."""

from __future__ import annotations

from importlib.metadata import version

import pulumi

OLDEST = (3, 259)


class TooOld(pulumi.RunError, ImportError):
    """Pulumi is too old. The engine shows the text alone."""


def check_pulumi(installed: str) -> None:
    """Raise TooOld for a version of Pulumi before the oldest."""
    if tuple(int(part) for part in installed.split(".")[:2]) < OLDEST:
        wanted = f"pulumi>={'.'.join(map(str, OLDEST))},<4"
        raise TooOld(
            f"pulumi {installed} is too old for pulumi-alicloud-snapshot: run `pip install --upgrade '{wanted}'`"
        )


check_pulumi(version("pulumi"))
