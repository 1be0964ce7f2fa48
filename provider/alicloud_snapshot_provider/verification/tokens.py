"""ClientToken: what ECS answers if it is repeated."""

from __future__ import annotations

from ..ecs.wire_format import text
from .bench import NAME, Answer, Bench
from .life import life
from .outcome import NotProbed, Seen

MISMATCH = "IdempotentParameterMismatch"


async def same_token_same_answer(bench: Bench) -> Seen:
    """The same call again answers with the snapshot of the first call."""
    watched = await bench.shared(life)
    return await _same(bench, await bench.ask("CreateSnapshot", **watched.asked), watched.snapshot_id)


async def other_parameters_are_refused(bench: Bench) -> Seen:
    """ECS refuses the same token with another name."""
    watched = await bench.shared(life)
    answer = await bench.ask("CreateSnapshot", **{**watched.asked, "SnapshotName": f"{NAME}-other"})
    return Seen(answer.code == MISMATCH, answer.text)


async def token_of_a_deleted_one(bench: Bench) -> Seen:
    """The token of a deleted snapshot still answers with its id. So the provider then uses another token."""
    asked = bench.creation()
    snapshot_id = str((await bench.needed("CreateSnapshot", **asked)).body["SnapshotId"])
    await bench.needed("DeleteSnapshot", SnapshotId=snapshot_id, Force=True)
    if await bench.record(snapshot_id) is not None:
        raise NotProbed("the snapshot was still listed after its deletion")
    return await _same(bench, await bench.ask("CreateSnapshot", **asked), snapshot_id)


async def _same(bench: Bench, answer: Answer, snapshot_id: str) -> Seen:
    """Judge a repetition. If it made another snapshot, delete that at once: it would count against the limit."""
    if answer.code:
        return Seen(False, answer.text)
    answered = text(answer.body.get("SnapshotId"))
    if answered == snapshot_id:
        return Seen(True, "answered with the same id")
    await bench.ask("DeleteSnapshot", SnapshotId=answered, Force=True)
    return Seen(False, "answered with another id")
