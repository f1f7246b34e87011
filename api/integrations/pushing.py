"""Visit records out of a file of JSON lines into the service, batch after batch.

Where a batch ends depends on the file alone, so that a file which is pushed again has the same batches: those
that were acknowledged are passed over, and the one that was under way goes out under the key it had.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.domain.errors import DomainError, Fault
from api.integrations.client import ApiClient
from api.integrations.journals import Journal, Outcome, Refusal
from api.messages import Language, spoken
from api.schemas.json import read_json

MOST_RECORDS = 500
_MOST_BYTES = 1_900_000  # of the 2 MiB that a body may have
_MOST_LINE = 256 * 1024
_BOM = b"\xef\xbb\xbf"

ERRORS = "_errors"
"""The member that an error file adds to each record; a record that is pushed again goes without it."""
_UNREAD = "_line"  # a line that is no record, as it was


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: a record, or what is wrong with it."""

    number: int
    record: Mapping[str, Any] | None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """``ends_at``: how many bytes of the file lie before the next one."""

    index: int
    lines: Sequence[Line]
    ends_at: int


def batches_of(file: Path) -> Iterator[Batch]:
    """The file in parts of at most 500 records and 1.9 MB; blank lines are passed over."""
    lines: list[Line] = []
    index = size = position = 0
    for number, raw in _numbered(file):
        line, length = _read(number, raw)
        if lines and (len(lines) == MOST_RECORDS or size + length > _MOST_BYTES):
            yield Batch(index, tuple(lines), position)
            lines, size, index = [], 0, index + 1
        position += len(raw)
        if line is not None:
            lines.append(line)
            size += length
    if lines:
        yield Batch(index, tuple(lines), position)


def push_lines(api: ApiClient, file: Path, journal: Journal) -> Iterator[tuple[Batch, Outcome]]:
    """Send what the journal does not know to be acknowledged; every batch with what became of it.

    Raises ``ApiProblem`` and ``Unreachable``; the journal then knows how far it got.
    """
    for batch in batches_of(file):
        outcome = journal.outcome_of(batch.index)
        if outcome is None:
            outcome = _send(api, batch, "commit", journal.key(batch.index))
            journal.note(batch.index, outcome)
        yield batch, outcome


def check_lines(api: ApiClient, file: Path) -> Iterator[tuple[Batch, Outcome]]:
    """Every batch with what would become of it; nothing is kept."""
    for batch in batches_of(file):
        yield batch, _send(api, batch, "validate")


def write_errors(file: Path, refusals: Mapping[int, Refusal], path: Path) -> None:
    """The refused records of the file, each as it was sent with ``_errors`` added."""
    refused = [_with_errors(number, raw, refusals[number]) for number, raw in _numbered(file) if number in refusals]
    write_privately(path, b"".join(refused))


def write_privately(path: Path, content: bytes) -> None:
    """For its owner's eyes only: there are people in it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)


def _with_errors(number: int, raw: bytes, refusal: Refusal) -> bytes:
    line = _read(number, raw)[0]
    sent = line.record if line else None
    kept = dict(sent) if sent is not None else {_UNREAD: raw.decode("utf-8", "replace").strip()}
    return json.dumps({**kept, ERRORS: refusal.errors}, ensure_ascii=False).encode() + b"\n"


def _send(api: ApiClient, batch: Batch, mode: str, key: str | None = None) -> Outcome:
    readable = [line for line in batch.lines if line.record is not None]
    refusals = [_unreadable(line) for line in batch.lines if line.fault is not None]
    counts = Counter({"rejected": len(refusals)} if refusals else {})
    escalations = 0
    if readable:
        body = {"items": [line.record for line in readable], "mode": mode}
        items = api.post("/v1/visits/batch", body, key=key).json()["items"]
        for line, item in zip(readable, items, strict=True):
            counts[item["result"]] += 1
            escalations += len(item["opened"]["escalations"])
            if item["result"] == "rejected":
                refusals.append(Refusal(line.number, item["external_id"], [_short(error) for error in item["errors"]]))
    return Outcome(dict(counts), escalations, sorted(refusals, key=lambda refusal: refusal.line))


def _short(error: Mapping[str, Any]) -> dict[str, Any]:
    return {name: error[name] for name in ("pointer", "code", "detail", "fix")}


def _unreadable(line: Line) -> Refusal:
    assert line.fault is not None
    text = spoken(line.fault.code, line.fault.params, Language.ZH)
    error = {"pointer": "", "code": line.fault.code, "detail": text.detail, "fix": text.fix}
    return Refusal(line.number, None, [error])


def _numbered(file: Path) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as lines:
        yield from enumerate(lines, start=1)


def _read(number: int, raw: bytes) -> tuple[Line | None, int]:
    """The line, and the size it has in a batch; None for a blank one."""
    text = raw.removeprefix(_BOM).strip()
    if not text:
        return None, 0
    if len(text) > _MOST_LINE:
        return Line(number, None, Fault("line_too_long")), 0
    try:
        record = read_json(text)
    except DomainError as error:
        return Line(number, None, Fault(error.code, params=error.params)), 0
    if not isinstance(record, dict):
        return Line(number, None, Fault("line_not_object")), 0
    record.pop(ERRORS, None)
    return Line(number, record), len(json.dumps(record)) + 1
