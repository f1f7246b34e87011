"""Sealed columns: AES-256-GCM bound to table, column and row; keyed indexes to find by a number.

A sealed value is ``algorithm | key id | nonce | ciphertext and tag``. The associated data names where the
value belongs, so that a ciphertext moved to another row does not open.
"""

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ALGORITHM = b"\x01"
_NONCE = 12


class SealBroken(Exception):
    """A sealed value does not open: moved, altered, or sealed with a key this service lacks."""


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """``current`` seals; every key of ``keys`` (one-byte id → 32 bytes) opens. ``index`` keys the look-ups."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)


class Sealer:
    def __init__(self, keys: SealingKeys) -> None:
        self._current = keys.current
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.keys.items()}
        self._index = keys.index

    def seal(self, place: str, row_id: object, value: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        cipher = self._ciphers[self._current]
        sealed = cipher.encrypt(nonce, value, _belongs(place, row_id))
        return _ALGORITHM + bytes([self._current]) + nonce + sealed

    def open(self, place: str, row_id: object, sealed: bytes) -> bytes:
        cipher = self._ciphers.get(sealed[1])
        if sealed[:1] != _ALGORITHM or cipher is None:
            raise SealBroken(place)
        try:
            return cipher.decrypt(sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :], _belongs(place, row_id))
        except InvalidTag as error:
            raise SealBroken(place) from error

    def seal_json(self, place: str, row_id: object, value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        return self.seal(place, row_id, text.encode())

    def open_json(self, place: str, row_id: object, sealed: bytes | None) -> Any:
        return None if sealed is None else json.loads(self.open(place, row_id, sealed))

    def index(self, purpose: str, value: str) -> bytes:
        """The keyed index of a number: equal numbers, equal bytes; nothing else can be told from it."""
        return hmac.digest(self._index, f"{purpose}|{value}".encode(), "sha256")

    def fingerprint(self, value: bytes) -> bytes:
        """A keyed hash for comparing two bodies without keeping either."""
        return hmac.digest(self._index, b"fingerprint|" + sha256(value).digest(), "sha256")


def _belongs(place: str, row_id: object) -> bytes:
    return f"{place}|{row_id}".encode()
