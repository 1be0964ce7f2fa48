"""The scripts that check temporary disks in the helper instance.

They run in a mount namespace of their own. Whatever ends them, no mount stays. The guest and ECS show the same serial
number of a disk, by which a script finds it. The snapshot may be of a mounted file system. So its journal is replayed
first, as after a power cut. That writes to the disk, which is a copy. btrfs is not mounted: if the instance has the
original disk, too, the kernel takes both for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from .spec import Check


def check_script(check: Check, serials: Sequence[str]) -> str:
    """Return the script of a check of the disks with these serial numbers, all at once."""
    end = f"end-of-drill-{check.name}"
    body = _FILE_SYSTEMS if not check.command else _OWN.format(command=check.command.strip("\n"))
    return _SCRIPT.format(end=end, serials=" ".join(map(quote, serials)), find=_FIND, body=body)


_SCRIPT = """#!/bin/sh
# alicloud-snapshot checks temporary disks; its mounts end with it.
exec unshare --mount --propagation private sh /dev/fd/3 3<<'{end}' </dev/null
set -u
serials="{serials}"
base=/mnt
mount -t tmpfs tmpfs "$base" || exit 120
mounted=""
{find}
{body}
{end}
"""

_FIND = """
fail() { echo "$1" >&2; exit "${2:-121}"; }
disk_of() {
  for block in /sys/block/*; do
    for told in "$block/serial" "$block/device/serial"; do
      [ -r "$told" ] || continue
      [ "$(tr -d ' ' <"$told")" = "$1" ] && { echo "/dev/${block##*/}"; return 0; }
    done
  done
  return 1
}
file_systems_of() {
  for part in "$1" "$1"[0-9]* "$1"p[0-9]*; do
    [ -b "$part" ] || continue
    kind=$(blkid -p -o value -s TYPE "$part" 2>/dev/null)
    case "$kind" in ''|swap|LVM2_member|linux_raid_member|crypto_LUKS) continue ;; esac
    echo "$part:$kind"
  done
}
options_of() {
  case "$1" in
    xfs) echo ro,nouuid,norecovery ;;
    ext3|ext4) echo ro,noload ;;
    *) echo ro ;;
  esac
}
mount_read_only() {
  place="$base/${1##*/}"
  mkdir -p "$place"
  mount -t "$2" -o "$(options_of "$2")" "$1" "$place" || return 1
  mounted="$mounted $place"
}
DRILL_DEVICES=""
for serial in $serials; do
  waited=0
  until device=$(disk_of "$serial"); do
    [ $waited -lt 60 ] || fail "no disk has the serial number $serial" 122
    sleep 1
    waited=$((waited + 1))
  done
  DRILL_DEVICES="$DRILL_DEVICES $device"
done
DRILL_DEVICES=${DRILL_DEVICES# }
"""

_FILE_SYSTEMS = """
checked=0
for device in $DRILL_DEVICES; do
  for found in $(file_systems_of "$device"); do
    part=${found%%:*} kind=${found##*:} place="$base/journal"
    mkdir -p "$place"
    case "$kind" in
      xfs) mount -t xfs -o nouuid "$part" "$place" && umount "$place" || fail "$part does not mount" 123 ;;
      ext2|ext3|ext4) mount -t "$kind" "$part" "$place" && umount "$place" || fail "$part does not mount" 123 ;;
    esac
    case "$kind" in
      xfs) xfs_repair -n "$part" ;;
      ext2|ext3|ext4) e2fsck -f -n "$part" ;;
      btrfs) btrfs check --readonly "$part" ;;
      vfat) fsck.vfat -n "$part" ;;
      *) true ;;
    esac >"$base/said" 2>&1 || fail "$part ($kind) is damaged: $(tail -c 300 "$base/said")" 124
    if [ "$kind" != btrfs ]; then
      mount_read_only "$part" "$kind" || fail "$part ($kind) does not mount read-only" 123
      ls "$place" >/dev/null || fail "$part ($kind) cannot be read" 124
    fi
    checked=$((checked + 1))
  done
done
[ $checked -gt 0 ] || fail "no file system was found on $DRILL_DEVICES: give checks of your own" 125
echo "$checked file systems are sound"
"""

_OWN = """
for device in $DRILL_DEVICES; do
  for found in $(file_systems_of "$device"); do
    [ "${{found##*:}}" = btrfs ] || mount_read_only "${{found%%:*}}" "${{found##*:}}" || true
  done
done
DRILL_MOUNTS=${{mounted# }}
export DRILL_DEVICES DRILL_MOUNTS
(
{command}
) </dev/null
"""
