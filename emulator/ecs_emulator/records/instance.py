"""Instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecs_emulator.records.step import Step

InstanceStatus = Literal["Pending", "Starting", "Running", "Stopping", "Stopped"]
STEADY: frozenset[InstanceStatus] = frozenset({"Running", "Stopped"})


@dataclass(frozen=True, slots=True)
class Instance:
    """One virtual machine. Times are epoch seconds (`start_time` None: it never ran), memory is in MiB.

    `agent_online` says if Cloud Assistant's agent answers while the instance runs. Without a `vswitch_id` the instance
    is in the classic network.
    """

    id: str
    region_id: str = ""
    zone_id: str = ""
    name: str = ""
    description: str = ""
    host_name: str = ""
    status: InstanceStatus = "Running"
    instance_type: str = "ecs.g7.large"
    cpu: int = 2
    memory: int = 8192
    image_id: str = ""
    os_type: Literal["linux", "windows"] = "linux"
    os_name: str = "Alibaba Cloud Linux  3.2104 LTS 64-bit"
    charge_type: Literal["PostPaid", "PrePaid"] = "PostPaid"
    private_ip: str = "172.16.0.10"
    vpc_id: str = "vpc-emulator"
    vswitch_id: str = "vsw-emulator"
    security_group_ids: tuple[str, ...] = ("sg-emulator",)
    agent_online: bool = True
    agent_version: str = "2.2.3.857"
    locks: tuple[str, ...] = ()
    stopped_mode: str = "Not-applicable"
    deletion_protection: bool = False
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    creation_time: float = 0.0
    start_time: float | None = None
    sequence: int = 0
    pending: tuple[Step, ...] = ()

    @property
    def is_classic(self) -> bool:
        """Whether it is in the classic network, which has no vSwitches."""
        return not self.vswitch_id
