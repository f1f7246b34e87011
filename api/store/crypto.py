"""Sealed columns bound to table, column and row; keyed indexes to find by a number.

A sealed value is ``algorithm | key id | nonce | ciphertext and tag``. The associated data names where the
value belongs, so that a ciphertext moved to another row does not open. There are two suites: AES-256-GCM with
HMAC-SHA256, and the national one, SM4-GCM (GB/T 32907) with HMAC-SM3 (GB/T 32905). What either sealed opens;
indexes are of one suite for as long as the database lives.
"""

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

_NONCE = 12
_TAG = 16


class SealBroken(Exception):
    """A sealed value does not open: moved, altered, or sealed with a key this service lacks."""


class Suite(Enum):
    """What seals and what indexes. The value is the byte before what is sealed."""

    INTERNATIONAL = 1  # AES-256-GCM, HMAC-SHA256
    NATIONAL = 2  # 国密 SM4-GCM, HMAC-SM3


class Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class SM4GCM:
    """SM4 in Galois/counter mode, as AESGCM is used; ``key``: 16 bytes. Raises InvalidTag."""

    key: bytes = field(repr=False)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        working = Cipher(algorithms.SM4(self.key), modes.GCM(nonce)).encryptor()
        working.authenticate_additional_data(associated_data)
        return working.update(data) + working.finalize() + working.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        working = Cipher(algorithms.SM4(self.key), modes.GCM(nonce, data[-_TAG:])).decryptor()
        working.authenticate_additional_data(associated_data)
        return working.update(data[:-_TAG]) + working.finalize()


def hmac_sm3(key: bytes, value: bytes) -> bytes:
    working = HMAC(key, SM3())
    working.update(value)
    return working.finalize()


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """``current`` seals; every key of ``keys`` (one-byte id → 32 bytes) opens. ``index`` keys the look-ups."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    suite: Suite = Suite.INTERNATIONAL


class Sealer:
    def __init__(self, keys: SealingKeys) -> None:
        self.use(keys)

    def use(self, keys: SealingKeys) -> None:
        """From now on, these keys; they index as those before them."""
        self._suite = keys.suite
        self.mark = bytes([keys.suite.value, keys.current])
        self._ciphers = {
            bytes([suite.value, key_id]): _cipher(suite, key) for key_id, key in keys.keys.items() for suite in Suite
        }
        self._index = keys.index

    def seal(self, place: str, row_id: object, value: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return self.mark + nonce + self._ciphers[self.mark].encrypt(nonce, value, _belongs(place, row_id))

    def open(self, place: str, row_id: object, sealed: bytes) -> bytes:
        cipher = self._ciphers.get(bytes(sealed[:2]))
        if cipher is None:
            raise SealBroken(place)
        try:
            return cipher.decrypt(sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :], _belongs(place, row_id))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(place) from error

    def seal_json(self, place: str, row_id: object, value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        return self.seal(place, row_id, text.encode())

    def open_json(self, place: str, row_id: object, sealed: bytes | None) -> Any:
        return None if sealed is None else json.loads(self.open(place, row_id, sealed))

    def index(self, purpose: str, value: str) -> bytes:
        """The keyed index of a number: equal numbers, equal bytes; nothing else can be told from it."""
        return self._digest(f"{purpose}|{value}".encode())

    def fingerprint(self, value: bytes) -> bytes:
        """A keyed hash for comparing two bodies without keeping either."""
        return self._digest(b"fingerprint|" + sha256(value).digest())

    def apart(self, world: str) -> "Sealer":
        """The same keys, always; but no index of ``world`` equals one of elsewhere."""
        return _Apart(self, world)

    def _digest(self, value: bytes) -> bytes:
        if self._suite is Suite.NATIONAL:
            return hmac_sm3(self._index, value)
        return hmac.digest(self._index, value, "sha256")


class _Apart(Sealer):
    def __init__(self, whole: Sealer, world: str) -> None:
        self._whole, self._world = whole, f"{world}|".encode()

    def seal(self, place: str, row_id: object, value: bytes) -> bytes:
        return self._whole.seal(place, row_id, value)

    def open(self, place: str, row_id: object, sealed: bytes) -> bytes:
        return self._whole.open(place, row_id, sealed)

    def _digest(self, value: bytes) -> bytes:
        return self._whole._digest(self._world + value)


def _cipher(suite: Suite, key: bytes) -> Aead:
    """SM4 takes 16 bytes: drawn from the key, so that neither suite's key tells the other's."""
    return AESGCM(key) if suite is Suite.INTERNATIONAL else SM4GCM(hmac_sm3(key, b"tanfang SM4-GCM")[:16])


def _belongs(place: str, row_id: object) -> bytes:
    return f"{place}|{row_id}".encode()
