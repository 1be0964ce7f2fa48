"""Runs the plugin: prints its port for the engine, and serves until the engine interrupts it."""

import asyncio

from alicloud_standin.server import serve

if __name__ == "__main__":
    asyncio.run(serve())
