"""The fixtures and the marker that every pytest gets with the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models

from ecs_emulator import Emulator, default_seed

DISK = {"id": "d-web", "size": 40, "used_gib": 12}


def test_the_client_calls_the_emulator_and_time_stands_still_until_it_is_moved(ecs: Emulator, ecs_client: Any) -> None:
    request = models.CreateSnapshotRequest(disk_id="d-demo-system")
    taken = ecs_client.create_snapshot(request).body.snapshot_id
    assert ecs.describe_world()["snapshots"][0]["status"] == "progressing"
    ecs.advance(3600)
    assert [(entry.event, entry.id) for entry in ecs.events("snapshot.accomplished")] == [
        ("snapshot.accomplished", taken)
    ]


@pytest.mark.ecs_world(disks=[DISK])
def test_nouns_of_the_marker_make_a_world_with_the_usual_regions_and_keys(ecs: Emulator, ecs_client: Any) -> None:
    shown = ecs_client.describe_disks(models.DescribeDisksRequest(region_id="cn-hangzhou")).body.disks.disk
    assert [disk.disk_id for disk in shown] == ["d-web"]
    assert ecs.describe_world().get("instances", []) == []


@pytest.mark.ecs_world(default_seed(), rules={"manual_snapshots_per_disk": 1})
def test_a_seed_of_the_marker_is_the_world_and_nouns_change_it(ecs: Emulator, ecs_client: Any) -> None:
    request = models.CreateSnapshotRequest(disk_id="d-demo-system")
    ecs_client.create_snapshot(request)
    ecs.advance(3600)
    with pytest.raises(Exception, match=r"QuotaExceed\.Snapshot"):
        ecs_client.create_snapshot(request)


@pytest.mark.ecs_world(speed=1e6)
def test_with_a_speed_time_goes_on_by_itself(ecs: Emulator) -> None:
    began = ecs.now()
    while ecs.now() - began < 60:
        pass


def test_a_proxy_of_the_environment_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "from alibabacloud_ecs20140526.models import DescribeDisksRequest\n\n\n"
        "def test_it(ecs_client):\n    ecs_client.describe_disks(DescribeDisksRequest(region_id='cn-hangzhou'))\n"
    )
    environment = {"http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    assert "1 passed" in _pytest(tmp_path, **environment)


def test_pytest_shows_the_marker_and_imports_no_emulator_before_a_test_asks(tmp_path: Path) -> None:
    assert "@pytest.mark.ecs_world(seed=None, *, speed=None, **nouns): the world" in _pytest(tmp_path, "--markers")
    (tmp_path / "test_it.py").write_text(
        "import sys\n\n\ndef test_it():\n    assert 'aiohttp' not in sys.modules and 'yaml' not in sys.modules\n"
    )
    assert "1 passed" in _pytest(tmp_path)


def _pytest(folder: Path, *options: str, **environment: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), *options]
    answer = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
