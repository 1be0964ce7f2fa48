"""Ids and request ids. They look like those of ECS, and are the same in every run."""

from __future__ import annotations

import hashlib
import uuid

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_REGION_CODES = {"cn-hangzhou": "bp1", "cn-beijing": "2ze", "cn-hongkong": "j6c", "cn-shanghai": "uf6"}
_SUFFIX_LENGTH = 20


def resource_id(prefix: str, region_id: str, number: int) -> str:
    """Return an id such as `s-bp1…`: the prefix, the region's letters, and a digest of `number`, 20 letters in all."""
    code = _REGION_CODES.get(region_id, _letters(region_id, 3))
    return f"{prefix}-{code}{_letters(f'{prefix}:{region_id}:{number}', _SUFFIX_LENGTH - len(code))}"


def request_id(number: int) -> str:
    """Return the upper-case UUID of the request with this number."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"request:{number}")).upper()


def serial_number(record_id: str) -> str:
    """Return the serial number of a resource."""
    return uuid.uuid5(uuid.NAMESPACE_OID, record_id).hex[:20]


def _letters(text: str, length: int) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    letters = []
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)
