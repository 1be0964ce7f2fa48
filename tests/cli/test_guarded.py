"""`guarded` names what no guard of ours waits for in a preview, and never passes because it saw nothing."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from account import EXECUTABLE
from typer.testing import CliRunner

from alicloud_snapshot_provider.cli.app import app

DISK = "alicloud:ecs/ecsDisk:EcsDisk"
INSTANCE = "alicloud:ecs/instance:Instance"
OURS = {
    "BeforeUpdate": ["alicloud-snapshot:guardStack:before_update"],
    "BeforeDelete": ["alicloud-snapshot:guardStack:before_delete, declared until its resources are gone"],
}
FOREIGN = {"BeforeUpdate": ["tell somebody"], "BeforeDelete": ["tell somebody"]}


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def _state(hooks: Mapping[str, Any] | None, **fields: object) -> dict[str, object]:
    return {"custom": True, **({"resourceHooks": hooks} if hooks else {}), **fields}


def _step(op: str, new: Any = None, old: Any = None, kind: str = DISK, name: str = "data") -> dict[str, object]:
    states = {"newState": new, "oldState": old}
    return {
        "op": op,
        "urn": f"urn:pulumi:prod::shop::{kind}::{name}",
        **{key: value for key, value in states.items() if value},
    }


def _digest(*steps: Mapping[str, Any], **fields: object) -> str:
    return json.dumps({"steps": steps, "changeSummary": {"create": 1}, **fields})


def _unguarded(*steps: Mapping[str, Any], options: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    answer = CliRunner().invoke(app, ["guarded", *options, "--output", "json"], input=_digest(*steps))
    found = json.loads(answer.stdout)
    assert answer.exit_code == (3 if found else 0), answer.output
    return [(each["name"], each["unguarded"]) for each in found]


@pytest.mark.parametrize(
    ("step", "unguarded"),
    [
        (_step("create", _state(OURS)), []),
        (_step("create", _state(None)), ["update", "delete"]),
        (_step("create", _state(FOREIGN)), ["update", "delete"]),
        (_step("update", _state({"BeforeDelete": OURS["BeforeDelete"]}), _state(OURS)), ["update"]),
        (_step("same", _state(None), _state(OURS)), ["update", "delete"]),
        (_step("delete", old=_state(OURS)), []),
        (_step("delete", old=_state(None)), ["delete"]),
        (_step("delete", old=_state(None, retainOnDelete=True)), []),
        (_step("replace", _state(OURS), _state(OURS)), []),
        (_step("replace", _state(OURS), _state(None)), ["delete"]),
        (_step("import", _state(None)), ["update", "delete"]),
        (_step("read", _state(None, external=True)), []),
        (_step("same", _state(None, external=True)), []),
        (_step("create", _state(None), kind="shop:index:Server$alicloud:ecs/instance:Instance"), ["update", "delete"]),
        (_step("create", _state(None), kind="alicloud:vpc/network:Network"), []),
        (_step("create", _state(None), kind="alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment"), []),
    ],
)
def test_a_resource_is_judged_by_the_hooks_that_the_engine_would_run(
    step: Mapping[str, Any], unguarded: list[str]
) -> None:
    assert _unguarded(step) == ([("data", unguarded)] if unguarded else [])


def test_what_need_not_be_guarded_is_left_out() -> None:
    steps = (_step("create", _state(None)), _step("create", _state({"BeforeDelete": OURS["BeforeDelete"]}), name="web"))
    assert _unguarded(*steps) == [("data", ["update", "delete"]), ("web", ["update"])]
    assert _unguarded(*steps, options=("--change", "delete")) == [("data", ["delete"])]
    assert _unguarded(*steps, options=("--exclude", "data", "--exclude", "web")) == []


def test_the_steps_of_one_replacement_are_one_resource() -> None:
    steps = (
        _step("create-replacement", _state(OURS), _state(None)),
        _step("replace", _state(OURS), _state(None)),
        _step("delete-replaced", old=_state(None)),
    )
    answer = CliRunner().invoke(app, ["guarded"], input=_digest(*steps))
    assert answer.stdout.splitlines() == [
        f"data ({DISK}): no snapshot is taken before its delete",
        "  this run would delete it: first run `pulumi up` without that change, with guard_stack()",
        "1 of 1 instances and disks without a guard",
    ]


@pytest.mark.parametrize(
    ("runtime", "line"),
    [
        ("python", "add before the resources: guard_stack()"),
        ("{name: nodejs, options: {typescript: true}}", "add before the resources: snapshots.guardStack();"),
        ("go", "add before the resources: alicloudsnapshot.GuardStack(ctx, nil)"),
        ("dotnet", "add before the resources: a StackGuard, which each of them names in dependsOn"),
    ],
)
def test_the_line_that_mends_it_is_in_the_language_of_the_project(tmp_path: Path, runtime: str, line: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nruntime: {runtime}\n")
    answer = CliRunner().invoke(app, ["guarded"], input=_digest(_step("create", _state(None), kind=INSTANCE)))
    assert answer.exit_code == 3
    assert answer.stdout.splitlines()[1] == f"  {line}"


def test_a_deletion_of_what_the_program_has_no_more_needs_it_once_more() -> None:
    answer = CliRunner().invoke(app, ["guarded"], input=_digest(_step("delete", old=_state(None))))
    assert answer.stdout.splitlines()[1] == (
        "  this run would delete it: first run `pulumi up` without that change, with guard_stack() and the resource"
    )


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        (
            "",
            2,
            "standard input is no JSON, so nobody knows what is guarded. Run `pulumi preview --json --show-sames | ",
        ),
        ("[]", 2, "standard input is no preview, so nobody knows what is guarded. Run `pulumi preview --json "),
        ('{"version": 3}', 2, "standard input is no preview, so nobody knows what is guarded. Run `pulumi preview "),
        (
            _digest(_step("same", _state(OURS)), changeSummary={"same": 2}),
            2,
            "the preview leaves out what stays the same, so nobody knows what is guarded. Run `pulumi preview --json ",
        ),
        (
            _digest(diagnostics=[{"severity": "warning", "message": "w"}, {"severity": "error", "message": "no\n"}]),
            1,
            "the preview failed: no. Correct that first.",
        ),
    ],
)
def test_it_never_passes_because_it_saw_nothing(text: str, code: int, sentence: str) -> None:
    answer = CliRunner().invoke(app, ["guarded"], input=text)
    assert (answer.exit_code, answer.stdout) == (code, "")
    assert answer.stderr.startswith(f"error: {sentence}")
    assert answer.stderr.count("\n") == 1


def test_on_a_terminal_it_says_what_to_run_and_does_not_wait() -> None:
    ours, theirs = pty.openpty()
    answer = subprocess.run(
        [EXECUTABLE, "guarded"], stdin=theirs, capture_output=True, text=True, check=False, timeout=240
    )
    os.close(theirs)
    os.close(ours)
    assert answer.returncode == 2
    assert answer.stderr == (
        "error: standard input is a terminal, so nobody knows what is guarded. Run "
        "`pulumi preview --json --show-sames | alicloud-snapshot guarded`.\n"
    )
