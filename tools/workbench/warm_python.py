"""Runs Python programs for the tests, in forks of one process that has imported what they import.

A Python that runs a Pulumi program, serves a provider or runs a command spends most of its CPU time on imports. This
process does them once. `python -m workbench.warm_python SOCKET MODULE…` serves. `warm-client`, beside this file, sends
its arguments, working folder, environment and standard streams, forwards signals, and ends as the program ends. If the
client is killed, the program is killed, too.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import marshal
import os
import runpy
import selectors
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

from workbench.environment import PYTHON, ROOT

WARM_PYTHON = "WARM_PYTHON"
"""The environment variable that names the socket; `kept-python` and the launchers of plugins heed it."""

_OF_PULUMI = (
    "alibabacloud_ecs20140526.client",
    "alibabacloud_ecs20140526.models",
    "alicloud_snapshot_provider.adapters.dynamic",
    "alicloud_snapshot_provider.adapters.plugin.server",
    "alicloud_standin.server",
    "grpc._channel",
    "grpc._server",
    "grpc.experimental",
    "pulumi.dynamic",
    "pulumi.runtime",
    "pulumi_alicloud",
    "pulumi_alicloud_snapshot",
    "pulumi_alicloud_snapshot.plugin",
)
_LANGUAGE_HOST = "pulumi-language-python-exec"
"""If a run fails, Pulumi interrupts the program, which then waits 5 s for an answer that never comes. Here it ends."""

_STREAMS = 3
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Program:
    """What a client asks for: the arguments of a `python` command, where and in which environment."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]

    def run(self) -> None:
        """Runs the program as `python` does, with the options that Pulumi's hosts give."""
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        arguments = [each for each in self.arguments if each not in {"-u", "-P"}]
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            sys.path.insert(0, self.folder)
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            if arguments[0].endswith(_LANGUAGE_HOST):
                signal.signal(signal.SIGINT, signal.SIG_DFL)
            sys.argv = arguments
            sys.path.insert(0, os.path.dirname(arguments[0]))
            runpy.run_path(arguments[0], run_name="__main__")


class Server:
    """Forks a child for each client. Nothing here starts a thread: a fork would not have it."""

    def __init__(self, address: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(address)
        self._listener.listen()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._parent = os.getppid()

    def until_forked(self) -> Program:
        """Serves for ever; returns in each child, with what that is to run."""
        while os.getppid() == self._parent:
            for key, _ in self._selector.select(timeout=1):
                program: Program | None = key.data()
                if program:
                    return program
        sys.exit(0)

    def _accept(self) -> Program | None:
        client, _ = self._listener.accept()
        try:
            request, streams, _, _ = socket.recv_fds(client, _MOST_BYTES, _STREAMS)
        except ConnectionError:  # the client was killed before it asked
            client.close()
            return None
        child = os.fork()
        if child == 0:
            self._close(client)
            _take(streams)
            return Program(*marshal.loads(request))  # noqa: S302  (of the tests' own clients)
        for stream in streams:
            os.close(stream)
        running = _Running(child, client, self._selector)
        self._selector.register(client, selectors.EVENT_READ, running.heed)
        self._selector.register(running.watched, selectors.EVENT_READ, running.end)
        return None

    def _close(self, client: socket.socket) -> None:
        """Closes in the child what is the server's."""
        for key in list(self._selector.get_map().values()):
            with contextlib.suppress(OSError):
                os.close(key.fd)
        self._selector.close()
        client.close()


class _Running:
    """A child that runs a program for a client."""

    def __init__(self, child: int, client: socket.socket, selector: selectors.BaseSelector) -> None:
        self._child = child
        self._client = client
        self._selector = selector
        self.watched = os.pidfd_open(child)

    def heed(self) -> None:
        """Passes on the signal that the client got, or ends the child of a client that is gone."""
        if self._client.fileno() < 0:  # the child has ended meanwhile
            return
        received = self._client.recv(1)
        os.kill(self._child, received[0] if received else signal.SIGKILL)
        if not received:
            self._selector.unregister(self._client)

    def end(self) -> None:
        """Tells the client how the child ended."""
        _, status = os.waitpid(self._child, 0)
        code = os.waitstatus_to_exitcode(status)
        with contextlib.suppress(OSError):
            self._client.send(bytes([code % 256]))
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._client)
        self._selector.unregister(self.watched)
        self._client.close()
        os.close(self.watched)


def _take(streams: list[int]) -> None:
    """Makes the client's standard streams those of this process."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdout, sys.stderr = _unbuffered(1), _unbuffered(2)


def _unbuffered(stream: int) -> io.TextIOWrapper:
    """Opens a standard stream as `python -u` does."""
    return io.TextIOWrapper(io.FileIO(stream, "w", closefd=False), write_through=True)


@contextmanager
def warm_python(modules: Sequence[str] = _OF_PULUMI) -> Iterator[Path]:
    """Serves programs that import these modules, and gives the address."""
    with tempfile.TemporaryDirectory() as folder:
        address = Path(folder) / "warm-python"
        command = [str(PYTHON), "-m", "workbench.warm_python", str(address), *modules]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "tools")}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
            try:
                if server.stdout is None or not server.stdout.readline():
                    raise RuntimeError("warm_python ended before it served")
                yield address
            finally:
                server.kill()


def main(address: str, *modules: str) -> None:
    """Imports, serves, and in each child runs its program to the end of the process."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for module in modules:
        importlib.import_module(module)
    if "pulumi_alicloud" in sys.modules:
        hasattr(sys.modules["pulumi_alicloud"].ecs, "Instance")  # the package imports a module when it is first read
    # The SDK reads the certificates of all authorities for each endpoint, even over HTTP: 50 ms of CPU time.
    ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]
    ssl.create_default_context()
    gc.freeze()
    server = Server(address)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    _end(_code_of(server.until_forked()))


def _code_of(program: Program) -> int:
    """Runs the program, and gives the code with which Python would end."""
    try:
        program.run()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return -signal.SIGINT
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _end(code: int) -> NoReturn:
    """Ends as Python does, but does not free each object: of so many imports that takes half of a run's CPU time."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for the threads that are no daemons
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code % 256)


if __name__ == "__main__":
    main(*sys.argv[1:])
