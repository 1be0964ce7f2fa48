"""The actions of Cloud Assistant: commands in instances, what became of them, and the agents that run them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import Unavailable
from .client import EcsClient, unreadable
from .models import (
    AgentInfo,
    CommandRequest,
    InvocationInfo,
    agent_info,
    invocation_info,
    items_of,
    text,
    whole,
)

COMMAND_PAGE_SIZE = 50
"""The most results of commands that one Describe answers, and the most instances whose agents it is asked for."""


class CloudAssistant:
    """Cloud Assistant in the region of a client, as its account."""

    def __init__(self, client: EcsClient) -> None:
        self._client = client

    async def run_command(self, wanted: CommandRequest) -> str:
        """Begin to run a script once on instances, and return the invocation's id.

        A repeated `client_token` answers with the first call's invocation. What hinders one of the instances is said
        in its own result. Where the script runs out of time, so do the processes that it started.
        """
        models = self._client.models
        request = models.RunCommandRequest(
            region_id=self._client.region,
            name=wanted.name,
            type=wanted.kind,
            command_content=base64.b64encode(wanted.script.encode()).decode(),
            content_encoding="Base64",
            instance_id=list(wanted.instance_ids),
            client_token=wanted.client_token,
            timeout=wanted.timeout,
            username=wanted.username,
            working_dir=wanted.working_dir,
            termination_mode="ProcessTree",
            tag=[models.RunCommandRequestTag(key=key, value=value) for key, value in wanted.tags.items()],
        )
        body = await self._client.call("RunCommand", ", ".join(wanted.instance_ids[:3]), request)
        if not text(body.invoke_id):
            raise Unavailable("RunCommand answered without an InvokeId", remedy="Run `pulumi up` again.")
        return text(body.invoke_id)

    async def invocation(self, invoke_id: str) -> list[InvocationInfo]:
        """Return what became of a command, instance by instance."""
        return await self._invocations(invoke_id, invoke_id=invoke_id)

    async def invocations_of(self, instance_id: str, tags: Mapping[str, str]) -> list[InvocationInfo]:
        """Return what became of the instance's commands with all of `tags`, as far back as ECS keeps them."""
        tag = self._client.models.DescribeInvocationResultsRequestTag
        wanted = [tag(key=key, value=value) for key, value in tags.items()]
        return await self._invocations(instance_id, instance_id=instance_id, tag=wanted)

    async def stop_invocation(self, invoke_id: str) -> None:
        """Keep a command from starting where it has not, and end it where it runs."""
        request = self._client.models.StopInvocationRequest(region_id=self._client.region, invoke_id=invoke_id)
        await self._client.call("StopInvocation", invoke_id, request)

    async def agents(self, instance_ids: Sequence[str]) -> list[AgentInfo]:
        """Return the agents of Cloud Assistant on at most 50 instances."""
        request = self._client.models.DescribeCloudAssistantStatusRequest(
            region_id=self._client.region, instance_id=list(instance_ids), page_size=COMMAND_PAGE_SIZE
        )
        body = await self._client.call("DescribeCloudAssistantStatus", ", ".join(instance_ids[:3]), request)
        listed = items_of(body.instance_cloud_assistant_status_set, "instance_cloud_assistant_status")
        return [agent_info(record) for record in listed]

    async def _invocations(self, subject: str, **filters: Any) -> list[InvocationInfo]:
        found: list[InvocationInfo] = []
        request = self._client.models.DescribeInvocationResultsRequest(
            region_id=self._client.region,
            content_encoding="PlainText",
            page_size=COMMAND_PAGE_SIZE,
            page_number=1,
            **filters,
        )
        while True:
            page = (await self._client.call("DescribeInvocationResults", subject, request)).invocation
            if page is None:
                raise unreadable("DescribeInvocationResults", subject, "it lists nothing")
            records = items_of(page.invocation_results, "invocation_result")
            found += [invocation_info(record) for record in records]
            if len(records) < COMMAND_PAGE_SIZE or len(found) >= (whole(page.total_count) or 0):
                return found
            request.page_number += 1
