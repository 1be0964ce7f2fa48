"""The code of the manual that needs no Pulumi engine runs as the manual says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from manual import staging
from manual.building import build
from workbench.environment import ROOT

from ecs_emulator import Emulator, FaultRule, ManualClock, RecordError
from ecs_emulator.control import PREFIX, Control

GUIDE = (ROOT / "docs" / "emulator.md").read_text()
PLUGIN_TEST, CONFTEST, TESTS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
ROUTES = [tuple(row) for row in re.findall(rf"^\| `(\w+) {PREFIX}/([^`]+)` \|", GUIDE, re.MULTILINE)]


def test_the_test_suites_of_the_emulator_guide_pass(tmp_path: Path) -> None:
    (tmp_path / "test_plugin.py").write_text(PLUGIN_TEST)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_backup.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 0, answer.stdout
    assert "5 passed" in answer.stdout


@pytest.mark.filterwarnings("ignore")  # those that Sphinx raises about itself
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[a page](nowhere.md)", "nowhere.md"),
        ("[a place](index.md#nowhere)", "nowhere"),
        ("[a place](#nowhere)", "nowhere"),
        ("{doc}`nowhere`", "nowhere"),
    ],
)
def test_a_dead_link_within_the_manual_is_an_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(ROOT / "docs" / "conf.py", pages)
    (pages / "index.md").write_text(f"# A page\n\n{text}\n")
    assert build(pages, tmp_path / "site", "-b", "dummy") != 0
    assert complaint in capfd.readouterr().err


def test_a_dead_link_out_of_the_manual_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(staging, "pages", lambda: {"index.md": "[a file](../sdk/nowhere.json)"})
    with pytest.raises(FileNotFoundError, match=r"sdk/nowhere\.json\) names no file of the project: correct the link"):
        staging.stage(tmp_path / "pages")


def test_the_guide_lists_every_control_call_and_no_other() -> None:
    emulator = Emulator(clock=ManualClock())
    served = [(route.method, route.path) for route in Control(emulator, emulator.faults).routes()]
    assert sorted((method, f"{PREFIX}/{path}") for method, path in ROUTES) == sorted(served)


def test_the_guide_names_every_field_of_a_fault_and_no_other() -> None:
    rows = GUIDE.split("## Faults")[1].split("##")[0]
    named = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`[^|]+) \|", rows, re.MULTILINE)))
    assert sorted(named) == sorted(FaultRule.__dataclass_fields__)


def test_the_guide_names_every_noun_and_setting_of_a_seed_and_no_other() -> None:
    section = GUIDE.split("## The world at the start")[1].split("##")[0]
    lists = re.findall(r"^- .+?(?=^- |^$)", section, re.MULTILINE | re.DOTALL)
    named = re.findall(r"`([a-z_]+)`", " ".join(lists))
    with pytest.raises(RecordError, match=r"Use one of: (.+)$") as refused:
        Emulator({"disk": []})
    known = re.findall(r"\w+", str(refused.value).partition("Use one of: ")[2])
    assert sorted(named) == sorted(known)


def test_the_bodies_of_the_control_calls_are_json() -> None:
    bodies = re.findall(r"`(\{\"[^`]+\})`", GUIDE)
    assert len(bodies) >= 5
    for body in bodies:
        json.loads(body)
