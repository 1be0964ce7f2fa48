"""A copy in another region: one per intent, begun once its original is accomplished, judged before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.copies.resource import SnapshotCopyResource
from alicloud_snapshot_provider.errors import InvalidInput, NotFound, SnapshotFailed, WaitTimeout
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import ownership_in
from alicloud_snapshot_provider.nouns.noun import Checked, Difference
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from ecs_emulator import Seed, default_seed

COPY_SERIES = "project/stack/away#0123456789"
ORIGINALS = [
    {"id": "s-original", "disk_id": "d-demo-system", "encrypted": False},
    {"id": "s-secret", "disk_id": "d-demo-system", "encrypted": True, "kms_key_id": "key-1"},
    {"id": "s-archive", "disk_id": "d-demo-system", "category": "archive"},
    {"id": "s-failed", "disk_id": "d-demo-system", "status": "failed"},
]


@dataclass
class Copies:
    """The copies of a cloud, declared from s-original to cn-beijing unless a test says otherwise."""

    cloud: Cloud

    @property
    def noun(self) -> SnapshotCopyResource:
        return SnapshotCopyResource(self.cloud.regions, self.cloud.settings)

    async def check(self, **arguments: Any) -> Checked:
        declared = {"source_snapshot_id": "s-original", "destination_region": "cn-beijing", "series": COPY_SERIES}
        return await self.noun.check({}, declared | arguments)

    async def inputs(self, **arguments: Any) -> dict[str, Any]:
        checked = await self.check(**arguments)
        assert checked.failures == {}
        return checked.inputs

    async def make(self, seconds: float | None = None, **arguments: Any) -> dict[str, Any]:
        inputs = await self.inputs(**{"preflight": "off", **arguments})
        return await self.noun.create(inputs, self.cloud.operation(seconds))

    async def interrupted(self, after: float = 5.0, **arguments: Any) -> str:
        """Kill the process `after` seconds into a create; return the id of the copy that it began."""
        return await self.cloud.killed(self.make(**arguments), after)

    def restarted(self) -> Copies:
        return Copies(self.cloud.restarted())

    def of(self, original: str) -> list[str]:
        """Return the copies of a snapshot that exist, oldest first."""
        return [each for each in self.cloud.alive() if self.cloud.record(each).source_snapshot_id == original]


def world() -> Seed:
    return {**default_seed(), "snapshots": ORIGINALS}


@pytest.fixture
async def copies() -> AsyncIterator[Copies]:
    async with open_cloud(world()) as cloud:
        yield Copies(cloud)


async def test_a_copy_is_made_and_recorded_in_the_destination(copies: Copies) -> None:
    outputs = await copies.make(snapshot_name="away", tags={"team": "web"}, retention_days=7, triggers=["v1"])

    record = copies.cloud.record(outputs["snapshot_id"])
    assert (record.region_id, record.source_snapshot_id, record.status) == ("cn-beijing", "s-original", "accomplished")
    assert (record.name, record.retention_days, record.tags[SERIES_TAG]) == ("away", 7, COPY_SERIES)
    assert not ownership_in(record.tags).being_created
    assert {name: outputs[name] for name in ("region_id", "destination_region", "source_region_id")} == {
        "region_id": "cn-beijing",
        "destination_region": "cn-beijing",
        "source_region_id": "cn-hangzhou",
    }
    assert (outputs["description"], outputs["tags"]) == ("copied from another region", {"team": "web"})
    assert (outputs["series"], outputs["generation"], outputs["triggers"]) == (COPY_SERIES, 1, ["v1"])


async def test_an_encrypted_copy_keeps_the_key_as_it_was_declared(copies: Copies) -> None:
    outputs = await copies.make(source_snapshot_id="s-secret", encrypted=True, kms_key_id="alias/backup")

    record = copies.cloud.record(outputs["snapshot_id"])
    assert (record.encrypted, record.kms_key_id) == (True, "alias/backup")
    assert (outputs["encrypted"], outputs["kms_key_id"]) == (True, "alias/backup")


async def test_the_copy_begins_once_its_original_is_accomplished(copies: Copies) -> None:
    original = await copies.cloud.interrupted()

    outputs = await copies.make(source_snapshot_id=original)

    assert copies.cloud.record(outputs["snapshot_id"]).source_snapshot_id == original
    assert [call.code for call in copies.cloud.emulator.calls("CopySnapshot")] == [None]


async def test_a_copy_under_way_to_the_same_region_is_waited_for(copies: Copies) -> None:
    other = await copies.interrupted(series="another")

    outputs = await copies.make()

    assert copies.of("s-original") == [other, outputs["snapshot_id"]]
    refused = {call.code for call in copies.cloud.emulator.calls("CopySnapshot")}
    assert refused == {None, "InvalidOperation.UnfinishedCrossRegionCopy"}


async def test_what_an_earlier_run_began_is_adopted_even_though_its_original_is_gone(copies: Copies) -> None:
    begun = await copies.interrupted(description="first")
    copies.cloud.vanish("s-original")

    outputs = await copies.restarted().make(description="second", tags={"team": "db"})

    assert (outputs["snapshot_id"], outputs["description"], outputs["tags"]) == (begun, "second", {"team": "db"})
    assert copies.of("s-original") == [begun]
    assert copies.cloud.called("CopySnapshot") == ["CopySnapshot"]


async def test_a_copy_whose_answer_was_lost_is_not_made_twice(copies: Copies) -> None:
    copies.cloud.emulator.add_faults({"action": "CopySnapshot", "kind": "drop", "when": "after", "times": 2})

    outputs = await copies.make()

    assert copies.of("s-original") == [outputs["snapshot_id"]]


async def test_a_time_out_names_the_copy_and_the_next_run_goes_on_with_it(copies: Copies) -> None:
    with pytest.raises(WaitTimeout) as caught:
        await copies.make(seconds=5)

    (begun,) = copies.of("s-original")
    assert str(caught.value) == (
        f"snapshot {begun} copied from s-original in cn-hangzhou is not accomplished after 5 s; "
        "it goes on in the cloud\n"
        "  what to do: Run `pulumi up` again: it resumes this snapshot. "
        "Raise customTimeouts.create for larger disks."
    )
    assert (await copies.restarted().make())["snapshot_id"] == begun


async def test_the_default_time_out_leaves_a_slow_copy_hours() -> None:
    async with open_cloud({**world(), "lifecycle": {"copy_minimum_seconds": 100_000}}) as cloud:
        with pytest.raises(WaitTimeout, match="is not accomplished after 15600 s"):
            await Copies(cloud).make()


async def test_an_original_that_is_not_accomplished_in_time_ends_the_create() -> None:
    async with open_cloud({**world(), "lifecycle": {"snapshot_seconds": 1_000}}) as cloud:
        original = await cloud.interrupted()

        with pytest.raises(WaitTimeout) as caught:
            await Copies(cloud).make(seconds=60, source_snapshot_id=original)

        assert str(caught.value) == (
            f"snapshot {original}, which is to be copied, is not accomplished after 60 s\n"
            "  what to do: Run `pulumi up` again: the copy begins once the snapshot is accomplished."
        )
        assert cloud.called("CopySnapshot") == []


async def test_an_original_that_is_not_there_ends_the_create(copies: Copies) -> None:
    with pytest.raises(NotFound) as caught:
        await copies.make(source_snapshot_id="s-nowhere")

    assert str(caught.value) == (
        "snapshot s-nowhere, which is to be copied, is not in region cn-hangzhou\n"
        "  what to do: Correct source_snapshot_id, or set source_region to the snapshot's own."
    )


async def test_an_original_that_has_failed_ends_the_create_at_once(copies: Copies) -> None:
    with pytest.raises(SnapshotFailed, match="snapshot s-failed of disk d-demo-system ended in status failed"):
        await copies.make(source_snapshot_id="s-failed")

    assert copies.cloud.called("CopySnapshot") == []


async def test_a_copy_that_fails_says_so_and_the_next_run_makes_another(copies: Copies) -> None:
    making = asyncio.ensure_future(copies.make())
    await copies.cloud.clock.sleep(5)
    (failed,) = copies.of("s-original")
    copies.cloud.emulator.fail_snapshot(failed)

    with pytest.raises(SnapshotFailed) as caught:
        await making

    assert str(caught.value).startswith(f"snapshot {failed}, the copy of s-original, ended in status failed at ")
    assert str(caught.value).endswith("\n  what to do: Run `pulumi up` again: it begins a new copy.")
    again = await copies.restarted().make()
    assert (again["generation"], copies.of("s-original")) == (2, [again["snapshot_id"]])


REFUSED = [
    (
        {"destination_region": "cn-hangzhou"},
        "destination_region",
        "must not be the snapshot's own region cn-hangzhou, since ECS copies between regions only: name another region",
    ),
    ({"kms_key_id": "key-1"}, "kms_key_id", "needs encrypted = True: set it, or remove the key"),
    (
        {"source_snapshot_id": "d-1"},
        "source_snapshot_id",
        "must be the id of a snapshot, such as s-bp67acfmxazb4p, got 'd-1': take it from the snapshot's `id`",
    ),
    (
        {"source_snapshot_id": "s-nowhere"},
        "source_snapshot_id",
        "snapshot 's-nowhere' is not in region cn-hangzhou: "
        "correct source_snapshot_id, or set source_region to the snapshot's own",
    ),
    (
        {"source_snapshot_id": "s-failed"},
        "source_snapshot_id",
        "snapshot 's-failed' has failed and holds nothing: copy another one",
    ),
    (
        {"source_snapshot_id": "s-archive"},
        "source_snapshot_id",
        "snapshot 's-archive' is archived, and ECS does not copy archives: copy a standard one",
    ),
    (
        {"source_snapshot_id": "s-secret"},
        "encrypted",
        "snapshot 's-secret' is encrypted, and ECS copies it only encrypted: set encrypted = True",
    ),
]


@pytest.mark.parametrize(("arguments", "name", "reason"), REFUSED)
async def test_what_ecs_would_refuse_fails_on_its_property(
    copies: Copies, arguments: dict[str, Any], name: str, reason: str
) -> None:
    assert (await copies.check(**arguments)).failures == {name: reason}


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"source_snapshot_id": "s-archive"}, "source_snapshot_id"),
        ({"source_snapshot_id": "s-secret"}, "encrypted"),
    ],
)
async def test_what_ecs_refuses_in_the_end_is_an_error_of_the_same_property(
    copies: Copies, arguments: dict[str, Any], name: str
) -> None:
    inputs = await copies.inputs(preflight="off", **arguments)

    with pytest.raises(InvalidInput) as caught:
        await copies.noun.create(inputs, copies.cloud.operation())

    assert caught.value.property_name == name


async def test_preflight_may_only_warn(copies: Copies) -> None:
    checked = await copies.check(source_snapshot_id="s-nowhere", preflight="warn")

    assert (checked.failures, checked.notes.facts) == ({}, ())
    assert checked.notes.warnings == (
        "snapshot 's-nowhere' is not in region cn-hangzhou: "
        "correct source_snapshot_id, or set source_region to the snapshot's own",
    )


async def test_a_preview_that_cannot_look_ahead_warns(copies: Copies) -> None:
    copies.cloud.emulator.add_faults({"action": "DescribeSnapshots", "code": "InternalError", "times": None})

    checked = await copies.check()

    assert checked.failures == {}
    assert checked.notes.warnings[0].startswith("could not look ahead: DescribeSnapshots of")


@pytest.mark.parametrize("unknown", ["source_snapshot_id", "destination_region"])
async def test_what_is_not_known_yet_is_not_judged(copies: Copies, unknown: str) -> None:
    assert await copies.inputs(**{unknown: UNKNOWN})
    assert copies.cloud.called() == []


async def test_the_preview_says_what_is_copied_where_and_what_it_costs(copies: Copies) -> None:
    first = await copies.check()
    await copies.make()
    second = await copies.check(series="another", force_delete=True)
    (original,) = await copies.cloud.region.client.snapshots_by_id(["s-original"])

    assert first.notes.facts == (
        "full copy to cn-beijing, at most 40 GiB and USD 0.69 a month, plus the transfer between regions",
        f"s-original of disk d-demo-system in cn-hangzhou, as of {original.creation_time}",
        "a copy cannot roll its disk back: disks and images are made from it",
    )
    assert second.notes.facts[0].startswith("incremental copy to cn-beijing")
    assert second.notes.warnings == (
        "force_delete is set: once the snapshot is deleted, disks made from it can never be re-initialised",
    )


async def test_the_preview_says_that_the_original_is_waited_for(copies: Copies) -> None:
    original = await copies.cloud.interrupted(after=5)

    facts = (await copies.check(source_snapshot_id=original)).notes.facts

    assert facts[1].startswith(f"begins once {original} of disk d-demo-system in cn-hangzhou is accomplished (")


async def test_the_preview_says_that_a_copy_is_adopted(copies: Copies) -> None:
    begun = await copies.interrupted(after=10)

    (fact,) = (await copies.restarted().check()).notes.facts

    assert fact.startswith(f"adopts {begun} (")
    assert fact.endswith("which an earlier run began for the same intent")


async def test_a_changed_declaration_updates_or_replaces(copies: Copies) -> None:
    outputs = await copies.make(source_snapshot_id="s-secret", encrypted=True, kms_key_id="alias/backup")
    declared = {"preflight": "off", "source_snapshot_id": "s-secret", "encrypted": True}
    same = await copies.inputs(**declared, kms_key_id="alias/backup")

    def difference(**changes: Any) -> Difference:
        return copies.noun.diff(outputs, same | changes)

    assert difference() == Difference([], [])
    assert difference(description="other") == Difference([], ["description"])
    assert difference(destination_region="cn-elsewhere") == Difference(["destination_region"], [])
    assert difference(source_snapshot_id="s-2") == Difference(["source_snapshot_id"], [])
    assert copies.noun.diff(outputs, await copies.inputs(**declared)) == Difference([], [])


async def test_an_update_changes_the_copy_in_its_own_region(copies: Copies) -> None:
    outputs = await copies.make(retention_days=7)
    news = await copies.inputs(preflight="off", snapshot_name="renamed", tags={"team": "web"}, retention_days=30)

    updated = await copies.noun.update(outputs["snapshot_id"], outputs, news, copies.cloud.operation())

    record = copies.cloud.record(outputs["snapshot_id"])
    assert (record.name, record.tags["team"], record.retention_days) == ("renamed", "web", 30)
    assert (updated["snapshot_name"], updated["source_region"]) == ("renamed", "cn-hangzhou")


async def test_a_copy_that_nobody_touched_reads_as_it_was_made_and_a_lost_one_as_none(copies: Copies) -> None:
    outputs = await copies.make(tags={"team": "web"})
    copy = outputs["snapshot_id"]
    assert await copies.noun.read(copy, outputs, copies.cloud.operation()) == outputs
    assert copies.cloud.notes == []

    copies.cloud.vanish(copy)

    assert await copies.noun.read(copy, outputs, copies.cloud.operation()) is None
    assert copies.cloud.notes[0].startswith(f"snapshot {copy} is gone: it was deleted outside Pulumi")


async def test_a_replaced_copy_is_history_and_a_destroyed_series_ends_with_its_originals_left_alone(
    copies: Copies,
) -> None:
    first = await copies.make(triggers=1, keep_last=2)
    second = await copies.make(triggers=2, keep_last=2)
    await copies.noun.delete(first["snapshot_id"], first, copies.cloud.operation())
    assert copies.of("s-original") == [first["snapshot_id"], second["snapshot_id"]]

    await copies.noun.delete(second["snapshot_id"], second, copies.cloud.operation())

    assert copies.of("s-original") == []
    assert "s-original" in copies.cloud.alive()


async def test_the_outputs_of_a_copy_are_foreseen(copies: Copies) -> None:
    foreseen = copies.noun.preview({}, await copies.inputs())

    assert (foreseen["region_id"], foreseen["source_region_id"]) == ("cn-beijing", "cn-hangzhou")
    assert (foreseen["snapshot_id"], foreseen["encrypted"]) == (UNKNOWN, False)


async def test_a_copy_handed_over_unfinished_is_resumed_by_an_update(copies: Copies) -> None:
    begun = await copies.interrupted()
    inputs = await copies.inputs(preflight="off")

    unfinished = await copies.noun.hand_over(begun, inputs)
    updated = await copies.noun.update(begun, unfinished, inputs, copies.cloud.operation())

    assert (unfinished["status"], updated["status"]) == ("progressing", "accomplished")
