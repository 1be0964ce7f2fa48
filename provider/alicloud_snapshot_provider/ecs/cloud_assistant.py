"""The calls of Cloud Assistant: commands in instances, their results, and the agents that run them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from .client import EcsClient, created_id, some_of
from .models import AgentInfo, CommandRequest, InvocationInfo
from .transport import Listing
from .wire_format import parameters, tag_list

COMMAND_PAGE_SIZE = 50
"""The most results on one page, and the most instances in one question for agents."""
_INVOCATIONS = Listing(
    "DescribeInvocationResults", ("Invocation", "InvocationResults", "InvocationResult"), InvocationInfo
)
_AGENTS = Listing(
    "DescribeCloudAssistantStatus", ("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus"), AgentInfo
)


class CloudAssistant:
    """Cloud Assistant in the region and account of a client."""

    def __init__(self, client: EcsClient) -> None:
        self._client = client

    async def run_command(self, request: CommandRequest) -> str:
        """Begin to run a script on instances, and return the invocation's id.

        The same `client_token` returns the same invocation again. If one instance cannot run it, its result says so. A
        time-out ends the script and the processes that it started.
        """
        given = parameters(request) | {
            "CommandContent": base64.b64encode(request.script.encode()).decode(),
            "ContentEncoding": "Base64",
            "TerminationMode": "ProcessTree",
        }
        body = await self._client.call("RunCommand", some_of(request.instance_ids), given)
        return created_id("RunCommand", body, "InvokeId")

    async def invocation(self, invoke_id: str) -> list[InvocationInfo]:
        """Return the results of a command, one for each instance."""
        return await self._invocations(invoke_id, {"InvokeId": invoke_id})

    async def invocations_of(self, instance_id: str, tags: Mapping[str, str]) -> list[InvocationInfo]:
        """Return the results of the instance's commands that have all `tags`. ECS keeps them for some time."""
        return await self._invocations(instance_id, {"InstanceId": instance_id, "Tag": tag_list(tags)})

    async def stop_invocation(self, invoke_id: str) -> None:
        """Stop a command on every instance, whether it runs there already or not."""
        await self._client.call("StopInvocation", invoke_id, {"InvokeId": invoke_id})

    async def agents(self, instance_ids: Sequence[str]) -> list[AgentInfo]:
        """Return the agents on at most 50 instances."""
        given = {"InstanceId": instance_ids, "PageSize": COMMAND_PAGE_SIZE}
        return (await self._client.page(_AGENTS, some_of(instance_ids), given)).records

    async def _invocations(self, subject: str, filters: Mapping[str, Any]) -> list[InvocationInfo]:
        asked = {"ContentEncoding": "PlainText", "PageSize": COMMAND_PAGE_SIZE, **filters}
        return await self._client.numbered_pages(_INVOCATIONS, subject, asked) or []
