"""What a verification makes, how long it takes and what it costs: said before it begins."""

from __future__ import annotations

from ..drills.preflight import DISK_PRICE, HOURS_A_MONTH
from ..snapshots.estimate import Estimate, Price
from ..waiting.progress import duration_text
from .bench import VERIFY_TAG, Subject
from .disks import EMPTY_CATEGORY, EMPTY_GIB
from .snapshots import MANY, ONE

_WAITED_FOR = 4
"""How many snapshots and groups it waits for."""
_OTHERS = 300.0
"""About how many seconds everything else takes."""


def seconds_of(expected: Estimate) -> float:
    """Return about how many seconds it takes."""
    return expected.seconds * _WAITED_FOR + _OTHERS


def plan_facts(subject: Subject, expected: Estimate, price: Price) -> list[str]:
    """Return the plan, a line each. The cost of disks is known in USD only: in another currency none is told."""
    disk, hours = subject.disk, seconds_of(expected) // 3_600 + 1
    instance = f", of instance {disk.instance_id}" if disk.instance_id else ""
    of_disk = 3 if subject.essd else 1
    stored = (expected.gib if expected.full else 0) + disk.size
    disks = disk.size * of_disk + EMPTY_GIB
    cost = (price.of(stored) + disks * DISK_PRICE) / HOURS_A_MONTH * hours
    dear = f"costs at most about USD {cost:.2f}: " if price.currency == "USD" else ""
    return [
        f"works with disk {disk.disk_id}, {disk.size} GiB {disk.category}{instance}, and changes nothing on it",
        f"makes and deletes {_made(subject, of_disk)}",
        f"takes about {duration_text(seconds_of(expected))}; {dear}what it makes is billed for {hours:.0f} h",
        f"all of it has the tag {VERIFY_TAG}: what a run that was killed leaves, the next one on this disk removes",
        _meanwhile(subject),
    ]


def _made(subject: Subject, of_disk: int) -> str:
    at_once = (MANY if subject.essd else ONE) + 1
    made = [f"snapshots of it, at most {at_once} at once"]
    if subject.essd:
        made.append("2 snapshot groups of it alone")
    made.append(f"{of_disk} disks of {subject.disk.size} GiB" if of_disk > 1 else f"a disk of {subject.disk.size} GiB")
    made.append(f"an empty disk of {EMPTY_GIB} GiB {EMPTY_CATEGORY}")
    if subject.disk.disk_type == "system":
        made.append("an image")
    if subject.copies_to:
        made.append(f"a copy in {subject.copies_to.name}, whose traffic is billed too")
    return ", ".join(made)


def _meanwhile(subject: Subject) -> str:
    if subject.stops_instance and subject.instance:
        return f"STOPS {subject.instance.instance_id} for some minutes and starts it again"
    return "stops no instance, resets no disk, locks nothing; the disk's I/O is slightly slower meanwhile"
