"""The scripts of a drill, run by a real shell in a guest whose disks and tools are files."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from alicloud_snapshot_provider.drills.guest import check_script
from alicloud_snapshot_provider.drills.spec import Check

ONE, TWO = "1" * 20, "2" * 20
SOUND = Check(name="file-system")
TOOLS = {
    "unshare": 'while [ "$1" != sh ]; do shift; done; exec "$@"',
    "blkid": 'for last; do :; done; cat "$last"; [ -s "$last" ]',
    "mount": 'echo "mount $*" >>"$GUEST/ran"; for last; do :; done; [ ! -e "$GUEST/unmountable" ] || [ "$2" = tmpfs ]',
    "umount": 'echo "umount $*" >>"$GUEST/ran"',
    "e2fsck": 'echo "e2fsck $*" >>"$GUEST/ran"; [ ! -e "$GUEST/damaged" ] || { echo "bad magic"; exit 4; }',
    "xfs_repair": 'echo "xfs_repair $*" >>"$GUEST/ran"',
    "sleep": "exit 0",
}


@dataclass
class Guest:
    """A guest: `sys` tells serial numbers, files in `dev` are devices whose text is the type of their file system."""

    folder: Path

    def attach(self, name: str, serial: str, **parts: str) -> None:
        told = self.folder / "sys" / name / ("device/serial" if name.startswith("nvme") else "serial")
        told.parent.mkdir(parents=True)
        told.write_text(f"{serial}   \n")
        for part, kind in {"": "", **parts}.items():
            (self.folder / "dev" / f"{name}{part.lstrip('_')}").write_text(kind)

    def run(self, check: Check, *serials: str) -> tuple[int, str]:
        script = check_script(check, serials)
        for real, fake in {"/sys/block": "sys", "/dev/$": "dev/$", "base=/mnt": "base="}.items():
            place = f"{self.folder}/{fake}" if real != "base=/mnt" else f"base={self.folder}/mnt"
            script = script.replace(real, place)
        file = self.folder / "script"
        file.write_text(script.replace("[ -b ", "[ -e "))
        file.chmod(0o700)
        environment = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "GUEST": str(self.folder)}
        ended = subprocess.run([str(file)], env=environment, capture_output=True, text=True, timeout=240, check=False)
        return ended.returncode, (ended.stdout + ended.stderr).replace(f"{self.folder}/", "").strip()

    @property
    def ran(self) -> list[str]:
        return (self.folder / "ran").read_text().replace(f"{self.folder}/", "").splitlines()


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    for name in ("sys", "dev", "mnt", "bin"):
        (tmp_path / name).mkdir()
    for name, body in TOOLS.items():
        tool = tmp_path / "bin" / name
        tool.write_text(f"#!/bin/sh\n{body}\n")
        tool.chmod(0o700)
    return Guest(tmp_path)


def test_every_file_system_is_replayed_checked_and_mounted_read_only(guest: Guest) -> None:
    guest.attach("vdb", ONE, _1="ext4", _2="xfs", _3="swap")
    guest.attach("vdc", "3" * 20, _1="ext4")

    assert guest.run(SOUND, ONE) == (0, "2 file systems are sound")

    assert guest.ran == [
        "mount -t tmpfs tmpfs mnt",
        "mount -t ext4 dev/vdb1 mnt/journal",
        "umount mnt/journal",
        "e2fsck -f -n dev/vdb1",
        "mount -t ext4 -o ro,noload dev/vdb1 mnt/vdb1",
        "mount -t xfs -o nouuid dev/vdb2 mnt/journal",
        "umount mnt/journal",
        "xfs_repair -n dev/vdb2",
        "mount -t xfs -o ro,nouuid,norecovery dev/vdb2 mnt/vdb2",
    ]


def test_a_disk_without_partitions_and_one_of_nvme_are_found_as_well(guest: Guest) -> None:
    guest.attach("vdb", ONE)
    (guest.folder / "dev" / "vdb").write_text("ext4")
    guest.attach("nvme1n1", TWO, p1="xfs")
    assert guest.run(SOUND, ONE, TWO) == (0, "2 file systems are sound")


def test_a_damaged_file_system_fails_with_the_end_of_what_its_tool_says(guest: Guest) -> None:
    guest.attach("vdb", ONE, _1="ext4")
    (guest.folder / "damaged").touch()
    assert guest.run(SOUND, ONE) == (124, "dev/vdb1 (ext4) is damaged: bad magic")


def test_what_does_not_mount_fails(guest: Guest) -> None:
    guest.attach("vdb", ONE, _1="ext4")
    (guest.folder / "unmountable").touch()
    assert guest.run(SOUND, ONE) == (123, "dev/vdb1 does not mount")


def test_a_disk_without_a_file_system_proves_nothing(guest: Guest) -> None:
    guest.attach("vdb", ONE, _1="LVM2_member")
    assert guest.run(SOUND, ONE) == (125, "no file system was found on dev/vdb: give checks of your own")


def test_a_disk_that_the_guest_does_not_see_fails(guest: Guest) -> None:
    guest.attach("vdb", TWO, _1="ext4")
    assert guest.run(SOUND, ONE) == (122, f"no disk has the serial number {ONE}")


def test_an_own_check_sees_all_devices_and_mounts_and_ends_as_it_does(guest: Guest) -> None:
    guest.attach("vdc", ONE, _1="ext4")
    guest.attach("vdb", TWO, _1="xfs")
    own = Check(name="rows", command='echo "$DRILL_DEVICES on $DRILL_MOUNTS"\ncat\nexit 7')
    assert guest.run(own, ONE, TWO) == (7, "dev/vdc dev/vdb on mnt/vdc1 mnt/vdb1")
    assert "mount -t ext4 dev/vdc1 mnt/journal" not in guest.ran


def test_mounts_are_made_in_a_name_space_that_ends_with_the_script(guest: Guest) -> None:
    script = check_script(SOUND, [ONE])
    assert script.splitlines()[2].startswith("exec unshare --mount --propagation private sh ")
