"""Sizes, money and times in the format of the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ...ecs.wire_format import moment
from ...ledger.proof import Proof
from ...printable import visible
from ...snapshots.estimate import Price


def gib_text(gib: float) -> str:
    """Return a rounded size: 0.4 GiB, 12.5 GiB, 130 GiB, 1.2 TiB."""
    if gib >= 1_024:
        return f"{gib / 1_024:,.1f} TiB"
    return f"{gib:.0f} GiB" if gib >= 100 or gib == round(gib) else f"{gib:.1f} GiB"


def money_text(amount: float, price: Price) -> str:
    """Return an amount in the currency of the price, with two decimals."""
    return f"{price.currency} {amount:,.2f}"


def moment_text(at: float) -> str:
    """Return a time to the minute, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def day_text(at: float) -> str:
    """Return the day of a time, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def proof_text(proof: Proof) -> str:
    """Return when and how a snapshot was restored for a trial."""
    at = moment(proof.at)
    return f"restored {moment_text(at.timestamp())} UTC {proof.how}" if at else f"restored {proof}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: 1 disk, 2 disks."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def written(value: Any) -> Any:
    """Return a value for the page: markup and numbers unchanged, a user's text with its invisible characters shown."""
    return visible(value) if type(value) is str else value
