"""The state file: the whole world in SQLite, so that it survives a restart."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from ecs_emulator.records.codec import decode, encode
from ecs_emulator.world import World

_CLOCK = "clock"
_SCHEMA = "CREATE TABLE IF NOT EXISTS records (noun TEXT, id TEXT, body TEXT, PRIMARY KEY (noun, id))"
_UPSERT = "INSERT OR REPLACE INTO records (noun, id, body) VALUES (?, ?, ?)"
_DELETE = "DELETE FROM records WHERE noun = ? AND id = ?"


class Storage:
    """One state file; each save is one transaction that writes only what changed."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(_SCHEMA)

    def load(self, world: World) -> float | None:
        """Read the world from the file. Returns the emulated time of the last save, or None for a new file."""
        now = None
        for noun, record_id, body in self._connection.execute("SELECT noun, id, body FROM records ORDER BY rowid"):
            data = json.loads(body)
            if noun == _CLOCK:
                now = float(data)
            else:
                world.put(decode(world.tables[noun].record_type, data, f"{noun}.{record_id}"))
        for table in world.tables.values():
            table.take_changes()
        return now

    def save(self, world: World, now: float) -> None:
        """Write the changes since the last save, and the emulated time. Without a change it writes nothing."""
        rows = [
            (noun, record_id, record)
            for noun, table in world.tables.items()
            for record_id, record in table.take_changes().items()
        ]
        if not rows:
            return
        with self._connection:
            for noun, record_id, record in rows:
                self._write(noun, record_id, None if record is None else encode(record))
            self._write(_CLOCK, _CLOCK, now)

    def close(self, now: float) -> None:
        """Write the emulated time and close the file."""
        with self._connection:
            self._write(_CLOCK, _CLOCK, now)
        self._connection.close()

    def _write(self, noun: str, record_id: str, data: Any) -> None:
        if data is None:
            self._connection.execute(_DELETE, (noun, record_id))
        else:
            self._connection.execute(_UPSERT, (noun, record_id, json.dumps(data)))
