"""The self-contained executable: small, named as Pulumi wants it, and the same plugin as the package's."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import pytest
from executable.archive import archive_name, packed
from installed import answered_version, executable_archive
from workbench.environment import ENGINE, ROOT, engine_environment

Test = TypeVar("Test", bound=Callable[..., None])
NAME = "pulumi-resource-alicloud-snapshot"
INSTALLED = f"plugins/resource-alicloud-snapshot-v{version('pulumi-alicloud-snapshot')}/{NAME}"
MOST_MEGABYTES = {"packed": 26, "unpacked": 55}
WITHOUT = ROOT / "tools" / "executable" / "program" / "without_cryptography.py"

BUILD_SECONDS = 1_800


def built(test: Test) -> Test:
    """Mark a test that needs the executable, which takes minutes to build."""
    return pytest.mark.exhaustive(pytest.mark.timeout(BUILD_SECONDS)(test))


@pytest.fixture(scope="session")
def archive() -> Path:
    return executable_archive()


@pytest.fixture(scope="session")
def executable(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("executable")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    return folder / NAME


@built
def test_it_answers_as_the_same_plugin_with_the_same_schema(executable: Path) -> None:
    assert answered_version(executable) == version("pulumi-alicloud-snapshot")
    schema = subprocess.run([executable, "--schema"], env={}, capture_output=True, text=True, check=True).stdout
    assert schema == (ROOT / "sdk" / "schema" / "schema.json").read_text()


@built
def test_its_archive_is_small_and_has_files_and_folders_only(archive: Path) -> None:
    with tarfile.open(archive) as content:
        members = content.getmembers()
    assert NAME in [member.name for member in members]
    assert [member.name for member in members if not (member.isfile() or member.isdir())] == []
    sizes = {"packed": archive.stat().st_size, "unpacked": sum(member.size for member in members)}
    assert {name: size // 10**6 for name, size in sizes.items() if size > MOST_MEGABYTES[name] * 10**6} == {}


@built
def test_pulumi_installs_it_from_a_server(archive: Path, tmp_path: Path) -> None:
    plugin = ("plugin", "install", "resource", "alicloud-snapshot", version("pulumi-alicloud-snapshot"))
    environment = engine_environment(tmp_path) | {"PULUMI_HOME": str(tmp_path)}
    with serving(archive.parent) as server:
        subprocess.run([str(ENGINE / "pulumi"), *plugin, "--server", server], env=environment, check=True)
    assert answered_version(tmp_path / INSTALLED) == version("pulumi-alicloud-snapshot")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the files of a folder."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@built
def test_its_checksum_is_beside_it(archive: Path) -> None:
    checksum = archive.with_name(f"{archive.name}.sha256").read_text()
    assert checksum == f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive.name}\n"


@pytest.mark.parametrize(
    ("system", "machine", "suffix"),
    [
        ("linux", "x86_64", "linux-amd64"),
        ("linux", "aarch64", "linux-arm64"),
        ("darwin", "arm64", "darwin-arm64"),
        ("win32", "AMD64", "windows-amd64"),
    ],
)
def test_an_archive_has_the_name_by_which_pulumi_asks_for_it(system: str, machine: str, suffix: str) -> None:
    assert archive_name("0.2.0", system, machine) == f"{NAME}-v0.2.0-{suffix}.tar.gz"


def test_the_same_content_gives_the_same_archive_and_a_link_is_packed_as_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / NAME).write_text("program")
    (folder / "link").symlink_to(NAME)
    first = packed(folder, tmp_path / "first")
    (folder / NAME).touch()
    assert packed(folder, tmp_path / "second").read_bytes() == first.read_bytes()
    with tarfile.open(first) as content:
        assert content.getmember("link").isfile()


def test_what_would_need_cryptography_says_so_only_when_it_is_asked_to_sign() -> None:
    script = (
        f"exec(open({str(WITHOUT)!r}).read())\n"
        "from alibabacloud_tea_openapi.utils import rsa_sign\n"
        "try:\n    rsa_sign(b'text', b'key')\n"
        "except NotImplementedError as error:\n    print(error)\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == "this executable signs with no RSA key: use another kind of credentials\n"
