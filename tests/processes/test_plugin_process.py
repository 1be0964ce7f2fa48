"""The plugin as a process: it starts without the ECS client and Pulumi's SDK, and ends when the engine says so."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

EXECUTABLE = Path(sys.executable).with_name("pulumi-resource-alicloud-snapshot")


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([EXECUTABLE, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_ends_cleanly(process: subprocess.Popen[str], number: signal.Signals) -> None:
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        provider = provider_pb2_grpc.ResourceProviderStub(channel)
        assert provider.GetPluginInfo(empty_pb2.Empty()).version
    process.send_signal(number)
    assert process.wait(timeout=240) == 0


def _printed(script: str) -> str:
    return subprocess.check_output([sys.executable, "-c", script], text=True).strip()


_STARTED = (
    "import sys; from alicloud_snapshot_provider.adapters.plugin.protocol import import_protocol; import_protocol(); "
    "import alicloud_snapshot_provider.adapters.plugin.server; "
)


def test_it_starts_without_the_ecs_client_and_without_the_rest_of_pulumi() -> None:
    needless = "('aiohttp', 'alibabacloud', 'Tea', 'darabonba', 'pulumi')"
    imported = f"[name for name in sys.modules if name.startswith({needless})]"
    assert _printed(f"{_STARTED}print([name for name in {imported} if '.proto' not in name])") == "[]"


def test_pulumi_can_be_imported_after_the_start() -> None:
    script = "protocol = sys.modules['pulumi.runtime.proto']; import pulumi, pulumi.runtime.proto as later; "
    assert _printed(f"{_STARTED}{script}print(later is protocol, pulumi.Output.__name__)") == "True Output"


def test_it_ends_with_its_engine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = f"127.0.0.1:{engine.getsockname()[1]}"
        with subprocess.Popen([EXECUTABLE, address], stdout=subprocess.PIPE, text=True) as process:
            engine.accept()[0].close()
            engine.close()
            try:
                assert process.wait(timeout=240) == 0
            finally:
                process.kill()


def test_without_the_engines_address_it_says_so_in_one_sentence_and_serves() -> None:
    with subprocess.Popen([EXECUTABLE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            provider = provider_pb2_grpc.ResourceProviderStub(channel)
            assert provider.GetPluginInfo(empty_pb2.Empty()).version
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said == (
        "The engine's address, which `pulumi` gives when it starts this plugin, is missing: run `pulumi`, or attach it "
        f"to this process by PULUMI_DEBUG_PROVIDERS=alicloud-snapshot:{port}.\n"
    )
