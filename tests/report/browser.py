"""A headless Chromium, driven by its DevTools protocol: a page's errors, requests, measures and looks."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from workbench.chromium import find_chromium

CHROMIUM = find_chromium()
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
_PORT_LINE = "DevTools listening on "


class Tab:
    """One page of the browser. `events` are what the browser told of it, by method."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._reader = asyncio.create_task(self._read())

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol, and give its result."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        return await asyncio.wait_for(answer, 30)

    async def open(self, page: Path) -> None:
        """Load a file, and wait until that is done."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url=page.as_uri())
        await asyncio.wait_for(self._loaded.wait(), 30)

    async def show(self, *, width: int, dark: bool = False, height: int = 900) -> None:
        """Give the page a width in CSS pixels and a colour scheme."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self.call("Emulation.setEmulatedMedia", features=scheme)

    async def evaluate(self, script: str) -> Any:
        """Give the value of a JavaScript expression on the page."""
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def screenshot(self) -> bytes:
        """Give the whole page as a PNG."""
        shot = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def close(self) -> None:
        self._reader.cancel()

    @property
    def errors(self) -> list[str]:
        """What the page wrote to the console, threw, or was refused."""
        told = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}
        return [str(event) for method, event in self.events if method in told]

    @property
    def requests(self) -> list[str]:
        """The addresses that the page asked for, itself included."""
        return [event["request"]["url"] for method, event in self.events if method == "Network.requestWillBeSent"]

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told.get("result", {"exceptionDetails": told}))
                continue
            self.events.append((told["method"], told.get("params", {})))
            if told["method"] == "Page.loadEventFired":
                self._loaded.set()


@asynccontextmanager
async def open_tab(page: Path, profile: Path) -> AsyncIterator[Tab]:
    """Open a file in a browser of its own, whose profile is the given empty folder."""
    assert CHROMIUM is not None
    browser = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_OPTIONS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        port = await asyncio.wait_for(_port(browser), 60)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            listed = await (await session.get("/json/list")).json()
            address = next(each["webSocketDebuggerUrl"] for each in listed if each["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as socket:
                tab = Tab(socket)
                try:
                    await tab.open(page)
                    yield tab
                finally:
                    tab.close()
    finally:
        browser.terminate()
        await browser.wait()


async def _port(browser: asyncio.subprocess.Process) -> int:
    """Read from the browser's log where it listens, and let it write on."""
    assert browser.stderr is not None
    while line := (await browser.stderr.readline()).decode():
        if _PORT_LINE in line:
            return int(line.partition("127.0.0.1:")[2].partition("/")[0])
    raise AssertionError("the browser ended before it listened")
