"""Copies: one to the region that the user named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bench import NAME, Answer, Bench
from .life import LISTED_WITHIN, life
from .outcome import NotProbed, Seen


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy at the first look, its original, and what ECS answered while the copy was unfinished."""

    original: dict[str, Any]
    record: dict[str, Any]
    again: Answer
    deletion: Answer


async def copy(bench: Bench) -> Copy:
    """Begin a copy, ask about it, and delete it before its end. Raises NotProbed if the user named no region."""
    other = bench.subject.copies_to
    if other is None:
        raise NotProbed("no region was given: give --copy-to with one")
    watched = await bench.shared(life)
    asked: dict[str, Any] = {
        "SnapshotId": watched.snapshot_id,
        "DestinationRegionId": other.name,
        "DestinationSnapshotName": NAME,
        "DestinationSnapshotDescription": "made by alicloud-snapshot verify, which deletes it",
        "Tag": bench.tags,
    }
    copy_id = str((await bench.needed("CopySnapshot", **asked, ClientToken=bench.token())).body["SnapshotId"])
    again = await bench.ask("CopySnapshot", **asked, ClientToken=bench.token())
    deletion = await bench.ask("DeleteSnapshot", SnapshotId=watched.snapshot_id, Force=True)
    record = await bench.until(
        lambda: bench.record(copy_id, other), LISTED_WITHIN, "the copy was not listed within a minute"
    )
    if record.get("Status") != "progressing":
        raise NotProbed("the copy was accomplished before it could be asked")
    await bench.ask("DeleteSnapshot", region=other, SnapshotId=copy_id, Force=True)
    return Copy(dict(watched.end.record), record, again, deletion)


async def chain_of_its_own(bench: Bench) -> Seen:
    """A copy has another chain, and the same SourceDiskId."""
    seen = await bench.shared(copy)
    own = seen.record.get("SnapshotLinkId") != seen.original.get("SnapshotLinkId")
    same = seen.record.get("SourceDiskId") == seen.original.get("SourceDiskId")
    return Seen(
        own and same,
        f"its chain is {'its own' if own else 'the same'}, its SourceDiskId {'the same' if same else 'another one'}",
    )


async def original_stays(bench: Bench) -> Seen:
    """ECS does not delete the original while its copy is unfinished."""
    answer = (await bench.shared(copy)).deletion
    return Seen(answer.code == "InvalidOperation.RelatedSnapshotNotFinished", f"DeleteSnapshot of it {answer.text}")


async def one_copy_at_a_time(bench: Bench) -> Seen:
    """A second copy to the region waits for the first."""
    answer = (await bench.shared(copy)).again
    return Seen(bool(answer.code), answer.text)
