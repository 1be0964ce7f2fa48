"""Runs programs of other languages for the engine, as Pulumi's own language hosts do: `pulumi --client ADDRESS`.

The hosts that Go modules offer are too old for hooks: the one for Node.js stands between program and engine, and does
not know the call that registers a hook. What a program is run by, Node.js's own `cmd/run` or the environment of a Go
program, is the current SDK's.
"""

# ruff: noqa: N802 - the protocol gives the methods their names and arguments

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

LOGGED = 32
"""What a program ends with whose errors the engine has been told."""

Command = Callable[[language_pb2.RunRequest], list[str]]


@dataclass(frozen=True)
class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs the program in `folder` by the command that `command` makes of the engine's request."""

    folder: Path
    command: Command

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version="1.0.0")

    def About(self, request: language_pb2.AboutRequest, context: grpc.ServicerContext) -> language_pb2.AboutResponse:
        return language_pb2.AboutResponse()

    def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        return language_pb2.GetRequiredPackagesResponse()

    def Run(self, request: language_pb2.RunRequest, context: grpc.ServicerContext) -> language_pb2.RunResponse:
        environment = os.environ | {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            "PULUMI_DRY_RUN": str(request.dryRun).lower(),
            "PULUMI_ENGINE": request.args[0],
            "PULUMI_NODEJS_TYPESCRIPT": "true",
            "PULUMI_MONITOR": request.monitor_address,
            "PULUMI_ORGANIZATION": request.organization,
            "PULUMI_PARALLEL": str(request.parallel),
            "PULUMI_PROJECT": request.project,
            "PULUMI_STACK": request.stack,
            "TS_NODE_TRANSPILE_ONLY": "true",  # that the program is typed is another test's matter
        }
        command = self.command(request)
        answer = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        if answer.returncode == LOGGED:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=answer.stdout + answer.stderr if answer.returncode else "")


@contextmanager
def served(host: LanguageHost) -> Iterator[str]:
    """Serve a host, and give its address."""
    server = grpc.server(ThreadPoolExecutor(4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()


def node_command(request: language_pb2.RunRequest) -> list[str]:
    """Return how the SDK for Node.js runs the program in its folder."""
    flags = {
        "monitor": request.monitor_address,
        "engine": request.args[0],
        "organization": request.organization,
        "project": request.project,
        "stack": request.stack,
        "parallel": str(request.parallel),
        "dry-run": str(request.dryRun).lower(),
    }
    runner = "node_modules/@pulumi/pulumi/cmd/run"
    return ["node", runner, *(f"--{name}={value}" for name, value in flags.items()), "."]
