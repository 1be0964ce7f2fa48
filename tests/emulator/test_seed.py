"""Seeds: what can be written in one, and what is said to a wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator, RecordError, load_seed

REGIONS = [{"id": REGION, "zones": ["cn-hangzhou-h"]}]


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        ({"disk": []}, "seed: `disk` is not known. Use one of: lifecycle, rules, regions, access_keys"),
        ({"disks": {}}, None),
        ({"disks": {"id": "d-1"}}, "disks: expected a list, got {'id': 'd-1'}. Write it as `- id: …` lines."),
        ({"disks": ["d-1"]}, "disks[0]: expected names with values, got 'd-1'. Write it as `name: value` lines."),
        ({"disks": [{"size": 40}]}, "disks[0]: `id` is missing. Give it as `id: …`."),
        ({"disks": [{"id": "d-1", "sizes": 40}]}, "disks[0]: `sizes` is not known. Write `size`."),
        ({"disks": [{"id": "d-1", "xyzzy": 40}]}, "disks[0]: `xyzzy` is not known. Use one of: attached_time, "),
        (
            {"disks": [{"id": "d-1", "size": "big"}]},
            "disks[0].size: expected a whole number, got 'big'. Write e.g. 40.",
        ),
        ({"disks": [{"id": "d-1", "size": True}]}, "disks[0].size: expected a whole number, got True. Write e.g. 40."),
        ({"disks": [{"id": 7}]}, 'disks[0].id: expected text, got 7. Write e.g. "text".'),
        (
            {"disks": [{"id": "d-1", "status": "Lost"}]},
            "disks[0].status: 'Lost' is not allowed. Use one of: Creating, ",
        ),
        ({"disks": [{"id": "d-1", "encrypted": "yes"}]}, "disks[0].encrypted: expected true or false, got 'yes'."),
        ({"disks": [{"id": "d-1", "tags": ["a"]}]}, "disks[0].tags: expected names with values, got ['a']."),
        ({"disks": [{"id": "d-1", "locks": "security"}]}, "disks[0].locks: expected a list, got 'security'."),
        ({"disks": [{"id": "d-1", "used_gib": "much"}]}, "disks[0].used_gib: expected a number or a time, got 'much'."),
        (
            {"disks": [{"id": "d-1", "category": "floppy"}]},
            "disks[0].category: `floppy` is not known. Use one of: cloud",
        ),
        (
            {"disks": [{"id": "d-1", "instance_id": "i-1"}]},
            "disks[0].instance_id: there is no instance `i-1`. Add it to `instances:` or leave `instance_id` out.",
        ),
        (
            {"disks": [{"id": "d-1", "region_id": "mars"}]},
            "disks[0].region_id: there is no region `mars`. Use one of: cn-hangzhou, cn-beijing.",
        ),
        ({"snapshots": [{"id": "s-1"}]}, "snapshots[0]: `disk_id` is missing. Give it as `disk_id: …`."),
        (
            {"snapshots": [{"id": "s-1", "disk_id": "d-1", "status": "progressing"}]},
            "snapshots[0].disk_id: there is no disk `d-1`. Add it to `disks:` or let the snapshot be accomplished.",
        ),
        (
            {"snapshots": [{"id": "s-1", "disk_id": "d-1", "group_id": "ssg-1"}]},
            "snapshots[0].group_id: there is no snapshot group `ssg-1`. Add it to `snapshot_groups:` or leave",
        ),
        (
            {"images": [{"id": "m-1", "disks": [{"snapshot_id": "s-1"}]}]},
            "images[0].disks: there is no snapshot `s-1`. Add it to `snapshots:` or leave `snapshot_id` out.",
        ),
        ({"regions": [{"id": "r", "zones": []}]}, "regions[0].zones: a region has at least one zone. Give e.g. [r-a]."),
        (
            {"access_keys": [{"id": "LTAI5tFakeFakeFakeFake", "secret": "x"}]},
            "access_keys[0].id: this looks like an access key that Alibaba Cloud issued. Make one up, such as",
        ),
        (
            {"lifecycle": {"categories": {"cloud_essd": {"cut_seconds": "x"}}}},
            "seed.lifecycle.categories.cloud_essd.cut_seconds: expected a number or a time, got 'x'.",
        ),
        (
            {"lifecycle": {"categories": {"new": {"cut_seconds": 1}}}},
            "seed.lifecycle.categories.new: `minimum_gib` is missing. Give it as `minimum_gib: …`.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(emulator: Emulator, seed: Any, message: str | None) -> None:
    if message is None:
        emulator.add_seed(seed)
        return
    with pytest.raises(RecordError) as caught:
        emulator.add_seed(seed)
    assert str(caught.value).startswith(message)


def test_a_world_needs_its_regions_first() -> None:
    with pytest.raises(RecordError, match=r"Use one of: none yet: add `regions:`\."):
        Emulator({"disks": [{"id": "d-1"}]})


def test_a_seed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("regions:\n  - {id: cn-hangzhou, zones: [cn-hangzhou-h]}\n")
    assert load_seed(path) == {"regions": REGIONS}


@pytest.mark.parametrize(
    ("text", "message"),
    [("[1, 2", "world.yaml: no valid YAML: "), ("- 1\n", "world.yaml: expected `instances:`, `disks:`, … at the top.")],
)
def test_a_file_that_is_no_seed_is_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(text)
    with pytest.raises(RecordError) as caught:
        load_seed(path)
    assert message in str(caught.value)


@pytest.mark.parametrize("moment", ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00+00:00", "2026-01-31T08:00:00"])
def test_times_are_written_as_text(emulator: Emulator, api: Api, moment: str) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-1", "disk_id": "d-demo-data", "creation_time": moment}]})
    assert api.snapshot("s-1")["CreationTime"] == "2026-01-31T08:00:00Z"


def test_times_are_written_as_yaml_times(emulator: Emulator, api: Api, tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("snapshots: [{id: s-1, disk_id: d-demo-data, creation_time: 2026-01-31T08:00:00Z}]")
    emulator.add_seed(load_seed(path))
    assert api.snapshot("s-1")["CreationTime"] == "2026-01-31T08:00:00Z"


def test_a_progressing_snapshot_begins_when_it_is_seeded(emulator: Emulator, api: Api) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-1", "disk_id": "d-demo-data", "status": "progressing"}]})
    assert api.snapshot("s-1")["Status"] == "progressing"
    emulator.advance(60)
    assert api.snapshot("s-1")["Status"] == "accomplished"


def test_a_snapshot_knows_of_its_disk_what_the_seed_does_not_say(emulator: Emulator, api: Api) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-1", "disk_id": "d-demo-system", "retention_days": 1}]})
    snapshot = api.snapshot("s-1")
    assert (snapshot["SourceDiskType"], snapshot["SourceDiskSize"], snapshot["Progress"]) == ("system", "40", "100%")
    emulator.advance(86400)
    assert "s-1" not in emulator.world.snapshots


def test_an_attached_disk_takes_place_and_state_from_its_instance(emulator: Emulator, api: Api) -> None:
    emulator.add_seed({"disks": [{"id": "d-1", "instance_id": "i-demo-stopped"}]})
    disk = api.disk("d-1")
    assert (disk["ZoneId"], disk["Status"], disk["Device"]) == ("cn-hangzhou-i", "In_use", "/dev/xvdc")


def test_an_instance_never_runs_out_of_device_names(emulator: Emulator, api: Api) -> None:
    emulator.add_seed({"disks": [{"id": f"d-{number}", "instance_id": "i-demo"} for number in range(26)]})
    assert [api.disk(disk_id)["Device"] for disk_id in ("d-23", "d-24", "d-25")] == [
        "/dev/xvdz",
        "/dev/xvdaa",
        "/dev/xvdab",
    ]


def test_part_of_a_setting_can_be_changed(emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"categories": {"cloud_essd": {"cut_seconds": 9}}}, "rules": {"images": 3}})
    settings = emulator.world.settings
    assert (settings.lifecycle.categories["cloud_essd"].cut_seconds, settings.rules.images) == (9, 3)
    assert settings.lifecycle.categories["cloud_essd"].available_seconds == 3
    assert "cloud" in settings.lifecycle.categories
