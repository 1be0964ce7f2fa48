"""The metrics of `alicloud-snapshot check`, in the text format that Prometheus' node_exporter collects from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..overview.freshness import Freshness, State

PREFIX = "alicloud_snapshot_"
Sample = tuple[Mapping[str, str], float]


def textfile_of(judged: Sequence[Freshness], orphans: Mapping[str, int]) -> str:
    """Return the metrics by disk, and the number of orphans by region. A disk without a success has time 0."""
    succeeded = [(_labels(each), each.last_success.timestamp() if each.last_success else 0.0) for each in judged]
    return "".join(
        (
            _metric(
                "last_success_timestamp_seconds", "The cut of the newest usable snapshot, 0 without one.", succeeded
            ),
            _metric(
                "unprotected",
                "1 if the disk has no usable snapshot that is recent enough.",
                [(_labels(each), float(each.state is not State.FRESH)) for each in judged],
            ),
            _metric("gib", "What the snapshots of the disk store.", [(_labels(each), each.gib) for each in judged]),
            _metric(
                "orphans",
                "Paid snapshots and groups that no intent claims.",
                [({"region": region}, float(number)) for region, number in orphans.items()],
            ),
        )
    )


def _labels(each: Freshness) -> dict[str, str]:
    return {"region": each.region, "disk": each.disk.disk_id, "instance": each.disk.instance_id}


def _metric(name: str, about: str, samples: Sequence[Sample]) -> str:
    heading = f"# HELP {PREFIX}{name} {about}\n# TYPE {PREFIX}{name} gauge\n"
    return heading + "".join(f"{PREFIX}{name}{{{_written(labels)}}} {value!r}\n" for labels, value in samples)


def _written(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
