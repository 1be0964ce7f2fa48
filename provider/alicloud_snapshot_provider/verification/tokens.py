"""ClientToken: what its repetition answers."""

from __future__ import annotations

from ..ecs.wire_format import text
from .bench import NAME, Answer, Bench
from .life import life
from .outcome import NotProbed, Seen

MISMATCH = "IdempotentParameterMismatch"


async def same_token_same_answer(bench: Bench) -> Seen:
    """The same call again answers with the first call's snapshot."""
    watched = await bench.shared(life)
    return await _same(bench, await bench.ask("CreateSnapshot", **watched.asked), watched.snapshot_id)


async def other_parameters_are_refused(bench: Bench) -> Seen:
    """The same token with another name is refused."""
    watched = await bench.shared(life)
    answer = await bench.ask("CreateSnapshot", **{**watched.asked, "SnapshotName": f"{NAME}-other"})
    return Seen(answer.code == MISMATCH, answer.text)


async def token_of_a_deleted_one(bench: Bench) -> Seen:
    """The token of a snapshot that is deleted still answers with its id, so that the provider takes another token."""
    asked = bench.creation()
    snapshot_id = str((await bench.needed("CreateSnapshot", **asked)).body["SnapshotId"])
    await bench.needed("DeleteSnapshot", SnapshotId=snapshot_id, Force=True)
    if await bench.record(snapshot_id) is not None:
        raise NotProbed("the snapshot was still listed after its deletion")
    return await _same(bench, await bench.ask("CreateSnapshot", **asked), snapshot_id)


async def _same(bench: Bench, answer: Answer, snapshot_id: str) -> Seen:
    """Judge a repetition. Another snapshot is deleted at once: it would count against those that can be made."""
    if answer.code:
        return Seen(False, answer.text)
    answered = text(answer.body.get("SnapshotId"))
    if answered == snapshot_id:
        return Seen(True, "answered with the same id")
    await bench.ask("DeleteSnapshot", SnapshotId=answered, Force=True)
    return Seen(False, "answered with another id")
