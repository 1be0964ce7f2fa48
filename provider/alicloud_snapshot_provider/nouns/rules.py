"""ECS's rules for ids, names, tags, numbers and words. The check applies them before any call.

Source: the parameter tables of CreateSnapshot, ModifySnapshotAttribute and TagResources in the ECS API reference.
Each rule returns None, or why the value cannot work and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..groups.preflight import MOST_DISKS
from ..ledger.intent import LEDGER_TAGS
from ..ledger.ownership import TAG_PREFIX
from ..snapshots.archive import MINIMUM_AGE_DAYS
from ..snapshots.preflight import MANUAL_QUOTA
from ..snapshots.window import parse_window
from .durations import duration_seconds
from .fields import plain

_DISK_ID = re.compile(r"d-[0-9A-Za-z-]+")
_SNAPSHOT_ID = re.compile(r"s-[0-9A-Za-z-]+")
_URL = ("http://", "https://")
_RESERVED_KEYS = ("aliyun", "acs:")

MOST_TAGS = 20 - len(LEDGER_TAGS)
MOST_RETENTION_DAYS = 65_536


def disk_id(value: str) -> str | None:
    """The id of a disk."""
    if _DISK_ID.fullmatch(value):
        return None
    return f"must be the id of a disk, such as d-bp67acfmxazb4p, got {value!r}: take it from the disk's `id`"


def snapshot_id(value: str) -> str | None:
    """The id of a snapshot."""
    if _SNAPSHOT_ID.fullmatch(value):
        return None
    return f"must be the id of a snapshot, such as s-bp67acfmxazb4p, got {value!r}: take it from the snapshot's `id`"


def disk_ids(value: Sequence[str]) -> str | None:
    """The ids of a group's disks, 1 to 16."""
    if not 1 <= len(value) <= MOST_DISKS:
        return f"must be 1 to {MOST_DISKS} disks, got {len(value)}: declare a group for each volume"
    return any_disk_ids(value)


def any_disk_ids(value: Sequence[str]) -> str | None:
    """The ids of any number of disks."""
    return next((reason for each in value if (reason := disk_id(each))), None)


def snapshot_ids(value: Mapping[str, str]) -> str | None:
    """The ids of snapshots by disk, 1 to 16."""
    if not 1 <= len(value) <= MOST_DISKS:
        return f"must be of 1 to {MOST_DISKS} disks, got {len(value)}: declare a rollback for each volume"
    return any_disk_ids(list(value)) or next((reason for each in value.values() if (reason := snapshot_id(each))), None)


def instance_id(value: str) -> str | None:
    """The id of an instance."""
    if value.startswith("i-"):
        return None
    return f"must be the id of an instance, such as i-bp67acfmxazb4p, got {value!r}: take it from the instance's `id`"


def snapshot_name(value: str) -> str | None:
    """A name: 2 to 128 characters, a letter of any script first. ECS reserves `auto` at the start."""
    if value.lower().startswith("auto"):
        return f"must not start with auto, which ECS reserves for automatic snapshots, got {value!r}: name it otherwise"
    if 2 <= len(value) <= 128 and value[0].isalpha() and all(map(is_name_character, value)):
        return None
    return (
        "must have 2 to 128 characters, a letter first, then letters, digits, colons, underscores, periods and "
        f"hyphens, got {value!r}: rename it"
    )


def is_name_character(character: str) -> bool:
    """Tell whether a name may have the character. `str.isalpha` is the API's `\\p{L}`, which Python's `re` lacks."""
    return character.isalpha() or character in "0123456789:_.-"


def description(value: str) -> str | None:
    """A description: 2 to 256 characters, no URL at the start."""
    if value.startswith(_URL):
        return f"must not start with http:// or https://, got {value!r}: put a word before it"
    if 2 <= len(value) <= 256:
        return None
    return f"must have 2 to 256 characters, got {len(value)} in {value[:40]!r}: lengthen, shorten or remove it"


def retention_days(value: int) -> str | None:
    """1 to 65536 days."""
    if 1 <= plain(value) <= MOST_RETENTION_DAYS:
        return None
    return (
        f"must be 1 to {MOST_RETENTION_DAYS} days, got {plain(value)}: "
        "remove it to keep the snapshot until it is deleted"
    )


def archive_after(value: int) -> str | None:
    """At least 14 days: before that, ECS archives no snapshot."""
    if MINIMUM_AGE_DAYS <= plain(value) <= MOST_RETENTION_DAYS:
        return None
    return (
        f"must be {MINIMUM_AGE_DAYS} to {MOST_RETENTION_DAYS} days, got {plain(value)}: "
        f"ECS archives a snapshot {MINIMUM_AGE_DAYS} days after its creation at the earliest, so correct it"
    )


def tags(value: Mapping[str, str]) -> str | None:
    """The user's tags. ECS allows 20, and the ledger needs some of them."""
    if len(value) > MOST_TAGS:
        return (
            f"must be at most {MOST_TAGS}, since ECS allows 20 and {len(LEDGER_TAGS)} record the series, "
            f"got {len(value)}: remove some"
        )
    if len({key.lower() for key in value}) < len(value):
        return f"must have keys that differ by more than upper and lower case, got {sorted(value)}: rename one"
    return next((reason for key, text in value.items() if (reason := _tag(key, text))), None)


def _tag(key: str, text: str) -> str | None:
    if not 1 <= len(key) <= 128 or key.startswith(_RESERVED_KEYS) or "http://" in key or "https://" in key:
        return (
            f"has the key {key!r}: use 1 to 128 characters, no http:// or https://, and no aliyun or acs: at the start"
        )
    if key.startswith(TAG_PREFIX):
        return f"has the key {key!r}: {TAG_PREFIX} is where the provider records the series, so choose another prefix"
    if len(text) > 128 or "http://" in text or "https://" in text:
        return f"has the value {text!r} for {key!r}: use at most 128 characters, no http:// or https://"
    return None


def wait_until(value: str) -> str | None:
    """When a snapshot counts as taken."""
    if value in {"accomplished", "available"}:
        return None
    return f'must be "accomplished" or "available", got {value!r}: remove it to wait until accomplished'


def preflight(value: str) -> str | None:
    """What the preview does with a violation."""
    if value in {"error", "warn", "off"}:
        return None
    return f'must be "error", "warn" or "off", got {value!r}: remove it to let violations fail the preview'


def outside_window(value: str) -> str | None:
    """What happens to a snapshot outside of the window."""
    if value in {"warn", "fail"}:
        return None
    return f'must be "warn" or "fail", got {value!r}: remove it to be warned only'


def guard_reuse(value: str) -> str | None:
    """Whose snapshot counts for a guard."""
    if value in {"guard", "any"}:
        return None
    return f'must be "guard" or "any", got {value!r}: remove it to count only what the guard took'


def deletion_policy(value: str) -> str | None:
    """What a destroy does with the series."""
    if value in {"delete", "retain"}:
        return None
    return f'must be "delete" or "retain", got {value!r}: remove it to delete the series with the resource'


def keep_last(value: int) -> str | None:
    """The number of snapshots that stay, at least 1."""
    if 1 <= plain(value) <= MANUAL_QUOTA:
        return None
    return f"must be 1 to {MANUAL_QUOTA}, the manual snapshots that ECS allows per disk, got {plain(value)}: correct it"


def min_age(value: str) -> str | None:
    """A duration."""
    if duration_seconds(value) is not None:
        return None
    return f"must be a duration such as 30m, 12h or 7d, got {value!r}: correct it"


def window(value: str) -> str | None:
    """Hours and a time zone."""
    try:
        parse_window(value)
    except ValueError:
        return f'must be hours and a time zone, such as "01:00-05:00 Asia/Shanghai", got {value!r}: correct it'
    return None


def series(value: str) -> str | None:
    """The name of a series. It must fit into the value of a tag."""
    if 1 <= len(value) <= 128 and not any(url in value for url in _URL):
        return None
    return f"must have 1 to 128 characters, no http:// or https://, got {value!r}: rename it"


def region(value: str) -> str | None:
    """The id of a region."""
    if re.fullmatch(r"[a-z]{2,}(-[a-z0-9]+)+", value):
        return None
    return f"must be a region id such as cn-hangzhou, got {value!r}: correct it"


def lock_duration(value: int) -> str | None:
    """1 to 36500 days."""
    if 1 <= plain(value) <= 36_500:
        return None
    return f"must be 1 to 36500 days, got {plain(value)}: correct it"


def cool_off_period(value: int) -> str | None:
    """0 to 72 hours."""
    if 0 <= plain(value) <= 72:
        return None
    return f"must be 0 to 72 hours, got {plain(value)}: correct it"


def resource_group_id(value: str) -> str | None:
    """The id of a resource group."""
    if value.startswith("rg-"):
        return None
    return f"must be the id of a resource group, such as rg-bp67acfmxazb4p, got {value!r}: correct it"
