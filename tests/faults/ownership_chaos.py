"""Random runs of several stacks in one account: colliding names, renames, imports, guards, edited tags, deaths.

Each run goes by its seed.

After each run it holds: nothing that a state holds is deleted except by that state; nothing retained or kept is
deleted; `keep_last` is never undercut; two states never hold one snapshot; and no intent is fulfilled twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from cloud import Cloud, open_cloud
from fragile import Hit, ProcessDied, bereaved
from model_engine import CheckFailed, Stack
from schedules import FAULTS, PAUSE, QUICK
from soundness import LISTED_AT_LAST, MOST_WALL_SECONDS, Unsound

from alicloud_snapshot_provider.errors import SnapshotError
from alicloud_snapshot_provider.ledger.ownership import OWNERSHIP_TAG, ownership_in, ownership_of
from alicloud_snapshot_provider.snapshots.begin import CUT_TOLERANCE

STEPS = 14
DISKS = ("d-demo-system", "d-demo-data")
SERIES = ("project/dev/before#0123456789", "project/dev/other#9876543210", "nightly")
ACTIONS = ("DescribeSnapshots", "CreateSnapshot", "TagResources", "DeleteSnapshot", "DescribeDisks")
_URN = "urn:pulumi:dev::project::alicloud-snapshot:index:Snapshot::"
_DISTURBANCES = [fault for fault in FAULTS if fault.blow != "impatient"]


@dataclass
class Player:
    """One state, what it declares, and what must not be deleted because of it: `line` is what it held, oldest first.

    What it `imported` is somebody else's as well.
    """

    stack: Stack
    release: int = 0
    keep_last: int = 1
    policy: str = "delete"
    line: list[tuple[str, str]] = field(default_factory=list)
    imported: str = ""

    @property
    def declared(self) -> dict[str, Any]:
        return {"triggers": self.release, "keep_last": self.keep_last, "deletion_policy": self.policy}

    def note(self) -> None:
        """Note what the state holds now."""
        held = self.stack.held
        if held and held.id not in {self.imported, *(each for each, _ in self.line)}:
            self.line.append((held.id, self.stack.disk))

    @property
    def owns(self) -> str | None:
        """The id that it holds, and nobody else."""
        held = self.stack.held
        return held.id if held and not self.stack.destroying and held.id != self.imported else None

    def kept(self, keep_last: int) -> set[str]:
        """Return what has to exist: the newest of each disk."""
        by_disk = {disk: [each for each, on in self.line if on == disk] for _, disk in self.line}
        return {each for line in by_disk.values() for each in line[-keep_last:]}


@dataclass
class Account:
    """All states of one account. `safe` are the ids that nobody may ever delete again."""

    cloud: Cloud
    random: Random
    players: list[Player]
    safe: set[str] = field(default_factory=set)

    def judge(self, what: str) -> None:
        """Raise Unsound where something is gone that must not be, or is held twice."""
        alive = set(self.cloud.alive())
        held = [each.owns for each in self.players if each.owns]
        if missing := set(held) - alive:
            raise Unsound(f"{what}: {missing} are held, but gone")
        if len(held) != len(set(held)):
            raise Unsound(f"{what}: {held} is held twice")
        if missing := self.safe - alive:
            raise Unsound(f"{what}: {missing} were kept on purpose, but are gone")


async def play(seed: int) -> None:
    """Play one seed. Raises Unsound, or an untyped error."""
    random = Random(seed)  # noqa: S311  (no secret)
    async with bereaved(), open_cloud(QUICK) as cloud:
        players = [
            Player(Stack(cloud, series=random.choice(SERIES), disk=random.choice(DISKS), urn=f"{_URN}{number}"))
            for number in range(3)
        ]
        await asyncio.wait_for(_live(Account(cloud, random, players)), MOST_WALL_SECONDS)


async def _live(account: Account) -> None:
    random, cloud = account.random, account.cloud
    for _ in range(STEPS):
        player, run = random.choice(account.players), random.choice(_RUNS)
        await run(account, player)
        account.judge(run.__name__)
        cloud.emulator.clear_faults()
        await cloud.clock.sleep(random.choice([0.0, PAUSE, 7_200.0]))
    await cloud.clock.sleep(LISTED_AT_LAST)
    for player in account.players:
        await _settles(account, player)
    account.judge("at the end")


async def _settles(account: Account, player: Player) -> None:
    """Bring it to other inputs, undisturbed: it works, and a further run changes nothing."""
    await _refresh_what_is_gone(account, player)
    player.release += 1
    await player.stack.up(**player.declared)
    before = len(account.cloud.emulator.calls(mutating=True))
    await player.stack.up(**player.declared)
    if len(account.cloud.emulator.calls(mutating=True)) > before:
        raise Unsound(f"a further run of {player.stack.urn} changes something")
    account.judge("settling")


async def _refresh_what_is_gone(account: Account, player: Player) -> None:
    """Refresh a state whose import is gone: the state that it was imported from has deleted it since."""
    held = player.stack.held
    if held and held.id == player.imported and held.id not in account.cloud.alive():
        await player.stack.refresh()


async def _take(account: Account, player: Player) -> None:
    """Take a new release, with the rules of today; where that ends early, try once more."""
    random, stack = account.random, player.stack
    before, alive = player.keep_last, set(account.cloud.alive())
    player.release += 1
    player.keep_last, player.policy = random.choice([1, 2, 3]), random.choice(["delete", "delete", "retain"])
    player.note()
    line = list(player.line)
    up = random.choice([stack.up, stack.up, stack.replace])
    hit = _strike(account) if random.random() < 0.5 else None
    ended = False
    with suppress(SnapshotError, CheckFailed, ProcessDied):
        await up(hit, **player.declared)
        ended = True
    if not ended:
        account.judge("an interrupted up")
        account.cloud.emulator.clear_faults()
        await account.cloud.clock.sleep(LISTED_AT_LAST)
        await _refresh_what_is_gone(account, player)
        await stack.up(**player.declared)
    player.note()
    new = set(account.cloud.alive()) - alive
    if len(new) > 1:
        raise Unsound(f"{up.__name__} took {new}")
    required = player.kept(min(before, player.keep_last)) if line else set()
    if missing := required & alive - set(account.cloud.alive()):
        raise Unsound(f"keep_last {before} then {player.keep_last} of {player.line}, but {missing} are gone")


async def _same(account: Account, player: Player) -> None:
    with suppress(SnapshotError, CheckFailed, ProcessDied):
        await player.stack.up(_strike(account) if account.random.random() < 0.3 else None, **player.declared)
    player.note()


async def _destroy(account: Account, player: Player) -> None:
    """Destroy it; what the policy retains, and nobody else has imported since, is safe from then on."""
    held = player.stack.held
    kept = player.kept(player.keep_last) if held and held.outputs.get("deletion_policy") == "retain" else set()
    hit = _strike(account) if account.random.random() < 0.3 else None
    with suppress(SnapshotError, ProcessDied):
        await player.stack.destroy(hit)
    if player.stack.held is None:
        account.safe |= kept & set(account.cloud.alive()) - {each.owns for each in account.players}
        player.line, player.stack.replaced = [], []
    player.stack.destroying = False if player.stack.held is None else player.stack.destroying


async def _forget(account: Account, player: Player) -> None:
    """Take the resource out of the state: `retain_on_delete`, or `pulumi state delete`."""
    if player.stack.held and not player.stack.destroying:
        if player.owns:
            account.safe.add(player.owns)
        player.stack.held, player.line = None, []
        player.stack.replaced = []


async def _rename(account: Account, player: Player) -> None:
    """Rename it by an alias, or rename the stack: the derived series is another one from then on."""
    player.stack.series = account.random.choice(SERIES)
    player.stack.urn = f"{_URN}{account.random.randint(100, 999)}"


async def _strip(account: Account, _player: Player) -> None:
    """Take tags away from any snapshot, as a clean-up job does."""
    alive = account.cloud.alive()
    if alive:
        victim = account.random.choice(alive)
        tags = list(account.cloud.record(victim).tags)
        chosen = account.random.choice([tags, [OWNERSHIP_TAG], tags[:2]])
        await account.cloud.region.client.untag("snapshot", [victim], chosen)


async def _copy_tags(account: Account, _player: Player) -> None:
    """Give a snapshot all tags of another one, as somebody may in the console, who has both before him."""
    complete = [
        each for each in account.cloud.alive() if not ownership_in(account.cloud.record(each).tags).being_created
    ]
    if len(complete) > 1:
        origin, copy = account.random.sample(complete, 2)
        account.cloud.emulator.world.put(
            replace(account.cloud.record(copy), tags=dict(account.cloud.record(origin).tags))
        )


async def _import(account: Account, player: Player) -> None:
    """Import what another state holds, and its tags say so; without them, nobody can know."""
    if player.stack.held or player.stack.replaced:
        return
    records = account.cloud.record
    others = [
        each
        for each in account.players
        if each is not player and each.owns and ownership_of(records(each.owns)).names_holder
    ]
    if others:
        other = account.random.choice(others)
        assert other.owns is not None
        player.stack.disk, player.imported, player.line = other.stack.disk, other.owns, []
        await player.stack.imports(other.owns)


async def _guard(account: Account, player: Player) -> None:
    """Guard the same disk in the same series."""
    with suppress(SnapshotError, ProcessDied):
        await player.stack.guard(_strike(account) if account.random.random() < 0.3 else None, keep_last=1)


async def _other_disk(account: Account, player: Player) -> None:
    """Replace the disk under it: the engine deletes the dependent snapshot first."""
    if player.stack.destroying:
        return
    player.note()
    kept = player.kept(player.keep_last) & set(account.cloud.alive())
    player.stack.disk = next(disk for disk in DISKS if disk != player.stack.disk)
    player.release += 1
    with suppress(SnapshotError, CheckFailed, ProcessDied):
        await player.stack.replace_deleted_first(**player.declared)
    if missing := kept - set(account.cloud.alive()):
        raise Unsound(f"{missing} went with the disk")
    player.note()


async def _orphaned(account: Account, player: Player) -> None:
    """Let the engine die while the provider lives on."""
    if player.stack.destroying:
        return
    alive = set(account.cloud.alive())
    player.release += 1
    with suppress(SnapshotError, CheckFailed):
        await player.stack.orphaned_up(**player.declared)
    await player.stack.up(**player.declared)
    player.note()
    if len(new := set(account.cloud.alive()) - alive) > 1:
        raise Unsound(f"a provider without its engine took {new}")


async def _guarded(account: Account, player: Player) -> None:
    """Guard a change, perhaps after its last snapshot lost its tags: nothing counts that was cut before."""
    disk = player.stack.disk
    guard = Stack(account.cloud, series=f"project/dev/web:{disk}#0123456789", disk=disk)
    for each in await guard.guard(keep_last=2) if account.random.random() < 0.5 else ():
        await account.cloud.region.client.untag("snapshot", [each.snapshot_id], list(each.tags))
        await account.cloud.clock.sleep(PAUSE)
    begun = account.cloud.clock.now()
    (fresh,) = await guard.guard(keep_last=2)
    if fresh.cut_at is None or fresh.cut_at.timestamp() < begun - CUT_TOLERANCE:
        raise Unsound(f"{fresh.snapshot_id} was cut before the guarded change began")


async def _import_unheld(account: Account, player: Player) -> None:
    """Import what no state holds: of a guard, of a history or retained. Nobody else may delete it from then on.

    Tags that somebody copied may say so of what a state holds; nobody can know.
    """
    owned = {each.owns for each in account.players}
    alive = [each for each in account.cloud.alive() if each not in owned]
    free = [each for each in alive if not ownership_of(account.cloud.record(each)).held]
    ready = [each for each in free if account.cloud.record(each).status == "accomplished"]
    if player.stack.held or not ready:
        return
    chosen = account.random.choice(ready)
    account.safe.discard(chosen)
    player.stack.disk = account.cloud.record(chosen).disk_id
    await player.stack.adopt(chosen, keep_last=player.keep_last, deletion_policy=player.policy)
    player.line = []
    player.note()


_RUNS: tuple[Callable[[Account, Player], Awaitable[None]], ...] = (
    _take,
    _take,
    _take,
    _take,
    _same,
    _destroy,
    _forget,
    _rename,
    _strip,
    _copy_tags,
    _import,
    _guard,
    _other_disk,
    _orphaned,
    _guarded,
    _import_unheld,
)


def _strike(account: Account) -> Hit | None:
    fault = account.random.choice(_DISTURBANCES)
    action, nth = account.random.choice(ACTIONS), account.random.randint(1, 3)
    if fault.rule:
        account.cloud.emulator.add_faults({"action": action, "nth": nth, **fault.rule})
    return Hit(action, nth, fault.blow) if fault.blow else None
