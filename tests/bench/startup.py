"""How long a provider's process takes from its start to its first answer."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc
from tests.bench.processes import seconds_since
from workbench.environment import CACHE, PYTHON, VENV, engine_environment

_RUNS = 5
COMMANDS = {
    "dynamic": [str(PYTHON), "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"],
    "plugin": [str(VENV / "bin" / "pulumi-resource-alicloud-snapshot"), "127.0.0.1:1"],
}


def first_answer(way: str) -> float:
    """Return the best of five runs, in seconds."""
    return min(_first_answer(COMMANDS[way]) for _ in range(_RUNS))


def _first_answer(command: list[str]) -> float:
    environment = engine_environment(CACHE) | {"PULUMI_CONFIG": "{}"}
    began = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=Path("/")
    ) as process:
        try:
            return _answered(process, began)
        finally:
            process.terminate()


def _answered(process: subprocess.Popen[bytes], began: float) -> float:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(
            empty_pb2.Empty(), wait_for_ready=True, timeout=10
        )
    return seconds_since(began)
