"""The SDK's own client, for what somebody does to an emulated cloud outside Pulumi."""

from __future__ import annotations

from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from ecs_emulator import Emulator
from workbench.stack import REGION


def ecs_client(emulator: Emulator, region: str = REGION) -> Client:
    """Gives a client of one of the emulator's regions."""
    return Client(
        Config(
            access_key_id="emulator-key-id",
            access_key_secret="emulator-key-secret",  # noqa: S106  (the emulator's own)
            endpoint=emulator.endpoint,
            protocol="http",
            region_id=region,
        )
    )
