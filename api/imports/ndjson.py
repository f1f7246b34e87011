"""Records as lines of JSON, one object a line: the wire's own words, with no table around them."""

from collections.abc import Iterator
from typing import IO, Any

from api.domain.errors import DomainError, Fault
from api.domain.leads import Origin
from api.imports.cells import MAX_BYTES, MAX_RECORDS, refused
from api.imports.lead_sheets import LeadRow
from api.imports.visit_sheets import VisitRow
from api.schemas.json import read_json

_MOST_LINE = 256 * 1024  # bytes of one record
_BOM = b"\xef\xbb\xbf"

ERRORS = "_errors"
"""Beside the fields of a line that is sent back to be mended: what is wrong with it. Not read when it returns."""


def read_visit_lines(file: IO[bytes]) -> Iterator[VisitRow]:
    """Every line that is not blank as a row of its number; a line that is no object is that row's fault.

    Raises ``Refused`` with file_empty, file_too_large or file_too_many_records.
    """
    for row, record, faults in _lines(file):
        yield VisitRow(sheet="", row=row, record=record, faults=faults)


def read_lead_lines(file: IO[bytes], origin: Origin | None) -> Iterator[LeadRow]:
    """The same for leads; ``origin``: who names those whose line does not say so."""
    named = {"source": origin.source, "department": origin.department} if origin else {}
    for row, record, faults in _lines(file):
        lead = record if record is None or "source" in record else {**named, **record}
        yield LeadRow(sheet="", row=row, lead=lead, faults=faults)


_Line = tuple[int, dict[str, Any] | None, tuple[Fault, ...]]


def _lines(file: IO[bytes]) -> Iterator[_Line]:
    taken = 0
    for number, line in numbered(file):
        taken += 1
        if taken > MAX_RECORDS:
            raise refused("file_too_many_records", limit=MAX_RECORDS)
        record = _record(line)
        yield (number, None, (record,)) if isinstance(record, Fault) else (number, record, ())
    if not taken:
        raise refused("file_empty")


def numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Every line that is not blank with its number; of one that is too long, a little more than is allowed."""
    if file.seek(0, 2) > MAX_BYTES:
        raise refused("file_too_large", limit=f"{MAX_BYTES // 1024**2} MiB")
    file.seek(0)
    number = 0
    while line := file.readline(_MOST_LINE + 1):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(_MOST_LINE)):
            continue
        if line := line.removeprefix(_BOM if number == 1 else b"").strip():
            yield number, line


def _record(line: bytes) -> dict[str, Any] | Fault:
    if len(line) > _MOST_LINE:
        return Fault("line_too_long")
    try:
        record = read_json(line)
    except DomainError as error:
        return Fault(error.code, params=error.params)
    if not isinstance(record, dict):
        return Fault("line_not_object")
    record.pop(ERRORS, None)
    return record
