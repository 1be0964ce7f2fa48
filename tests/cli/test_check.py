"""`check` says which disks have no recent snapshot, to people, to programs and to Prometheus."""

from __future__ import annotations

from pathlib import Path

import pytest
from account import DATA_DISK, DAY, DISK, INSTANCE, SERIES, Account, in_stack
from prometheus_client.parser import text_string_to_metric_families

from alicloud_snapshot_provider.cli.prometheus import textfile_of
from alicloud_snapshot_provider.ecs.models import DiskInfo
from alicloud_snapshot_provider.ledger.intent import CONSISTENCY_TAG
from alicloud_snapshot_provider.ledger.ownership import BEING_CREATED
from alicloud_snapshot_provider.overview.freshness import Freshness, State

BOTH = ("check", "--disk", DISK, "--disk", DATA_DISK)
HOUR = 3_600.0
PENDING = {**BEING_CREATED.tags, CONSISTENCY_TAG: "pending"}


def _metrics(text: str) -> dict[tuple[str, str], float]:
    """Return the value of each metric by its name and its disk, or its region where it is of no disk."""
    return {
        (
            sample.name.removeprefix("alicloud_snapshot_"),
            sample.labels.get("disk") or sample.labels["region"],
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_where_every_disk_has_a_recent_success_it_ends_with_zero(account: Account) -> None:
    account.keep("s-system", age=HOUR)
    account.keep("s-data", disk_id=DATA_DISK, age=23 * HOUR)

    answer = account.run(*BOTH, "--max-age", "1d")

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == "0 of 2 disks in cn-hangzhou without a success in the last 1 d\n"


def test_a_disk_whose_last_success_is_too_old_is_named_and_ends_it_with_three(account: Account) -> None:
    account.keep("s-system", age=HOUR)
    account.keep("s-data", disk_id=DATA_DISK, age=25 * HOUR)

    answer = account.run(*BOTH)

    assert answer.exit_code == 3
    heading, line, _, summary = answer.stdout.splitlines()
    assert heading.split() == ["DISK", "REGION", "INSTANCE", "STATE", "WHY"]
    assert line.split(maxsplit=3) == [DATA_DISK, "cn-hangzhou", INSTANCE, "too old  last success 1 d 1 h ago"]
    assert summary == "1 of 2 disks in cn-hangzhou without a success in the last 1 d"
    assert account.run(*BOTH, "--max-age", "26h").exit_code == 0


@pytest.mark.parametrize(
    ("snapshots", "state", "reason"),
    [
        ([], "never", "no snapshot at all"),
        ([{"status": "failed"}], "only failed", "all failed: s-0"),
        ([{"tags": PENDING}], "only unproven", "begun with a freeze and not proven: s-0"),
        ([{"tags": PENDING}, {"status": "failed"}], "only unproven", "begun with a freeze and not proven: s-0"),
        ([{"age": 2 * DAY}, {"status": "failed"}], "too old", "last success 2 d ago"),
        ([{"age": 2 * DAY}, {"tags": PENDING, "age": HOUR}], "too old", "last success 2 d ago"),
        ([{"tags": {CONSISTENCY_TAG: "pending"}, "age": HOUR}], "fresh", "last success 1 h ago"),
        ([{"status": "failed", "age": 60.0}, {"age": HOUR}], "fresh", "last success 1 h ago"),
    ],
)
def test_the_state_of_a_disk_says_why_it_has_no_recent_success(
    account: Account, snapshots: list[dict[str, object]], state: str, reason: str
) -> None:
    for number, fields in enumerate(snapshots):
        account.keep(f"s-{number}", **{"age": HOUR, **fields})

    told = account.json("check", "--disk", DISK, code=0 if state == "fresh" else 3)

    (disk,) = told["disks"]
    assert (disk["state"], disk["reason"], told["fresh"]) == (state, reason, state == "fresh")


def test_a_first_snapshot_that_is_under_way_is_no_success_yet(account: Account) -> None:
    account.begin("s-begun")
    (disk,) = account.json("check", "--disk", DISK, code=3)["disks"]
    assert disk["state"] == "never"
    assert disk["reason"].startswith("no success yet: s-begun is at ")


def test_a_copy_from_elsewhere_is_no_success_of_the_disk(account: Account) -> None:
    account.keep("s-copy", age=HOUR, source_snapshot_id="s-there", source_region_id="cn-beijing")
    assert account.json("check", "--disk", DISK, code=3)["disks"][0]["state"] == "never"


def test_without_a_choice_all_disks_that_can_have_snapshots_are_judged_and_nothing_is_changed(account: Account) -> None:
    account.emulator.add_seed({"disks": [{"id": "d-local", "category": "local_ssd_pro"}]})
    judged = {each["disk_id"] for each in account.json("check", code=3)["disks"]}
    assert {DISK, DATA_DISK} <= judged
    assert "d-local" not in judged
    assert account.mutations() == []


def test_the_disks_of_an_instance_are_judged(account: Account) -> None:
    told = account.json("check", "--instance", INSTANCE, code=3)
    assert {each["disk_id"] for each in told["disks"]} == {DISK, DATA_DISK}
    assert {each["instance_id"] for each in told["disks"]} == {INSTANCE}


def test_programs_get_the_time_of_the_last_success(account: Account) -> None:
    account.keep("s-old", age=3 * DAY)
    account.keep("s-failed", age=HOUR, status="failed")
    (disk,) = account.json("check", "--disk", DISK, "--max-age", "2d", code=3)["disks"]
    assert disk["last_success"] == account.json("show", "s-old")["creation_time"]
    assert disk["age_seconds"] == pytest.approx(3 * DAY, abs=5)
    assert disk["gib"] > 0


def test_prometheus_reads_the_textfile(account: Account, tmp_path: Path) -> None:
    account.keep("s-system", age=3 * DAY)
    account.keep("s-failed", age=HOUR, status="failed")
    cut = account.emulator.now() - 3 * DAY

    assert account.run(*BOTH, "--textfile", "snapshots.prom").exit_code == 3

    metrics = _metrics((tmp_path / "snapshots.prom").read_text())
    assert metrics["last_success_timestamp_seconds", DISK] == pytest.approx(cut, abs=5)
    assert metrics["last_success_timestamp_seconds", DATA_DISK] == 0
    assert (metrics["unprotected", DISK], metrics["unprotected", DATA_DISK]) == (1, 1)
    assert (metrics["gib", DISK] > 0, metrics["gib", DATA_DISK]) == (True, 0)
    assert metrics["orphans", "cn-hangzhou"] == 0
    assert [each.name for each in tmp_path.iterdir()] == ["snapshots.prom"]


def test_orphans_are_counted_by_what_the_stack_holds(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account.keep("s-old", generation=1, age=2 * HOUR)
    account.keep("s-held", generation=2, age=HOUR)
    in_stack(monkeypatch, {"s-held": 1}, {SERIES: 1})

    assert account.run("check", "--disk", DISK, "--textfile", "snapshots.prom").exit_code == 0

    assert _metrics((tmp_path / "snapshots.prom").read_text())["orphans", "cn-hangzhou"] == 1
    assert account.json("check", "--disk", DISK)["orphans"] == {"cn-hangzhou": 1}


def test_every_metric_has_its_labels_type_and_help_whatever_a_label_holds() -> None:
    disk = DiskInfo('d-"\\\n', instance_id="i-1")
    text = textfile_of([Freshness("cn-hangzhou", disk, State.FRESH, "", None, None, 1.5)], {"cn-hangzhou": 2})
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert set(families) == {
        f"alicloud_snapshot_{name}" for name in ("last_success_timestamp_seconds", "unprotected", "gib", "orphans")
    }
    assert {family.type for family in families.values()} == {"gauge"}
    assert all(family.documentation for family in families.values())
    (sample,) = families["alicloud_snapshot_gib"].samples
    assert sample.labels == {"region": "cn-hangzhou", "disk": disk.disk_id, "instance": "i-1"}


def test_where_the_check_itself_fails_the_last_file_stays(account: Account, tmp_path: Path) -> None:
    (tmp_path / "snapshots.prom").write_text("before")
    account.emulator.add_faults({"action": "DescribeDisks", "code": "Forbidden.RAM", "status": 403, "times": None})
    assert account.run(*BOTH, "--textfile", "snapshots.prom").exit_code == 1
    assert (tmp_path / "snapshots.prom").read_text() == "before"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--max-age", "1w"), "error: --max-age must be a duration such as 30m, 12h or 7d, got '1w': correct it"),
        (("--disk", "web"), "error: --disk must be the id of a disk, such as d-bp67acfmxazb4p, got 'web'"),
        (
            ("--disk", "d-none"),
            "error: no disk d-none that can have snapshots is in cn-hangzhou. Correct the id, or give --region with",
        ),
        (
            ("--instance", "i-none"),
            "error: no disk of instance i-none that can have snapshots is in cn-hangzhou. Correct the id, or give",
        ),
        (("--textfile", "missing/out.prom"), "error: --textfile: there is no folder "),
    ],
)
def test_a_mistake_is_one_sentence_and_never_a_check_that_passes(
    account: Account, arguments: tuple[str, ...], sentence: str
) -> None:
    assert account.refused("check", *arguments).startswith(sentence)
