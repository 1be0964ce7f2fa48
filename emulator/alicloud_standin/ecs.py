"""Calls ECS through its real SDK, with parameters and answers in ECS's own names."""

from __future__ import annotations

import asyncio
import re
from functools import cached_property
from typing import Any

from alicloud_standin.settings import Settings

_ATTEMPTS = 300
_PAUSE = 0.2

Item = dict[str, Any]
"""One disk, image, snapshot or instance as ECS describes it."""


class EcsError(Exception):
    """ECS refused a call, or did not end it. The text is one line for the user."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Ecs:
    """ECS in one region, under one account."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def region(self) -> str:
        return self._settings.region

    @cached_property
    def _client(self) -> Any:
        from alibabacloud_ecs20140526.client import Client  # noqa: PLC0415
        from alibabacloud_tea_openapi.utils_models import Config  # noqa: PLC0415

        return Client(
            Config(
                region_id=self._settings.region,
                endpoint=self._settings.endpoint or None,
                protocol=self._settings.protocol,
                access_key_id=self._settings.access_key,
                access_key_secret=self._settings.secret_key,
            )
        )

    async def call(self, action: str, **parameters: Any) -> Item:
        """Calls an action with its parameters and the region. Raises EcsError."""
        # The import of the SDK takes a second. A preview does not need it.
        from alibabacloud_ecs20140526 import models  # noqa: PLC0415
        from Tea.exceptions import TeaException  # noqa: PLC0415

        request = getattr(models, f"{action}Request")()
        request.from_map({"RegionId": self._settings.region} | parameters)
        try:
            response = await getattr(self._client, f"{_snake_case(action)}_async")(request)
        except TeaException as error:
            known = (action, error.code, error.message)
            raise EcsError(": ".join(str(part) for part in known if part), str(error.code)) from error
        return dict(response.body.to_map())

    async def when_free(self, action: str, busy: str, **parameters: Any) -> Item:
        """Calls an action, and repeats it while ECS refuses it with the code `busy`. Raises EcsError."""
        for _ in range(_ATTEMPTS):
            try:
                return await self.call(action, **parameters)
            except EcsError as error:
                if error.code != busy:
                    raise
            await asyncio.sleep(_PAUSE)
        return await self.call(action, **parameters)


def _snake_case(action: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", action).lower()
