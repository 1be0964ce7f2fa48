"""The region of a zone. A zone's id is the region's id and a letter."""

from __future__ import annotations

import re


def region_of_zone(zone_id: str) -> str:
    """Return the region of a zone such as cn-hangzhou-i or ap-southeast-1a, or "" if it is no zone id."""
    match = re.fullmatch(r"(.+-\d+)[a-z]", zone_id) or re.fullmatch(r"(.+)-[a-z]", zone_id)
    return match[1] if match else ""
