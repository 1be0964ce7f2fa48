"""The archive of a plugin, named and laid out as `pulumi plugin install resource … --file` and `--server` want it."""

from __future__ import annotations

import gzip
import hashlib
import platform
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

from executable.building import DISTRIBUTION, NAME

_SYSTEMS = {"win32": "windows"}
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def packed(folder: Path, target: Path) -> Path:
    """Pack a folder, the same content to the same bytes, and write the checksum beside the archive."""
    target.mkdir(parents=True, exist_ok=True)
    archive = target / archive_name(version(DISTRIBUTION), sys.platform, platform.machine())
    with archive.open("wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as zipped:
        _pack(folder, zipped)
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{checksum}  {archive.name}\n")
    return archive


def archive_name(release: str, system: str, machine: str) -> str:
    """Return the archive's name, in which Pulumi spells systems and machines as Go does."""
    machine = machine.lower()
    return f"{NAME}-v{release}-{_SYSTEMS.get(system, system)}-{_MACHINES.get(machine, machine)}.tar.gz"


def _pack(folder: Path, zipped: gzip.GzipFile) -> None:
    # Pulumi's unpacking knows files and folders only, so what a link stands for goes in its place.
    with tarfile.open(fileobj=zipped, mode="w", dereference=True, format=tarfile.GNU_FORMAT) as archive:
        for file in sorted(folder.rglob("*")):
            archive.add(file, str(file.relative_to(folder)), recursive=False, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member
