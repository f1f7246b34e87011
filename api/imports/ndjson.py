"""Records as lines of JSON, one object a line: the wire's own words, with no table around them."""

from collections.abc import Iterator
from typing import Any

from api.domain.errors import DomainError, Fault
from api.domain.leads import Origin
from api.imports.cells import MAX_BYTES, MAX_RECORDS, refused
from api.imports.lead_sheets import LeadReading, LeadRow
from api.imports.visit_sheets import VisitReading, VisitRow
from api.schemas.json import read_json

_MOST_LINE = 256 * 1024  # bytes of one record


def read_visit_lines(data: bytes) -> VisitReading:
    """Every line that is not blank as a row of its number; a line that is no object is that row's fault.

    Raises ``Refused`` with file_empty, file_too_large or file_too_many_records.
    """
    lines = _lines(data)
    return VisitReading((), (), tuple(VisitRow(sheet="", row=row, record=r, faults=f) for row, r, f in lines))


def read_lead_lines(data: bytes, origin: Origin | None) -> LeadReading:
    """The same for leads; ``origin``: who names those whose line does not say so."""
    named = {"source": origin.source, "department": origin.department} if origin else {}
    rows = []
    for row, record, faults in _lines(data):
        lead = record if record is None or "source" in record else {**named, **record}
        rows.append(LeadRow(sheet="", row=row, lead=lead, faults=faults))
    return LeadReading((), (), tuple(rows))


_Line = tuple[int, dict[str, Any] | None, tuple[Fault, ...]]


def _lines(data: bytes) -> list[_Line]:
    if len(data) > MAX_BYTES:
        raise refused("file_too_large", limit=f"{MAX_BYTES // 1024**2} MiB")
    lines = list(_numbered(data.removeprefix(b"\xef\xbb\xbf")))
    if not lines:
        raise refused("file_empty")
    return lines


def _numbered(data: bytes) -> Iterator[_Line]:
    taken = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        taken += 1
        if taken > MAX_RECORDS:
            raise refused("file_too_many_records", limit=MAX_RECORDS)
        record = _record(line)
        yield (number, None, (record,)) if isinstance(record, Fault) else (number, record, ())


def _record(line: bytes) -> dict[str, Any] | Fault:
    if len(line) > _MOST_LINE:
        return Fault("line_too_long")
    try:
        record = read_json(line)
    except DomainError as error:
        return Fault(error.code, params=error.params)
    return record if isinstance(record, dict) else Fault("line_not_object")
