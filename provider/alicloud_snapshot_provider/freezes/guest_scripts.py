"""Makes the scripts that run in an instance: the user's commands, and a part that makes the guest thaw by itself.

No process outside of the guest is sure to live until the thaw. So the freezing script first starts a process in the
guest, the switch. It thaws after a fixed time, unless a thaw came first. The two scripts share a folder in memory,
because any file system may be frozen:

- The folder exists from before the freeze until a thaw has succeeded. Without the folder there is nothing to thaw.
- The pipe `armed` in it delays the freeze until the switch runs in a session of its own, in which it survives.
- The file `frozen` in it says that the freeze has ended. If a thaw comes earlier, the guest may still freeze after it.

This works for shell scripts only. Commands for Windows run unchanged.
"""

from __future__ import annotations

import base64

from .spec import Commands

MEMORY = "/dev/shm"  # noqa: S108  (memory: no file system that the user freezes; the folder in it is made for root only)
MOST_BASE64 = 24 * 1_024
"""The most base64 characters of a script in RunCommand."""
LATE_FREEZE = 10
"""Seconds that a thaw waits in the guest for a freeze that has not ended."""
UNARMED = 125
"""The exit code if the freeze did not begin because the guest could not thaw by itself."""


def freeze_script(commands: Commands, freeze_id: str, hold: int, memory: str = MEMORY) -> str:
    """Return the script that starts the switch, freezes, and exits with the code of the user's command."""
    if not commands.thaws_by_itself:
        return commands.command
    shebang, command = _parts(commands.command)
    return _FREEZE.format(
        shebang=shebang,
        command=command,
        thaw=commands.thaw.strip("\n"),
        shell=_parts(commands.thaw)[0].removeprefix("#!"),
        held=_folder(freeze_id, memory),
        hold=hold,
        end=f"end-of-{freeze_id}",
        unarmed=UNARMED,
    )


def thaw_script(commands: Commands, freeze_id: str, memory: str = MEMORY) -> str:
    """Return the script that thaws what the freeze with this id froze. A second run of it does nothing."""
    if not commands.thaws_by_itself:
        return commands.thaw
    shebang, thaw = _parts(commands.thaw)
    return _THAW.format(shebang=shebang, thaw=thaw, held=_folder(freeze_id, memory), wait=LATE_FREEZE)


def base64_length(script: str) -> int:
    """Return the length of a script as RunCommand counts it."""
    return len(base64.b64encode(script.encode()))


def names_a_shell(script: str) -> bool:
    """Tell whether the first line of a script allows a shell to run it."""
    first = script.lstrip().partition("\n")[0]
    return not first.startswith("#!") or first.rstrip().endswith("sh") or "sh " in first


def _folder(freeze_id: str, memory: str) -> str:
    return f"{memory}/alicloud-snapshot-{freeze_id}"


def _parts(script: str) -> tuple[str, str]:
    """Return the line that names the shell, and the rest of the script."""
    text = script.strip("\n")
    first, _, rest = text.partition("\n")
    return (first, rest) if first.startswith("#!") else ("#!/bin/sh", text)


_FREEZE = """{shebang}
# alicloud-snapshot freezes. It thaws by itself after {hold} s, even if everything else dies.
held={held}
freeze() (
{command}
)
umask 077
if ! command -v setsid >/dev/null || ! mkdir "$held" || ! mkfifo "$held/armed"; then
  echo "alicloud-snapshot: not frozen, since without setsid and $held it could not thaw by itself" >&2
  exit {unarmed}
fi
cat >"$held/thaw" <<'{end}'
{thaw}
{end}
cat >"$held/switch" <<'{end}'
: >"$1/armed"
sleep {hold}
for again in 1 2 3 4 5; do
  [ -d "$1" ] || exit 0
  {shell} "$1/thaw" && rm -rf "$1"
  sleep 5
done
{end}
setsid sh "$held/switch" "$held" </dev/null >/dev/null 2>&1 &
: <"$held/armed"
freeze
code=$?
: >"$held/frozen"
exit $code
"""

_THAW = """{shebang}
# alicloud-snapshot thaws.
held={held}
thaw() (
{thaw}
)
if [ ! -d "$held" ]; then
  echo "alicloud-snapshot: nothing is frozen"
  exit 0
fi
waited=0
while [ ! -e "$held/frozen" ] && [ $waited -lt {wait} ]; do
  sleep 1
  waited=$((waited + 1))
done
thaw
code=$?
[ $code -eq 0 ] && [ -e "$held/frozen" ] && rm -rf "$held"
exit $code
"""
