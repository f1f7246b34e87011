"""A file that only its own service can read: lines of JSON, compressed, in frames of AES-256-GCM.

Every file has a key of its own, wrapped by the sealing key in its first line. A frame counts itself and
says whether it is the last, so that nothing can be cut off, moved or changed unseen.
"""

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from types import TracebackType
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.store.crypto import SealBroken, Sealer

_MAGIC = "tanfang-sealed-1"
_PLACE = "sealed_files.key"
_FRAME = 1 << 20
_LENGTH = 4


class Damaged(Exception):
    """The file is no such file, was cut off or altered."""


class WrongKey(Exception):
    """The file was sealed with keys that this service lacks."""


class SealedWriter:
    """Writes lines; what is written counts only once the block is left without an exception."""

    def __init__(self, file: BinaryIO, sealer: Sealer, about: Mapping[str, Any]) -> None:
        self._file, self._pending, self._number = file, bytearray(), 0
        key, salt = os.urandom(32), os.urandom(16).hex()
        wrapped = b64encode(sealer.seal(_PLACE, salt, key)).decode()
        head = json.dumps({"format": _MAGIC, "about": about, "salt": salt, "key": wrapped}, ensure_ascii=False) + "\n"
        self._cipher, self._head = AESGCM(key), sha256(head.encode()).digest()
        self._compressor = zlib.compressobj(level=1)
        file.write(head.encode())

    def write(self, line: object) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        self._pending += self._compressor.compress(text.encode() + b"\n")
        while len(self._pending) >= _FRAME:
            self._frame(bytes(self._pending[:_FRAME]), last=False)
            del self._pending[:_FRAME]

    def __enter__(self) -> "SealedWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self._pending += self._compressor.flush()
            self._frame(bytes(self._pending), last=True)

    def _frame(self, content: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), content, self._head + bytes([last]))
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + bytes([last]) + sealed)
        self._number += 1


class SealedReader:
    """Reads what a ``SealedWriter`` wrote. Raises Damaged or WrongKey."""

    def __init__(self, file: BinaryIO, sealer: Sealer) -> None:
        self._file = file
        head = file.readline(1 << 16)
        try:
            opened = json.loads(head)
            if opened["format"] != _MAGIC:
                raise Damaged
            self.about: Mapping[str, Any] = opened["about"]
            key = sealer.open(_PLACE, opened["salt"], b64decode(opened["key"]))
        except SealBroken as error:
            raise WrongKey from error
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise Damaged from error
        self._cipher, self._head = AESGCM(key), sha256(head).digest()

    def lines(self) -> Iterator[Any]:
        inflating, rest = zlib.decompressobj(), b""
        for frame in self._frames():
            *whole, rest = (rest + _inflated(inflating, frame)).split(b"\n")
            yield from map(json.loads, whole)
        if rest or not inflating.eof:
            raise Damaged

    def _frames(self) -> Iterator[bytes]:
        number, last = 0, False
        while not last:
            start = self._file.read(_LENGTH + 1)
            length, last = int.from_bytes(start[:_LENGTH], "big"), start[_LENGTH:] == b"\1"
            if len(start) != _LENGTH + 1 or not 0 < length <= _FRAME + 64 + (_FRAME if last else 0):
                raise Damaged
            try:
                yield self._cipher.decrypt(_nonce(number), self._file.read(length), self._head + bytes([last]))
            except InvalidTag as error:
                raise Damaged from error
            number += 1
        if self._file.read(1):
            raise Damaged


def _inflated(inflating: Any, frame: bytes) -> bytes:
    try:
        return bytes(inflating.decompress(frame))
    except zlib.error as error:
        raise Damaged from error


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
