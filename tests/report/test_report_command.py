"""`alicloud-snapshot report`, as it is called."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from rendered import Rendered
from reported_world import NOW, rich_world
from typer.testing import CliRunner

from alicloud_snapshot_provider.cli.app import app
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import RETAINED
from ecs_emulator import Emulator, ManualClock, running_emulator


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Emulator]:
    """An emulated account, and an environment that leads to it, outside of any stack."""
    monkeypatch.chdir(tmp_path)
    with running_emulator(rich_world(), ManualClock(NOW)) as emulator:
        monkeypatch.setenv("ALICLOUD_REGION", "cn-hangzhou")
        monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "emulator-key-id")
        monkeypatch.setenv("ALICLOUD_SECRET_KEY", "emulator-key-secret")
        monkeypatch.setenv("ECS_ENDPOINT", emulator.url)
        yield emulator


def _run(*arguments: str) -> tuple[int, str, str]:
    answer = CliRunner().invoke(app, ["report", *arguments])
    return answer.exit_code, answer.stdout, answer.stderr


def test_it_writes_the_page_of_all_regions_and_says_what_matters(tmp_path: Path) -> None:
    code, printed, _ = _run(
        "--html", "out.html", "--region", "cn-hangzhou", "--region", "cn-beijing", "--max-age-days", "36500"
    )
    assert code == 0
    assert printed == ("out.html: 14 disks, 4 not protected; 65 snapshots for USD 34.35 a month; 2 orphans\n")
    rendered = Rendered.of((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert [each.text.split()[0] for each in rendered.all("h3")] == ["cn-hangzhou", "cn-beijing"]


def test_it_only_reads(account: Emulator) -> None:
    before = account.describe_world()
    _run("--html", "out.html")
    assert account.calls(mutating=True) == []
    assert account.describe_world() == before


def test_a_group_that_nobody_claims_is_an_orphan_with_its_disks(account: Emulator, tmp_path: Path) -> None:
    recorded = {SERIES_TAG: "volume", GENERATION_TAG: "1", **RETAINED.tags}
    member = {"id": "s-member", "disk_id": "d-spare", "group_id": "ssg-kept"}
    groups = [{"id": "ssg-kept", "region_id": "cn-beijing", "tags": recorded}]
    account.add_seed({"snapshot_groups": groups, "snapshots": [member]})

    _, printed, _ = _run("--html", "out.html", "--output", "json", "--region", "cn-beijing")

    assert "ssg-kept" in json.loads(printed)["orphans"]
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert '<code>ssg-kept</code> <span class="facts">of <code>d-spare</code>' in page


def test_programs_get_the_covers_as_json() -> None:
    code, printed, _ = _run("--html", "out.html", "--output", "json", "--region", "cn-beijing")
    told = json.loads(printed)
    assert code == 0
    assert [(disk["disk_id"], disk["cover"]) for disk in told["disks"]] == [
        ("d-spare", "unprotected"),
        ("d-standby", "stale"),
        ("d-web-data", "copies"),
    ]
    assert told["html"] == "out.html"


def test_an_exported_state_decides_what_is_an_orphan(tmp_path: Path) -> None:
    held = {
        "urn": "urn:pulumi:production::shop::alicloud-snapshot:index:Snapshot::web",
        "type": "alicloud-snapshot:index:Snapshot",
        "id": "s-web-13",
        "outputs": {"region": "cn-hangzhou", "keep_last": 12},
    }
    (tmp_path / "state.json").write_text(json.dumps({"deployment": {"resources": [held]}}))
    code, printed, _ = _run("--html", "out.html", "--output", "json", "--state", "state.json")
    orphans = json.loads(printed)["orphans"]
    assert code == 0
    assert "s-db-30" in orphans
    assert "s-web-1" not in orphans
    assert "no stack's state was given" not in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_a_page_that_is_there_is_replaced_and_others_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "out.html").write_text("old")
    assert _run("--html", "out.html")[0] == 0
    assert "old" not in (tmp_path / "out.html").read_text(encoding="utf-8")[:100]
    assert stat.S_IMODE((tmp_path / "out.html").stat().st_mode) & 0o400
    assert [file.name for file in tmp_path.iterdir()] == ["out.html"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--html", "missing/out.html"], "error: --html: there is no folder {folder}/missing. Name a file in a folder"),
        (["--html", "."], "error: --html: . is a folder. Name a file in a folder that you can write to."),
        (
            ["--html", "x.html", "--max-age-days", "0"],
            "error: Invalid value for '--max-age-days': ",
        ),
        ([], "error: Missing option '--html'."),
        (["--html", "x.html", "--state", "none.json"], "error: none.json cannot be read"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_two(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    code, printed, told = _run(*arguments)
    assert (code, printed) == (2, "")
    assert sentence.format(folder=tmp_path) in told
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    code, _, told = _run("--html", "out.html")
    assert code == 2
    assert "error: --html: out.html cannot be written (No space left on device)" in told
    assert list(tmp_path.iterdir()) == []


def test_an_account_that_may_not_list_snapshots_gets_no_page(account: Emulator, tmp_path: Path) -> None:
    account.add_faults({"action": "DescribeSnapshots", "code": "Forbidden.RAM", "times": None})
    code, _, told = _run("--html", "out.html")
    assert code == 1
    assert "error: DescribeSnapshots of region cn-hangzhou failed: User not authorized" in told
    assert list(tmp_path.iterdir()) == []
