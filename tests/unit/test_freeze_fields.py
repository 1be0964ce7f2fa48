"""What `freeze` takes, and what it says of what it does not take."""

from __future__ import annotations

from typing import Any

import pytest

from alicloud_snapshot_provider.freezes.fields import FREEZE_FIELD, freeze_of
from alicloud_snapshot_provider.freezes.guest_scripts import base64_length, freeze_script
from alicloud_snapshot_provider.freezes.spec import Commands, Freeze
from alicloud_snapshot_provider.nouns.fields import check_fields
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN

BOTH = {"command": "freeze", "thaw": "thaw"}
LONG = "x" * 20_000
LENGTH = base64_length(freeze_script(Commands(command=LONG, thaw="thaw"), "0" * 41, hold=120))
NEEDED = "a freeze needs a command that freezes and one that thaws"


@pytest.mark.parametrize(
    "freeze",
    [
        BOTH,
        {**BOTH, "timeout": 10, "on_failure": "continue", "type": "RunBatScript", "username": "a", "working_dir": "/"},
        {"instances": {"i-1": BOTH}},
        {**BOTH, "instances": {"i-1": {"timeout": 30.0}, "i-2": {"thaw": "other"}}},
        {"thaw": "thaw", "command": UNKNOWN},
        {"type": "RunPowerShellScript", "command": "#!powershell", "thaw": "x"},
    ],
)
def test_what_can_work_has_no_failure(freeze: dict[str, Any]) -> None:
    assert check_fields([FREEZE_FIELD], {"freeze": freeze}) == {}


@pytest.mark.parametrize(
    ("freeze", "reason"),
    [
        ("sync", "must be an object, got 'sync': give it as one"),
        (
            {},
            "freeze.command is required: give the command that freezes, for all instances or for each under instances",
        ),
        ({"command": "freeze"}, f"freeze.thaw is required: {NEEDED}"),
        ({"instances": {"i-1": {"command": "freeze"}}}, f"freeze.instances.i-1.thaw is required: {NEEDED}"),
        ({**BOTH, "timeout": 9}, "freeze.timeout must be 10 to 86400 seconds, got 9: correct it"),
        ({**BOTH, "timeout": "1m"}, "freeze.timeout must be a whole number, got '1m': give it as one"),
        (
            {**BOTH, "instances": {"i-1": {"timeout": 86401}}},
            "freeze.instances.i-1.timeout must be 10 to 86400 seconds, got 86401: correct it",
        ),
        (
            {**BOTH, "on_failure": "ignore"},
            'freeze.on_failure must be "abort" or "continue", got \'ignore\': '
            "remove it to take no snapshot if the freeze fails",
        ),
        (
            {**BOTH, "type": "RunPythonScript"},
            "freeze.type must be RunShellScript, RunBatScript or RunPowerShellScript, got 'RunPythonScript': "
            "remove it for a shell script",
        ),
        ({**BOTH, "commands": "x"}, "freeze.commands is not an argument: did you mean command?"),
        (
            {**BOTH, "instances": ["i-1"]},
            "freeze.instances must be a map of objects, got ['i-1']: give it as one",
        ),
        (
            {**BOTH, "thaw": "#!/usr/bin/python3\nprint()"},
            "freeze.thaw must be a script for a shell, got '#!/usr/bin/python3': call the other one from it",
        ),
        (
            {**BOTH, "command": LONG},
            f"freeze.command would have {LENGTH} characters as base64 with what thaws by itself, and RunCommand takes "
            "24576: put the script into the guest, and call it",
        ),
    ],
)
def test_what_cannot_work_is_named_with_its_remedy(freeze: object, reason: str) -> None:
    assert check_fields([FREEZE_FIELD], {"freeze": freeze}) == {"freeze": reason}


def test_an_instance_has_the_commands_of_all_but_for_what_is_its_own() -> None:
    own = {"i-1": {"timeout": 30.0, "command": None}, "i-2": {"thaw": "other", "on_failure": "continue"}}
    freeze = freeze_of({"freeze": {**BOTH, "username": "db", "instances": own}})

    everywhere = Commands(command="freeze", thaw="thaw", username="db")
    assert freeze is not None
    assert freeze.of("i-3") == everywhere
    assert freeze.of("i-1") == Commands(command="freeze", thaw="thaw", username="db", timeout=30)
    assert freeze.of("i-2") == Commands(command="freeze", thaw="other", username="db", on_failure="continue")


def test_without_commands_for_all_only_the_named_instances_are_frozen() -> None:
    freeze = freeze_of({"freeze": {"instances": {"i-1": BOTH}}})

    assert freeze == Freeze(None, {"i-1": Commands(command="freeze", thaw="thaw")})
    assert freeze.of("i-2") is None


@pytest.mark.parametrize("freeze", [None, {}, {"command": UNKNOWN, "thaw": "thaw"}])
def test_what_is_not_declared_or_not_known_yet_is_no_freeze(freeze: object) -> None:
    assert freeze_of({"freeze": freeze}) is None
