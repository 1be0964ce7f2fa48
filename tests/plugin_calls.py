"""What stands for the engine when a test calls the plugin."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from google.rpc import status_pb2
from grpc.aio import AbortError
from pulumi.runtime.proto import provider_pb2


@dataclass
class Log:
    """What the user read."""

    told: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    progressing: asyncio.Event = field(default_factory=asyncio.Event)

    async def answers(self) -> bool:
        return True

    def note(self, urn: str, text: str, *, warning: bool = False) -> None:
        self.told.append(text)

    def progress(self, urn: str, text: str) -> None:
        self.passed.append(text)
        if text.startswith("snapshot "):
            self.progressing.set()

    async def flush(self) -> None:
        """Nothing is on its way."""


@dataclass
class Context:
    """What a call ended with."""

    text: str = ""
    detail: provider_pb2.ErrorResourceInitFailed | None = None

    async def abort(self, _code: object, text: str, metadata: tuple[tuple[str, bytes], ...] = ()) -> None:
        self.text = text
        for _key, packed in metadata:
            self.detail = provider_pb2.ErrorResourceInitFailed()
            status_pb2.Status.FromString(packed).details[0].Unpack(self.detail)
        raise AbortError
