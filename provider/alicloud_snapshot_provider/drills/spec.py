"""What a restore drill does: it makes temporary disks from snapshots, and checks what is on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..ecs.models import DiskInfo
from ..ledger.intent import Intent
from ..ledger.ownership import TAG_PREFIX

Tell = Callable[[str], None]

DRILL_TAG = TAG_PREFIX + "drill"
"""On each temporary disk. Its value names the drill."""
DISK_NAME = "alicloud-snapshot-drill"
DEFAULT_TIMEOUT = 600
DEFAULT_CATEGORY = "cloud_essd"
SMALLEST_LEVEL = "PL0"
"""The performance level of a temporary ESSD: the cheapest, and the only one without a least size."""
FILE_SYSTEM_CHECK = "file-system"
"""The name of the default check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A command in the helper instance. It passes if it exits with `exit_code` within `timeout` seconds.

    Without a `command` it is the check of the file systems.
    """

    name: str
    command: str = ""
    timeout: int = DEFAULT_TIMEOUT
    exit_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A drill of several snapshots together. `series` names the drill and the temporary disks of all its runs.

    Without an `instance_id` the disks are only made, in `zone_id` or in the zone of the first snapshot's disk. `tell`
    hears what the user has to know, `warn` what the user should mind, `step` each step that begins.
    """

    snapshot_ids: tuple[str, ...]
    series: str
    instance_id: str = ""
    zone_id: str = ""
    category: str = DEFAULT_CATEGORY
    checks: tuple[Check, ...] = ()
    tell: Tell = field(default=lambda _note: None)
    warn: Tell = field(default=lambda _note: None)
    step: Tell = field(default=lambda _step: None)

    @property
    def key(self) -> str:
        """The value of DRILL_TAG. It is the same in every run of this drill, whatever its snapshots are."""
        return Intent(self.series, {"restore": "drill"}, 0).key

    @property
    def named(self) -> str:
        """The snapshots, in words."""
        return f"snapshot{'s' if len(self.snapshot_ids) > 1 else ''} {', '.join(self.snapshot_ids)}"

    @property
    def tags(self) -> Mapping[str, str]:
        """The tag of its temporary disks."""
        return {DRILL_TAG: self.key}

    @property
    def checking_seconds(self) -> int:
        """The most seconds that its checks take."""
        return sum(check.timeout for check in self.checks)


def is_temporary(disk: DiskInfo) -> bool:
    """Tell whether a drill made the disk, so that it may be deleted: it takes the tag, the name and the content."""
    return DRILL_TAG in disk.tags and disk.disk_name == DISK_NAME and bool(disk.source_snapshot_id)
