"""Passwords: what may be one, and how it is kept (argon2id, a few at a time, away from the event loop)."""

import asyncio
import os
import secrets
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import TypeVar
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from api.domain.errors import Fault
from api.logs import log

LEAST_LENGTH = 10
_LEAST_DIFFERENT = 4
_ENDINGS = "0123456789!@#$%&*._-"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none is taken for another when read aloud or from paper

_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))

T = TypeVar("T")


def _stand_back() -> None:
    """Let every other thread of the machine go first, where the system knows of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


_workers = ThreadPoolExecutor(2, "passwords", initializer=_stand_back)


def first_password() -> str:
    """A random password (79 bits) in four groups, to be read from a slip of paper once."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def password_faults(password: str, username: str, pointer: str) -> list[Fault]:
    """What speaks against a password: too short, among the commonest, or the username."""
    plain = _normal(password).casefold()
    if len(plain) < LEAST_LENGTH:
        return [Fault("password_too_short", pointer, {"least": LEAST_LENGTH})]
    if plain == username or plain.strip(_ENDINGS) == username.strip(_ENDINGS) != "":
        return [Fault("password_is_username", pointer)]
    if plain in _commonest() or len(set(plain)) < _LEAST_DIFFERENT:
        return [Fault("password_too_common", pointer)]
    return []


async def hashed(password: str) -> str:
    return await _in_turn(lambda: _hasher.hash(_bytes(password)))


async def matches(password: str, password_hash: str | None, *, account: UUID | None) -> bool:
    """Whether the password fits; for nobody's hash, and for one that cannot be read, it takes as long and never does.

    ``account``: whose hash it is, for the log to name when it cannot be read.
    """
    return await _in_turn(lambda: _fits(password, password_hash, account))


def _fits(password: str, password_hash: str | None, account: UUID | None) -> bool:
    given = _bytes(password)
    if password_hash is not None:
        try:
            return _hasher.verify(given, password_hash)
        except (UnknownHashError, UnicodeEncodeError):  # of another scheme, cut off, or no ASCII at all
            log.error("password_hash_unreadable", account=str(account))
    _hasher.verify(given, _nobodys())
    return False


async def _in_turn(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_workers, work)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_bytes(32))


@cache
def _commonest() -> frozenset[str]:
    return frozenset((files("api") / "common_passwords.txt").read_text("utf-8").splitlines())


def _normal(password: str) -> str:
    """One spelling for what different keyboards send for the same characters."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode(errors="surrogatepass")
