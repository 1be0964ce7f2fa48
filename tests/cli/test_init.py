"""A first program is written for what is there, and nothing is ever written over."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from account import DATA_DISK, DISK, INSTANCE, Account, in_stack

BEIJING = ("d-demo-beijing", "--region", "cn-hangzhou", "--region", "cn-beijing")


def _declared(account: Account, *arguments: str) -> ast.Call:
    """Return the one call that declares something in the program that is printed."""
    answer = account.run("init", *arguments, "--print")
    assert answer.exit_code == 0, answer.output
    (call,) = (each.value for each in ast.parse(answer.stdout).body if isinstance(each, ast.Assign) and _is_noun(each))
    assert isinstance(call, ast.Call)
    return call


def _is_noun(assigned: ast.Assign) -> bool:
    return isinstance(assigned.value, ast.Call) and isinstance(assigned.value.func, ast.Name)


def _of(call: ast.Call) -> tuple[str, str, str]:
    return ast.unparse(call.func), ast.unparse(call.args[0]), ast.unparse(call.keywords[0])


@pytest.mark.parametrize(
    ("things", "declared"),
    [
        ((DISK,), ("Snapshot", "'web-server-system'", f"disk_id='{DISK}'")),
        ((DISK, DATA_DISK), ("SnapshotGroup", "'web-server-system'", f"disk_ids=['{DISK}', '{DATA_DISK}']")),
        ((INSTANCE,), ("SnapshotGroup", "'web-server'", f"instance_id='{INSTANCE}'")),
        (
            (DISK, "d-demo-efficiency"),
            ("SnapshotSet", "'web-server-system'", f"disk_ids=['{DISK}', 'd-demo-efficiency']"),
        ),
        (("i-demo-stopped",), ("Snapshot", "'batch-worker'", "disk_id='d-demo-efficiency'")),
        (BEIJING, ("Snapshot", "'web-server-beijing-system'", "disk_id='d-demo-beijing'")),
    ],
)
def test_the_program_declares_what_fits_the_disks(
    account: Account, things: tuple[str, ...], declared: tuple[str, str, str]
) -> None:
    assert _of(_declared(account, *things)) == declared


def test_a_disk_without_snapshots_is_left_out_and_named(account: Account) -> None:
    printed = account.run("init", "i-demo-stopped", "--print").stdout
    assert "# d-demo-local is left out: category local-ssd-pro has no snapshots." in printed


def test_a_name_that_somebody_chose_cannot_become_code(account: Account) -> None:
    account.emulator.add_seed({"disks": [{"id": "d-odd", "name": '"); import os #'}, {"id": "d-none", "name": "数据"}]})
    assert _of(_declared(account, "d-odd"))[1] == "'import-os'"
    assert _of(_declared(account, "d-none"))[1] == "'before'"


def test_both_files_are_written_and_the_next_command_is_named(account: Account) -> None:
    answer = account.run("init", "d-demo-beijing", *BEIJING[1:])
    assert answer.stdout.splitlines() == [
        "wrote Pulumi.yaml and __main__.py, of 1 disk(s) in cn-beijing",
        "next: pulumi stack init dev && pulumi preview",
    ]
    assert "  alicloud:region:\n    value: cn-beijing\n" in Path("Pulumi.yaml").read_text()
    assert 'disk_id="d-demo-beijing"' in Path("__main__.py").read_text()
    assert account.mutations() == []


@pytest.mark.parametrize("there", ["Pulumi.yaml", "__main__.py"])
def test_nothing_is_written_over(account: Account, there: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_stack(monkeypatch, {}, {})
    Path(there).write_text("name: mine\nruntime: python\n")
    assert account.refused("init", DISK) == (
        f"error: nothing was written: {there} is there already. Run it in an empty folder, or give --print and copy "
        "what you need into your program."
    )
    assert [each.name for each in Path().iterdir()] == [there]
    assert Path(there).read_text() == "name: mine\nruntime: python\n"


@pytest.mark.parametrize(
    ("things", "sentence"),
    [
        (("d-none",), "error: there is no disk d-none in cn-hangzhou. Correct the id"),
        (("i-none",), "error: there is no instance i-none in cn-hangzhou. Correct the id"),
        (("web",), "error: DISK must be the id of a disk, such as d-bp67acfmxazb4p, got 'web'"),
        ((INSTANCE, DISK), "error: one instance, or any number of disks: beside an instance name nothing else"),
        (("d-demo-local",), "error: none of the disks can have snapshots: name a cloud disk"),
        ((DISK, *BEIJING), "error: the disks are in cn-beijing and cn-hangzhou: write a project for each region"),
    ],
)
def test_what_cannot_work_is_bad_input(account: Account, things: tuple[str, ...], sentence: str) -> None:
    assert account.refused("init", *things).startswith(sentence)
    assert list(Path().iterdir()) == []
