"""Visit records as lines of JSON, one object a line: the wire's own words, with no table around them."""

from collections.abc import Iterator

from api.domain.errors import DomainError, Fault
from api.imports.cells import MAX_BYTES, MAX_RECORDS, refused
from api.imports.visit_sheets import VisitReading, VisitRow
from api.schemas.json import read_json

_MOST_LINE = 256 * 1024  # bytes of one record


def read_visit_lines(data: bytes) -> VisitReading:
    """Every line that is not blank as a row of its number; a line that is no object is that row's fault.

    Raises ``Refused`` with file_empty, file_too_large or file_too_many_records.
    """
    if len(data) > MAX_BYTES:
        raise refused("file_too_large", limit=f"{MAX_BYTES // 1024**2} MiB")
    rows = tuple(_rows(data.removeprefix(b"\xef\xbb\xbf")))
    if not rows:
        raise refused("file_empty")
    return VisitReading((), (), rows)


def _rows(data: bytes) -> Iterator[VisitRow]:
    taken = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        taken += 1
        if taken > MAX_RECORDS:
            raise refused("file_too_many_records", limit=MAX_RECORDS)
        yield _row(number, line)


def _row(number: int, line: bytes) -> VisitRow:
    if len(line) > _MOST_LINE:
        return VisitRow(sheet="", row=number, record=None, faults=(Fault("line_too_long"),))
    try:
        record = read_json(line)
    except DomainError as error:
        return VisitRow(sheet="", row=number, record=None, faults=(Fault(error.code, params=error.params),))
    if not isinstance(record, dict):
        return VisitRow(sheet="", row=number, record=None, faults=(Fault("line_not_object"),))
    return VisitRow(sheet="", row=number, record=record)
