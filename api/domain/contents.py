"""When two records say the same, and what names a record that brings no name of its own (domain rule A16).

A record is known by (source, external_id). Sent again it is *unchanged* if it says the same, in whatever
order, spelling of time or way of naming the elder.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from api.domain.visits import VisitRecord

_ADDRESS = {"external_id", "external_version", "elder", "from_file"}
_ON_THE_FORM = {"method", "outcome", "worker", "started_at", "ended_at", "visited_on", "notes"}
_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_DIGEST = 32  # bytes
_MINUTE = len("2026-11-23T01:00")


def content_hash(record: VisitRecord, elder_id: UUID) -> bytes:
    """64 bytes: a digest of all that the record says, then one of what a column of a file can say.

    A worker counts as he is named: where a roster resolves names, resolve before hashing.
    """
    said = _plain(record)
    whole = {name: value for name, value in said.items() if name not in _ADDRESS}
    form = {name: value for name, value in said.items() if name in _ON_THE_FORM}
    form["observations"] = {name: box for name, box in said["observations"].items() if name != "responsiveness"}
    form |= {name: form[name][:_MINUTE] for name in ("started_at", "ended_at") if name in form}
    return _digest(elder_id, whole) + _digest(elder_id, form)


def says_the_same(stored: bytes, sent: bytes, *, from_file: bool) -> bool:
    """Whether a record sent again adds nothing; a file is held only to what files can say."""
    return stored[_DIGEST:] == sent[_DIGEST:] if from_file else stored == sent


def derived_external_id(source: str, elder_id: UUID, day: date, start: datetime | int, worker: str) -> str:
    """The name of a record without one: the same visit gets the same name again.

    ``start``: when it began, or the ordinal among the sender's records of that elder, day and worker.
    Begins with ``~``, which no sender may use.
    """
    began = _plain(start) if isinstance(start, datetime) else start
    return "~" + sha256(_written([source, str(elder_id), day.isoformat(), began, worker])).hexdigest()


def ticked(record: VisitRecord) -> str:
    """What was ticked, in one spelling whatever was sent first; to be compared, never to be read."""
    return _written(_plain(record.observations)).decode("ascii")


def published_hash(content: Mapping[str, Any]) -> str:
    """The SHA-256, in hexadecimal, that both sides can take of one record to compare what they hold.

    ``content``: the record on the wire without what names it, without what is null, an empty list or a default.
    ``canonical`` is the text that is hashed, as UTF-8; the rule stands in the description of ``reconcile``.
    """
    return sha256(canonical({name: said for name, said in content.items() if name not in _NAMES}).encode()).hexdigest()


_NAMES = ("elder", "external_id", "external_version")


def canonical(value: Any) -> str:
    """JSON of one spelling: names in order of their code points, lists as sets, numbers to six decimals, no blanks."""
    if isinstance(value, Mapping):
        members = (f"{_quoted(name)}:{canonical(said)}" for name, said in sorted(value.items()) if said is not None)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(sorted(canonical(each) for each in value)) + "]"
    if isinstance(value, float):
        shortened = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if shortened == "-0" else shortened
    return _quoted(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _digest(elder_id: UUID, content: dict[str, Any]) -> bytes:
    return sha256(_written({"elder_id": str(elder_id), **content})).digest()


@cache
def _parts(kind: type[Any]) -> tuple[str, ...]:
    """The names of a fact's parts; none of anything else."""
    return tuple(part.name for part in fields(kind)) if is_dataclass(kind) else ()


def _plain(value: Any) -> Any:
    """JSON of one spelling: what is absent is left out, lists are sets, instants are UTC."""
    if isinstance(value, str | int):  # most of all; words of a code table are text
        return value
    if parts := _parts(value.__class__):
        said = [(name, getattr(value, name)) for name in parts]
        return {name: _plain(content) for name, content in said if content is not None and content != ()}
    if isinstance(value, tuple):
        return sorted((_plain(part) for part in value), key=_written)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, date | UUID) else value


def _written(value: Any) -> bytes:
    return _SPELLING.encode(value).encode("ascii")
