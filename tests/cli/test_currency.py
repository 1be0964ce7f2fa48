"""Every command that says a price says it in the configured currency, and nothing in dollars."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from account import DAY, DISK, INSTANCE, SERIES, Account, in_stack

from alicloud_snapshot_provider.cli.app import app
from alicloud_snapshot_provider.drills.spec import DISK_NAME, DRILL_TAG
from alicloud_snapshot_provider.verification.run import Report, Verification

COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
WITHOUT_PRICES = {"check", "doctor", "emulator", "guarded", "init", "restore", "rollback", "watch"}
LEFT = "d-left"


@dataclass(frozen=True)
class Priced:
    """A command; whether its table says a price, since those of disks are only known in USD; and its key in JSON."""

    arguments: tuple[str, ...]
    in_table: bool = True
    key: str = ""


AT_MOST = "cny_a_month_at_most"
PRICED = [
    Priced(("estimate", DISK), key=AT_MOST),
    Priced(("list", "--all"), key=AT_MOST),
    Priced(("show", "s-1"), key=AT_MOST),
    Priced(("orphans",), key=AT_MOST),
    Priced(("report", "--html", "report.html"), key="cny_a_month"),
    Priced(("take", DISK, "--yes")),
    Priced(("prune", "--dry-run", "--series", SERIES, "--keep-last", "1")),
    Priced(("prune", "--by-hand", "--dry-run", "--keep-last", "1")),
    Priced(("drill", "s-1", "--yes"), in_table=False),
    Priced(("verify", "--region", "cn-hangzhou", "--disk", DISK, "--yes"), in_table=False),
]


@pytest.fixture(autouse=True)
def _in_yuan(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack whose prices are in CNY; it has an orphan, what was made by hand, and a disk that a drill left."""

    async def nothing_probed(_verification: Verification) -> Report:
        return Report([], {}, {})

    monkeypatch.setattr(Verification, "run", nothing_probed)
    in_stack(monkeypatch, {"s-2": 1}, {SERIES: 1})
    configured = {"alicloud-snapshot:pricePerGibMonth": "0.12", "alicloud-snapshot:currency": "CNY"}
    monkeypatch.setattr("alicloud_snapshot_provider.cli.target.current_config", lambda: configured)
    account.keep("s-1", generation=1, age=3 * DAY)
    account.keep("s-2", generation=2)
    account.keep("s-by-hand", age=2 * DAY)
    account.keep("s-by-hand-too", age=DAY)
    left = {"id": LEFT, "name": DISK_NAME, "source_snapshot_id": "s-1", "tags": {DRILL_TAG: "key"}}
    account.emulator.add_seed({"disks": [left]})


def test_a_command_says_no_price_or_is_looked_at_here() -> None:
    assert {each.arguments[0] for each in PRICED} == COMMANDS - WITHOUT_PRICES


@pytest.mark.parametrize("output", ["table", "json"])
@pytest.mark.parametrize("priced", PRICED, ids=lambda priced: " ".join(priced.arguments[:2]))
def test_a_price_is_in_the_configured_currency(account: Account, priced: Priced, output: str) -> None:
    answer = account.run(*priced.arguments, "--output", output)

    assert answer.exit_code in {0, 3}, answer.output
    page = Path("report.html")
    written = answer.output + (page.read_text() if page.exists() else "")
    assert "usd" not in written.lower()
    assert "$" not in answer.output
    if output == "table":
        assert ("CNY " in answer.output) is priced.in_table
    assert not priced.key or output == "table" or f'"{priced.key}": ' in answer.stdout


def test_what_a_drill_left_is_listed_without_a_price_and_an_orphan_with_one(account: Account) -> None:
    records = {each["snapshot_id"] or each["disk_id"]: each for each in account.json("orphans", code=3)}
    assert records["s-1"][AT_MOST] == round(0.12 * records["s-1"]["gib_at_most"], 2) > 0
    assert LEFT in records
    assert AT_MOST not in records[LEFT]


@pytest.mark.parametrize(
    "arguments",
    [
        ("restore", "s-1", "--yes"),
        ("rollback", DISK, "--to", "s-1", "--stop-instance", "--yes"),
        ("init", DISK, "--print"),
        ("init", INSTANCE, "--print"),
        ("check",),
    ],
)
def test_where_no_price_is_said_no_dollar_is_said(account: Account, arguments: tuple[str, ...]) -> None:
    answer = account.run(*arguments)
    assert answer.exit_code in {0, 3}, answer.output
    assert "USD" not in answer.output
