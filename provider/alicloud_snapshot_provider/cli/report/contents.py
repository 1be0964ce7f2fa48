"""The contents of a page, in its order, made from the regions' inventories and a stack's state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...ecs.models import SnapshotInfo
from ...ledger.keeper import Keeper, keeper_of
from ...ledger.proof import proof_of
from ...overview.chains import Chain, Cover, Protection, chains_of, is_usable, protection
from ...overview.inventory import Inventory
from ...overview.orphans import WHY, Claims, Orphan, orphans_in
from ...overview.storage import history, stored_gib
from ...snapshots.estimate import Price
from ...snapshots.schedules import Schedule, schedules_of
from ...waiting.progress import duration_text
from .chart import Chart, chart_of
from .formats import proof_text
from .holders import Holder, Holders
from .scale import Scale
from .timeline import Lane, SnapshotLine, Teller, keeper_order, time_line_title

_ORDER = tuple(Cover)
NEVER_RESTORED = "never restored"
_SHORTEST = 1.25
"""The time lines cover at least `max_age` times this, so that `max_age` is a visible part of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a report needs: the price of a GiB, and `max_age` in seconds.

    `claims` are what a stack's state holds, or None without a stack.
    """

    max_age: float
    price: Price
    claims: Claims | None = None


@dataclass(frozen=True, slots=True)
class DiskLine:
    """One chain on the page. The page refers to it by `anchor`. `copied` describes its copies in other regions.

    `schedules` are the automatic snapshot policies of its disk. `scheduled` is the same as a text.
    """

    anchor: str
    protection: Protection
    name: str
    where: str
    lanes: Sequence[Lane]
    lines: Sequence[SnapshotLine]
    gib: float
    cost: float
    title: str
    copied: Sequence[str] = ()
    schedules: Sequence[Schedule] = ()
    scheduled: Sequence[str] = ()
    restored: str = ""
    """When a drill last restored one of its snapshots, "never restored", or an empty text if none is usable."""

    @property
    def chain(self) -> Chain:
        return self.protection.chain

    @property
    def cover(self) -> Cover:
        return self.protection.cover

    @property
    def is_a_disk(self) -> bool:
        """Whether its disk exists and can have snapshots."""
        return self.cover in {Cover.NONE, Cover.STALE, Cover.GOOD}

    @property
    def is_never_restored(self) -> bool:
        """Whether its disk exists, and nobody has ever restored a snapshot of it."""
        return self.is_a_disk and self.restored == NEVER_RESTORED

    @property
    def is_copy(self) -> bool:
        return self.cover is Cover.COPY

    @property
    def is_protected(self) -> bool:
        return self.cover is Cover.GOOD


@dataclass(frozen=True, slots=True)
class Kept:
    """What one keeper protects: each disk with its snapshots and the age of the newest."""

    keeper: Keeper
    disks: Sequence[tuple[DiskLine, int, str]]


@dataclass(frozen=True, slots=True)
class Hold:
    """A snapshot with the images and disks that were made from it."""

    disk: DiskLine
    snapshot: SnapshotInfo
    holders: Sequence[Holder]


@dataclass(frozen=True, slots=True)
class OrphanLine:
    """A snapshot that no intent claims. `age` is a text."""

    orphan: Orphan
    why: str
    age: str


@dataclass(frozen=True, slots=True)
class RegionLine:
    """One region on the page. The least protected disk is the first."""

    name: str
    disks: Sequence[DiskLine]
    unread: Sequence[str]

    @property
    def snapshot_count(self) -> int:
        return sum(len(disk.chain.snapshots) for disk in self.disks)

    @property
    def gib(self) -> float:
        return sum(disk.gib for disk in self.disks)

    @property
    def cost(self) -> float:
        return sum(disk.cost for disk in self.disks)

    @property
    def measured(self) -> bool:
        return all(disk.chain.stored_gib is not None for disk in self.disks if disk.chain.snapshots)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on a page."""

    now: float
    question: Question
    regions: Sequence[RegionLine]
    scale: Scale
    chart: Chart
    kept: Sequence[Kept]
    holds: Sequence[Hold]
    orphans: Sequence[OrphanLine]

    @property
    def disks(self) -> list[DiskLine]:
        """All chains, the least protected first."""
        return sorted((disk for region in self.regions for disk in region.disks), key=_rank)

    @property
    def recent(self) -> tuple[float, float]:
        """The part of the time lines in which a snapshot is recent enough: start and width, in percent."""
        left = self.scale.x(self.now - self.question.max_age)
        return left, round(self.scale.x(self.now) - left, 2)

    def covered(self, *covers: Cover) -> list[DiskLine]:
        """Return the chains that have one of these covers."""
        return [disk for disk in self.disks if disk.cover in covers]

    @property
    def never_restored(self) -> list[DiskLine]:
        """The disks whose snapshots were never restored in a drill."""
        return [disk for disk in self.disks if disk.is_never_restored]

    def snapshots(self, *statuses: str) -> int:
        """Count the snapshots, or only those with one of the statuses."""
        each = (snapshot.status for disk in self.disks for snapshot in disk.chain.snapshots)
        return sum(not statuses or status in statuses for status in each)

    @property
    def gib(self) -> float:
        return sum(region.gib for region in self.regions)

    @property
    def cost(self) -> float:
        return sum(region.cost for region in self.regions)


def overview_of(inventories: Sequence[Inventory], question: Question) -> Overview:
    """Judge the inventories. There must be one. The page's time is that of the last inventory."""
    now = max(inventory.now for inventory in inventories)
    chains = {inventory.region: chains_of(inventory) for inventory in inventories}
    scale = _scale([chain for each in chains.values() for chain in each], now, question.max_age)
    regions = [
        _region(number, inventory, chains[inventory.region], scale, question)
        for number, inventory in enumerate(inventories, start=1)
    ]
    regions = [replace(region, disks=_with_copies(region.disks, regions)) for region in regions]
    levels = {name: history(each) for name, each in chains.items()}
    orphans = [each for one in inventories for each in orphans_in(one, question.claims, question.price)]
    return Overview(
        now=now,
        question=question,
        regions=regions,
        scale=scale,
        chart=chart_of(levels, scale, question.price),
        kept=_kept(disk for region in regions for disk in region.disks),
        holds=[hold for each in zip(inventories, regions, strict=True) for hold in _holds(*each)],
        orphans=[_orphan_line(orphan) for orphan in orphans],
    )


def _scale(chains: Iterable[Chain], now: float, max_age: float) -> Scale:
    cuts = [each.cut_at.timestamp() for chain in chains for each in chain.snapshots if each.cut_at]
    return Scale(min([now - _SHORTEST * max_age, *cuts]), now)


def _region(number: int, inventory: Inventory, chains: Sequence[Chain], scale: Scale, question: Question) -> RegionLine:
    teller = Teller(inventory.now, scale, Holders(inventory), dict(inventory.locks))
    judged = [protection(chain, inventory.now, question.max_age) for chain in chains]
    disks = [_disk(each, teller, inventory, question.price) for each in judged]
    ordered = sorted(disks, key=_rank)
    anchored = [replace(disk, anchor=f"disk-{number}-{place}") for place, disk in enumerate(ordered, start=1)]
    return RegionLine(inventory.region, anchored, inventory.unread)


def _with_copies(disks: Sequence[DiskLine], regions: Sequence[RegionLine]) -> list[DiskLine]:
    """Add to each disk its copies in the regions of the page."""
    copied: dict[str, list[str]] = defaultdict(list)
    for copies in (disk for region in regions for disk in region.disks if disk.is_copy):
        age = copies.protection.age
        newest = "none usable" if age is None else f"newest {duration_text(age)} old"
        copied[copies.chain.disk_id].append(f"copied to {copies.chain.region}, {newest}")
    return [disk if disk.is_copy else replace(disk, copied=copied[disk.chain.disk_id]) for disk in disks]


def _disk(judged: Protection, teller: Teller, inventory: Inventory, price: Price) -> DiskLine:
    chain = judged.chain
    gib = stored_gib(chain)
    lanes = teller.lanes(chain)
    schedules = _schedules(chain, inventory)
    return DiskLine(
        anchor="",
        protection=judged,
        name=chain.disk.disk_name if chain.disk else "",
        where=_where(chain, inventory),
        lanes=lanes,
        lines=teller.lines(chain),
        gib=gib,
        cost=price.of(gib),
        title=time_line_title(chain, lanes),
        schedules=schedules,
        scheduled=[each.text(inventory.now) for each in schedules],
        restored=_restored(chain),
    )


def _schedules(chain: Chain, inventory: Inventory) -> list[Schedule]:
    if chain.disk is None:
        return []
    policies = inventory.policies.get(chain.disk_id, ())
    return schedules_of(chain.disk, policies, chain.snapshots, inventory.now)


def _restored(chain: Chain) -> str:
    proofs = [proof for snapshot in chain.snapshots if (proof := proof_of(snapshot))]
    if proofs:
        return proof_text(max(proofs, key=lambda proof: proof.at))
    return NEVER_RESTORED if chain.newest else ""


def _where(chain: Chain, inventory: Inventory) -> str:
    """Return the kind of the disk, and where it is attached."""
    disk = chain.disk
    if disk is None:
        return f"{chain.snapshots[-1].source_disk_size} GiB {chain.snapshots[-1].source_disk_type}".strip()
    kind = " ".join(fact for fact in (f"{disk.size} GiB", disk.category, disk.disk_type) if fact)
    instance = inventory.instances.get(disk.instance_id)
    if not disk.instance_id:
        return f"{kind}, not attached"
    return f"{kind}, of {instance.instance_name or disk.instance_id if instance else disk.instance_id}"


def _rank(disk: DiskLine) -> tuple[int, float, str, str, str]:
    """Sorts the least protected first, then the oldest, then by name."""
    stale = disk.protection.age if disk.cover is Cover.STALE and disk.protection.age else 0.0
    return _ORDER.index(disk.cover), -stale, disk.name or disk.chain.disk_id, disk.chain.disk_id, disk.chain.region


def _kept(disks: Iterable[DiskLine]) -> list[Kept]:
    by_keeper: dict[Keeper, list[tuple[DiskLine, int, str]]] = defaultdict(list)
    for disk in disks:
        own: dict[Keeper, list[SnapshotLine]] = defaultdict(list)
        for line in disk.lines:
            own[keeper_of(line.snapshot)].append(line)
        for keeper, lines in own.items():
            usable = next((line.age for line in lines if is_usable(line.snapshot)), "")
            by_keeper[keeper].append((disk, len(lines), usable))
    ordered = sorted(by_keeper, key=keeper_order)
    return [Kept(keeper, by_keeper[keeper]) for keeper in ordered]


def _holds(inventory: Inventory, region: RegionLine) -> list[Hold]:
    holders = Holders(inventory)
    return [
        Hold(disk, snapshot, held)
        for disk in region.disks
        for snapshot in disk.chain.snapshots
        if (held := holders.of(snapshot.snapshot_id))
    ]


def _orphan_line(orphan: Orphan) -> OrphanLine:
    age = "no cut yet" if orphan.age is None else f"{duration_text(orphan.age)} old"
    return OrphanLine(orphan, WHY[orphan.kind], age)
