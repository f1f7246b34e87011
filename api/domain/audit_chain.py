"""The chain over the audit (P39): each link holds a hash of its entry and of the link before it.

Whoever changes, takes away, or slips in an entry breaks the chain there; whoever makes the whole chain anew, or
puts yesterday's back, contradicts a checkpoint that has left the machine.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

BEGINNING = bytes(32)
IN_FLIGHT = timedelta(hours=1)
"""How much older than the entries linked before it an entry may be: the longest request, many times over."""

_SAID = (
    "seq",
    "at",
    "actor_id",
    "session_id",
    "roles",
    "areas",
    "reason",
    "operation",
    "object_ids",
    "fields",
    "purpose",
    "result",
    "request_id",
    "source",
)


class Break(StrEnum):
    """How an entry or a link shows that somebody was there."""

    CHANGED = "changed"  # 已被改动
    MISSING = "missing"  # 已被删除
    CUT = "cut"  # 链条缺失
    SLIPPED_IN = "slipped_in"  # 事后插入
    NOT_LINKED = "not_linked"  # 未入链
    CONTRADICTED = "contradicted"  # 与检查点不符


@dataclass(frozen=True, slots=True)
class Link:
    position: int
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of the chain at a moment, as it was signed."""

    position: int
    hash: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """``position``: of the link; ``seq``: of the entry, where one can be named."""

    what: Break
    position: int | None
    seq: int | None


def hash_of(before: bytes, entry: Mapping[str, Any]) -> bytes:
    """SHA-256 over the hash before and everything an entry says, as JSON with its names in order."""
    text = _AS_TEXT.encode({name: entry[name] for name in _SAID})
    return sha256(before + text.encode()).digest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


_AS_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain)


class Walk:
    """Goes along the chain link by link, in order of position, and says what is broken."""

    def __init__(self, checkpoints: Mapping[int, Checkpoint]) -> None:
        self._checkpoints = checkpoints
        self._before = Link(0, 0, BEGINNING)
        self._newest: datetime | None = None

    def step(self, link: Link, entry: Mapping[str, Any] | None) -> Broken | None:
        """The first thing wrong with a link, given the entry it was made for."""
        before, self._before = self._before, link
        if link.position != before.position + 1:
            return Broken(Break.CUT, before.position + 1, None)
        known = self._checkpoints.get(link.position)
        if known is not None and known.hash != link.hash:
            return Broken(Break.CONTRADICTED, link.position, link.seq)
        if entry is None:
            return Broken(Break.MISSING, link.position, link.seq)
        if hash_of(before.hash, entry) != link.hash:
            return Broken(Break.CHANGED, link.position, link.seq)
        if self._newest is not None and entry["at"] < self._newest - IN_FLIGHT:
            return Broken(Break.SLIPPED_IN, link.position, link.seq)
        self._newest = max(self._newest or entry["at"], entry["at"])
        return None

    def end(self) -> Broken | None:
        """Whether a checkpoint knows of a longer chain than there is."""
        beyond = [position for position in self._checkpoints if position > self._before.position]
        return Broken(Break.CUT, self._before.position + 1, None) if beyond else None
