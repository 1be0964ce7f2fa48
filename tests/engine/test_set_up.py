"""How the set-up finds an engine and a plugin, told by machines that differ in what they have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from workbench import alicloud_plugin, engine, environment, go_tools, node_host
from workbench.alicloud_plugin import provide_alicloud_plugin
from workbench.engine import provide_engine
from workbench.environment import SetUpError
from workbench.node_host import provide_node_host


class Machine:
    """A machine whose PATH, cache and project are folders of the test, without network."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = folder / "path"
        self.path.mkdir()
        self.cache = folder / "cache"
        self.link = folder / "project" / "engine"
        offline = folder / "offline.py"
        offline.write_text("raise SystemExit('no network')")
        self.node_host = folder / "project" / "language-nodejs"
        monkeypatch.setattr(engine, "ENGINE", self.link)
        monkeypatch.setattr(node_host, "ENGINE", self.link)
        monkeypatch.setattr(node_host, "NODE_HOST", self.node_host)
        monkeypatch.setattr(engine, "_INSTALLER", offline)
        for tool in ("chmod", "mkdir", "touch"):
            (self.path / tool).symlink_to(str(shutil.which(tool)))
        monkeypatch.setenv("PATH", str(self.path))
        monkeypatch.setenv("XDG_CACHE_HOME", str(self.cache))

    def install(self, name: str, script: str) -> None:
        executable = self.path / name
        executable.write_text(f"#!/bin/sh\n{script}\n")
        executable.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


# Stands in for `go`: "builds" an engine that prints its version, and knows the SDK's folder.
GO = """
case "$1" in
  list) mkdir -p sdk/python/cmd sdk/python/dist; cd sdk
    touch python/cmd/pulumi-language-python-exec python/dist/pulumi-resource-pulumi-python; pwd;;
  build) while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho v3.259.0\\n' > "$2/pulumi"; chmod +x "$2/pulumi";;
esac
"""


PLUGIN = "plugins/resource-alicloud-v4.0.0/pulumi-resource-alicloud"


def test_a_suitable_engine_on_path_is_used(machine: Machine) -> None:
    machine.install("pulumi", "echo v3.300.1")
    machine.install("pulumi-language-python", "")
    provide_engine()
    assert machine.link.resolve() == machine.path


@pytest.mark.parametrize("version", ["v3.258.9", "v4.0.0", ""])
def test_an_engine_of_another_version_is_passed_over(machine: Machine, version: str) -> None:
    machine.install("pulumi", f"echo {version}")
    machine.install("pulumi-language-python", "")
    with pytest.raises(SetUpError, match=r"install Go 1\.24 or later, or pulumi 3\.259 or later, and run again"):
        provide_engine()


def test_an_engine_without_its_python_host_is_passed_over(machine: Machine) -> None:
    machine.install("pulumi", "echo v3.300.1")
    with pytest.raises(SetUpError, match="No Pulumi engine"):
        provide_engine()


def test_a_built_engine_is_found_again_without_go(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(go_tools, "TOOLS", _copied_pins(tmp_path))
    machine.install("go", GO)
    provide_engine()
    built = machine.link.resolve()

    (machine.path / "go").unlink()
    machine.link.unlink()
    provide_engine()
    assert machine.link.resolve() == built
    assert sorted(file.name for file in built.iterdir()) == [
        "pulumi",
        "pulumi-language-python-exec",
        "pulumi-resource-pulumi-python",
    ]


def test_a_failed_build_leaves_nothing_in_the_cache_and_says_why(machine: Machine) -> None:
    machine.install("go", "echo 'no space left on device' >&2; exit 1")
    with pytest.raises(SetUpError, match=r"(?s)put this right and run again:.*no space left on device"):
        provide_engine()
    assert list((machine.cache / "pulumi-alicloud-snapshot").iterdir()) == []


def test_a_node_host_is_built_once_where_there_is_node(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(go_tools, "TOOLS", _copied_pins(tmp_path))
    for tool, script in (("go", GO), ("node", ""), ("npm", "")):
        machine.install(tool, script)
    provide_node_host()
    built = machine.node_host.resolve()
    assert built.is_dir()
    assert "Node.js host: built from its Go module" in capsys.readouterr().out

    (machine.path / "go").unlink()
    provide_node_host()
    assert machine.node_host.resolve() == built
    assert "Node.js host: from the cache" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ({}, "none, as there is no node; the TypeScript example is not run"),
        ({"node": "", "npm": ""}, "none, as there is no Go to build it; the TypeScript example is not run"),
        (
            {"node": "", "npm": "", "go": "echo 'no network' >&2; exit 1"},
            "none; the TypeScript example is not run: `go",
        ),
        ({"pulumi-language-nodejs": ""}, "comes with Pulumi"),
    ],
)
def test_a_machine_without_a_node_host_is_set_up_all_the_same(
    machine: Machine, tools: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for tool, script in tools.items():
        machine.install(tool, script)
    provide_node_host()
    assert f"Pulumi's Node.js host: {said}" in capsys.readouterr().out
    assert not machine.node_host.exists()


def test_the_official_plugin_is_taken_where_it_is_installed_and_let_go_unharmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, user = tmp_path / "project", tmp_path / "user"
    for module in (alicloud_plugin, environment):
        monkeypatch.setattr(module, "PULUMI_HOME", project)
    monkeypatch.setenv("PULUMI_HOME", str(user))
    official = user / PLUGIN
    official.parent.mkdir(parents=True)
    official.write_text("official")

    provide_alicloud_plugin()
    assert (project / PLUGIN).read_text() == "official"

    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "another user"))
    provide_alicloud_plugin()
    assert "alicloud_standin" in (project / PLUGIN).read_text()
    assert official.read_text() == "official"


def _copied_pins(folder: Path) -> Path:
    for module in ("pulumi", "language-python", "language-nodejs"):
        (folder / "tools" / module).mkdir(parents=True)
        (folder / "tools" / module / "go.mod").write_text(f"module {module}\n")
    return folder / "tools"
