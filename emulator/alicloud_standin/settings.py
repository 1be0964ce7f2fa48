"""The settings of the stand-in: `alicloud:*`, or the arguments of an `alicloud.Provider`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """The endpoint of ECS and the credentials."""

    region: str
    endpoint: str
    protocol: str
    access_key: str
    secret_key: str = field(repr=False)


def read_settings(configured: Mapping[str, str]) -> Settings:
    """Reads the settings from the provider's inputs, which are all texts, or from the environment."""
    (endpoints,) = json.loads(configured.get("endpoints", "[{}]"))
    return Settings(
        region=configured.get("region") or os.environ.get("ALICLOUD_REGION", ""),
        endpoint=endpoints.get("ecs") or os.environ.get("ECS_ENDPOINT", ""),
        protocol=configured.get("protocol", "HTTPS"),
        access_key=configured.get("accessKey") or os.environ.get("ALICLOUD_ACCESS_KEY", ""),
        secret_key=configured.get("secretKey") or os.environ.get("ALICLOUD_SECRET_KEY", ""),
    )
