"""One version, one place it is published from, and workflows that say what they use."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from executable.archive import archive_name
from version import changes, version
from workbench.environment import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = ROOT / "tools" / "actionlint"
TOOL = ROOT / "tools" / "version.py"


THAT_QUOTE_THE_VERSION = {
    "CHANGELOG.md",
    "docs/installation-configuration.md",
    "docs/plugin.md",
    "examples/plugin-typescript-guard/package.json",
    "examples/plugin-typescript/package.json",
    "templates/typescript/package.json",
    "tests/packaging/test_executable.py",
}
TEXTS = {".json", ".md", ".py", ".toml", ".ts", ".yaml", ".yml"}


def test_only_the_project_file_states_the_version() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = [name for name in tracked.splitlines() if Path(name).suffix in TEXTS]
    stating = {name for name in texts if version() in (ROOT / name).read_text()}
    assert {"pyproject.toml"} <= stating <= {"pyproject.toml", *THAT_QUOTE_THE_VERSION}


@pytest.mark.parametrize("page", ["docs/plugin.md", "docs/installation-configuration.md"])
def test_the_manual_installs_the_version_that_it_describes(page: str) -> None:
    named = re.findall(r"resource alicloud-snapshot (\S+)|-v([\d.]+\d)-linux", (ROOT / page).read_text())
    assert {release or other for release, other in named} == {version()}


def test_the_changelog_has_an_open_section_and_those_of_the_releases() -> None:
    titles = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert titles[0] == "Unreleased" or titles[0].startswith(f"{version()} - ")
    assert [title for title in titles[1:] if not re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", title)] == []
    assert changes((ROOT / "CHANGELOG.md").read_text(), "0.1.0").startswith("### Added")


def test_a_release_without_its_section_in_the_changelog_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = sys.modules["version"]
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- something\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "9.8.7"\n')
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    assert tool.main(["--changes"]) == 1
    said = "CHANGELOG.md has no section `## 9.8.7 - DATE`: close `Unreleased` first\n"
    assert capsys.readouterr().err == said
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 9.8.7 - 2030-01-31\n\n- something\n\n## 9.8.6\n\n- other\n"
    )
    assert tool.main(["--changes"]) == 0
    assert capsys.readouterr().out == "- something\n"


@pytest.mark.skipif(shutil.which("go") is None, reason="there is no Go to build actionlint")
def test_the_workflows_pass_actionlint() -> None:
    answer = subprocess.run(
        ["go", "tool", "actionlint", *map(str, WORKFLOWS)], cwd=ACTIONLINT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_pins_each_action_by_its_commit_and_names_its_version(workflow: Path) -> None:
    used = re.findall(r"uses: (.+)$", workflow.read_text(), re.MULTILINE)
    foreign = [each for each in used if not each.startswith("./")]
    assert foreign or "executable.yml" in str(used)
    assert [each for each in foreign if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_may_only_read_but_where_a_job_says_more(workflow: Path) -> None:
    assert _read(workflow)["permissions"] == {"contents": "read"}


def test_the_workflows_build_the_executable_for_every_platform_that_the_manual_names() -> None:
    runners = _read(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["executable"]["strategy"]["matrix"]["runner"]
    built = {archive_name(version(), *PLATFORMS[runner]) for runner in runners}
    page = (ROOT / "docs" / "installation-configuration.md").read_text()
    platforms = re.findall(r"`((?:linux|darwin|windows)-(?:amd64|arm64))`", page)
    assert built == {f"pulumi-resource-alicloud-snapshot-v{version()}-{each}.tar.gz" for each in platforms}


PLATFORMS = {
    "ubuntu-22.04": ("linux", "x86_64"),
    "ubuntu-22.04-arm": ("linux", "aarch64"),
    "macos-15-intel": ("darwin", "x86_64"),
    "macos-15": ("darwin", "arm64"),
    "windows-2025": ("win32", "AMD64"),
}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_every_target_and_script_that_a_workflow_calls_is_there(workflow: Path) -> None:
    text = workflow.read_text()
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([\w-]+)", text)) <= targets
    called = re.findall(r"\b((?:tools|tests)/[\w/]+(?:\.py)?)", text)
    assert [path for path in called if not (ROOT / path).exists()] == []


def _read(workflow: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(workflow.read_text()))
