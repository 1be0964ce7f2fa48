"""What the tests of the packages share: environments, and what the engine first says to a plugin."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import grpc
from executable.archive import packed
from executable.building import built
from generated import made_once
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc
from workbench.environment import ROOT

Install = Callable[..., Path]
"""Makes a fresh virtual environment with the wheel, an extra of it, and what else is wished for."""

_SECONDS = 240
_SOURCES = ("provider", "sdk", "emulator", "tools/executable", "requirements", "pyproject.toml")


def answered_version(executable: Path) -> str:
    """Start a plugin as the engine does, ask which version it is, and end it as the engine does."""
    command = [str(executable), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
                provider = provider_pb2_grpc.ResourceProviderStub(channel)
                answer = provider.GetPluginInfo(empty_pb2.Empty(), wait_for_ready=True, timeout=_SECONDS)
            process.send_signal(signal.SIGINT)
            assert process.wait(_SECONDS) == 0
            return str(answer.version)
        finally:
            process.kill()


def executable_archive() -> Path:
    """Give the archive of the self-contained executable, which is built once for the same sources: half a minute."""
    sources = (file for name in _SOURCES for file in _files(ROOT / name))
    ingredients = [part for file in sources for part in (str(file), file.read_text())]
    folder = made_once("executable", ingredients, _pack)
    (archive,) = folder.glob("*.tar.gz")
    return archive


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else [file for file in sorted(place.rglob("*")) if _is_source(file)]


def _is_source(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def _pack(folder: Path) -> None:
    packed(built(folder / "build"), folder)
    shutil.rmtree(folder / "build")
