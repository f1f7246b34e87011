"""A table as CSV that Excel and WPS open by a double click: UTF-8 with its mark, and nothing in it is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from api.domain.spreadsheets import inactive

MEDIA_TYPE = "text/csv"
_MARK = b"\xef\xbb\xbf"

Cell = str | int | Decimal | None
"""Numbers are numbers; a text stays one, whatever it begins with."""


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([inactive(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return _MARK + out.getvalue().encode()
