"""The actions of Cloud Assistant: commands in instances, what became of them, and the agents that run them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from .client import EcsClient, created_id
from .models import AgentInfo, CommandRequest, InvocationInfo
from .transport import Listing
from .wire_format import parameters, tag_list

COMMAND_PAGE_SIZE = 50
"""The most results of commands that one Describe answers, and the most instances whose agents it is asked for."""
_INVOCATIONS = Listing(
    "DescribeInvocationResults", ("Invocation", "InvocationResults", "InvocationResult"), InvocationInfo
)
_AGENTS = Listing(
    "DescribeCloudAssistantStatus", ("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus"), AgentInfo
)


class CloudAssistant:
    """Cloud Assistant in the region of a client, as its account."""

    def __init__(self, client: EcsClient) -> None:
        self._client = client

    async def run_command(self, wanted: CommandRequest) -> str:
        """Begin to run a script once on instances, and return the invocation's id.

        A repeated `client_token` answers with the first call's invocation. What hinders one of the instances is said
        in its own result. Where the script runs out of time, so do the processes that it started.
        """
        given = parameters(wanted) | {
            "CommandContent": base64.b64encode(wanted.script.encode()).decode(),
            "ContentEncoding": "Base64",
            "TerminationMode": "ProcessTree",
        }
        body = await self._client.call("RunCommand", ", ".join(wanted.instance_ids[:3]), given)
        return created_id("RunCommand", body, "InvokeId")

    async def invocation(self, invoke_id: str) -> list[InvocationInfo]:
        """Return what became of a command, instance by instance."""
        return await self._invocations(invoke_id, {"InvokeId": invoke_id})

    async def invocations_of(self, instance_id: str, tags: Mapping[str, str]) -> list[InvocationInfo]:
        """Return what became of the instance's commands with all of `tags`, as far back as ECS keeps them."""
        return await self._invocations(instance_id, {"InstanceId": instance_id, "Tag": tag_list(tags)})

    async def stop_invocation(self, invoke_id: str) -> None:
        """Keep a command from starting where it has not, and end it where it runs."""
        await self._client.call("StopInvocation", invoke_id, {"InvokeId": invoke_id})

    async def agents(self, instance_ids: Sequence[str]) -> list[AgentInfo]:
        """Return the agents of Cloud Assistant on at most 50 instances."""
        given = {"InstanceId": instance_ids, "PageSize": COMMAND_PAGE_SIZE}
        page = await self._client.page(_AGENTS, ", ".join(instance_ids[:3]), given)
        return page.records

    async def _invocations(self, subject: str, filters: Mapping[str, Any]) -> list[InvocationInfo]:
        asked = {"ContentEncoding": "PlainText", "PageSize": COMMAND_PAGE_SIZE, **filters}
        return await self._client.numbered_pages(_INVOCATIONS, subject, asked) or []
