"""Indexed collections of records that remember their changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar


class Record(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Record)
Keys = Callable[[R], Iterable[str]]


class Table(Generic[R]):
    """All records of one noun, in the order of their arrival. An id or an index finds them without a scan."""

    def __init__(self, record_type: type[R], indexes: Mapping[str, Keys[R]] | None = None) -> None:
        self.record_type = record_type
        self._records: dict[str, R] = {}
        self._keys = dict(indexes or {})
        self._found: dict[str, dict[str, dict[str, None]]] = {name: {} for name in self._keys}
        self._changed: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[R]:
        return iter(self._records.values())

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def __getitem__(self, record_id: str) -> R:
        return self._records[record_id]

    def get(self, record_id: str) -> R | None:
        return self._records.get(record_id)

    def by(self, index: str, key: str) -> list[R]:
        """Return the records under `key` in `index`."""
        return [self._records[record_id] for record_id in self._found[index].get(key, ())]

    def put(self, record: R) -> None:
        """Add the record, or replace the one with the same id."""
        self._reindex(self._records.get(record.id), record)
        self._records[record.id] = record
        self._changed[record.id] = None

    def remove(self, record_id: str) -> None:
        """Remove the record with this id, if it exists."""
        record = self._records.pop(record_id, None)
        if record is not None:
            self._reindex(record, None)
            self._changed[record_id] = None

    def take_changes(self) -> dict[str, R | None]:
        """Return the changes since the last call. None means that the record is gone."""
        changes = {record_id: self._records.get(record_id) for record_id in self._changed}
        self._changed.clear()
        return changes

    def _reindex(self, old: R | None, new: R | None) -> None:
        for name, keys_of in self._keys.items():
            before = set() if old is None else set(keys_of(old))
            after = set() if new is None else set(keys_of(new))
            if old is not None:
                self._unfile(name, before - after, old.id)
            if new is not None:
                for key in after - before:
                    self._found[name].setdefault(key, {})[new.id] = None

    def _unfile(self, name: str, keys: set[str], record_id: str) -> None:
        for key in keys:
            filed = self._found[name][key]
            del filed[record_id]
            if not filed:
                del self._found[name][key]
