"""A file before anybody asks what it says: sheets of rows of cells, numbered as Excel numbers them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from api.domain.errors import Fault, Refused

MAX_BYTES = 32 * 1024 * 1024
MAX_RECORDS = 50_000
MAX_SHEETS = 60
MAX_ROWS = MAX_RECORDS + 200  # of one sheet: records, and the titles, totals and signatures around them
MAX_COLUMNS = 200


class NoResult(Enum):
    """A formula without a stored result, or with an error such as #N/A: nothing to read, yet not empty."""

    NO_RESULT = "no_result"


Cell = str | int | float | bool | datetime | date | time | timedelta | NoResult | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``cells`` end at the last filled one.

    ``from_above``: columns whose value belongs to a merged cell that begins in a row above.
    """

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False
    struck: bool = False  # 整行删除线
    from_above: frozenset[int] = frozenset()

    def at(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; rows without any value are left out.

    ``rows`` of a file are read while they are asked for, once, and before the next sheet is.
    """

    name: str
    rows: Iterable[Row]


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def refused(code: str, **params: str | int) -> Refused:
    """The refusal of a whole file, for one reason."""
    return Refused([Fault(code, params=params)])
