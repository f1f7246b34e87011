"""Which rows of a sheet are records, and which are titles, totals, signatures, notes or headings again."""

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from api.domain.errors import Fault
from api.imports.cells import MAX_RECORDS, Cell, Grid, NoResult, Row, is_blank, refused
from api.imports.headings import Column, Heading, Vocabulary, recognise

_FIRST_ROWS = 40  # where the first heading is looked for
_SAME_AS_ABOVE = frozenset({"同上", "同上行", "〃", "″", "”", "“", '"', "''"})
_TOTAL = re.compile(r"^(?:.{0,12}(?:合计|小计|总计|共计|累计)|共\d+[人户名].*|总人数.*)[:：]?\d*[人户名]?$")
_LONG_NUMBER = re.compile(r"\d{6}")
_VILLAGE = re.compile("村|社区")  # in a title: the whole sheet may be of one village
_FULL_ROW = 6  # filled columns: no signature line has so many
_SIGNATURE = re.compile(
    r"^(?:审核|审批|填表|填报|制表|经办|经手|复核|单位(?:盖章|公章|负责人)|[（(]?盖章|负责人|分管|主要领导|联系人|"
    r"联系电话|日期|说明|填写说明|填表说明|备注[:：]|注[:：]|注意|第\d+页|共\d+页)"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One data row under its headings."""

    row: Row
    columns: Mapping[str, tuple[Column, ...]]

    def cell(self, key: str) -> Cell:
        """The first filled cell under ``key``; None where there is none."""
        return next((cell for cell in self.cells(key) if not is_blank(cell)), None)

    def cells(self, key: str) -> tuple[Cell, ...]:
        return tuple(self.row.at(column.index) for column in self.columns.get(key, ()))

    def heading(self, key: str, otherwise: str) -> str:
        """The heading as printed, or ``otherwise`` where the sheet has none for ``key``."""
        columns = self.columns.get(key)
        return columns[0].heading if columns else otherwise


@dataclass(slots=True)
class Notes:
    """What is said of a file as a whole, complete when all its rows have been read.

    ``problems`` kept sheets from being read, those ``unread``; ``warnings`` say what was passed over.
    """

    problems: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Table:
    """One sheet. ``records``: to be read once; what stands besides it is complete when they have been.

    ``top``: the rows down to the end of the first heading. ``title``: what stands above it, line by line.
    """

    sheet: str
    top: tuple[Row, ...] = ()
    title: tuple[str, ...] = ()
    headings: list[Heading] = field(default_factory=list)
    records: Iterable[Record] = ()
    left_out: list[int] = field(default_factory=list)  # rows that are neither records nor known as anything else

    def problems(self, vocabulary: Vocabulary) -> Iterator[Fault]:
        """What keeps the sheet's rows from being read at all."""
        place = vocabulary.label_of_place if any(map(_VILLAGE.search, self.title)) else None
        missing = dict.fromkeys(label for heading in self.headings for label in heading.missing(vocabulary))
        if place is not None:
            missing.pop(place, None)
        if missing:
            yield Fault("headings_missing", self.sheet, {"sheet": self.sheet, "headings": "、".join(missing)})

    def warnings(self) -> Iterator[Fault]:
        """What was passed over on this sheet."""
        unknown = dict.fromkeys(text for heading in self.headings for text in heading.unknown)
        repeated = dict.fromkeys(text for heading in self.headings for text in heading.repeated)
        for code, texts in (("heading_unknown", unknown), ("heading_repeated", repeated)):
            for text in texts:
                yield Fault(code, text, {"sheet": self.sheet, "heading": text})
        if self.left_out:
            yield Fault("rows_left_out", params={"sheet": self.sheet, "rows": _shortened(self.left_out)})


def read_tables(workbook: Iterable[Grid], vocabulary: Vocabulary, notes: Notes) -> Iterator[Table]:
    """Every sheet with its records, which are read before the next sheet is asked for.

    A sheet without headings of this kind is passed over if another one has them. Raises ``Refused`` with
    file_too_many_records.
    """
    passed_over: list[Fault] = []
    found, count = False, _Count()
    for grid in workbook:
        rows = iter(grid.rows)
        first_rows = list(islice(rows, _FIRST_ROWS + 1))
        table = _table(grid.name, first_rows, rows, vocabulary)
        if table is None:
            passed_over += [Fault("sheet_passed_over", params={"sheet": grid.name})] if first_rows else []
            continue
        found = True
        table.records = count.up(table.records)
        yield table
        if problems := list(table.problems(vocabulary)):
            notes.problems += problems
            notes.unread.add(table.sheet)
        notes.warnings += table.warnings()
    if found:
        notes.warnings += passed_over
    else:
        notes.problems.append(Fault("headings_not_found", params={"headings": _needed(vocabulary)}))


@dataclass(slots=True)
class _Count:
    """Counts the records of a whole file."""

    number: int = 0

    def up(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.number += 1
            if self.number > MAX_RECORDS:
                raise refused("file_too_many_records", limit=MAX_RECORDS)
            yield record


def _table(name: str, first_rows: Sequence[Row], rows: Iterator[Row], vocabulary: Vocabulary) -> Table | None:
    """A sheet with its records; None where no heading that could say who is recognised in its first rows."""
    for start in range(min(len(first_rows), _FIRST_ROWS)):
        heading = recognise(first_rows, start, vocabulary)
        if heading and vocabulary.identity & heading.columns.keys():
            title = tuple(text for row in first_rows[:start] if (text := _first_text(row)))
            table = Table(name, tuple(first_rows[: start + heading.height]), title)
            table.records = _Body(table, vocabulary).read(chain(first_rows[start:], rows))
            return table
    return None


def _needed(vocabulary: Vocabulary) -> str:
    return "、".join(vocabulary.labels[group[0]] for group in vocabulary.needed)


@dataclass(slots=True)
class _Body:
    table: Table
    vocabulary: Vocabulary
    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    printed: set[Cell] = field(default_factory=set)
    above: dict[int, Cell] = field(default_factory=dict)

    def read(self, rows: Iterator[Row]) -> Iterator[Record]:
        """The records of rows that begin with a heading; a heading has two rows at most."""
        ahead = deque(islice(rows, 2))
        while ahead:
            heading = self._heading_at(ahead)
            taken = [ahead.popleft() for _ in range(heading.height if heading else 1)]
            ahead.extend(islice(rows, len(taken)))
            if heading is not None:
                self._begin(heading, taken)
            elif self._is_record(taken[0]):
                yield Record(self._with_repeats(taken[0]), self.columns)

    def _heading_at(self, ahead: Sequence[Row]) -> Heading | None:
        """A heading here: the first one, or one that repeats words of it, as on the top of every page."""
        if not self.printed or sum(cell in self.printed for cell in set(ahead[0].cells)) > 2:
            return recognise(ahead, 0, self.vocabulary)
        return None

    def _begin(self, heading: Heading, rows: Sequence[Row]) -> None:
        self.columns = heading.columns
        self.above.clear()
        self.table.headings.append(heading)
        self.printed |= {cell for row in rows for cell in row.cells if isinstance(cell, str) and cell}

    def _is_record(self, row: Row) -> bool:
        said = {key for key, columns in self.columns.items() if any(_says(row.at(each.index)) for each in columns)}
        if said <= self.vocabulary.places or self._closes(row, said):
            return False
        if self._is_about_somebody(row, said):
            return True
        self.table.left_out.append(row.number)
        return False

    def _closes(self, row: Row, said: Set[str]) -> bool:
        """Whether the row is a total, a signature or a note: it begins so, and no number says who it is about."""
        columns = (each for key in self.vocabulary.identity - {"name"} for each in self.columns.get(key, ()))
        if any(_LONG_NUMBER.search(str(row.at(each.index))) for each in columns):
            return False
        first = _first_text(row)
        return bool(_TOTAL.match(first) or (_SIGNATURE.match(first) and len(said) < _FULL_ROW))

    def _is_about_somebody(self, row: Row, said: Set[str]) -> bool:
        """Not one text over the whole width, not the second line of a merged person, and not a stray cell."""
        distinct = {cell for cell in row.cells if not is_blank(cell)}
        if len(said) > 1 and len(distinct) == 1:
            return False
        who = [each.index for key in said & self.vocabulary.identity for each in self.columns[key]]
        if who:
            return not row.from_above.issuperset(who)
        return len(said - self.vocabulary.places) > 2 and len(distinct) > 2

    def _with_repeats(self, row: Row) -> Row:
        """The row with 同上 and 〃 replaced by what stands above, except where it says who somebody is."""
        repeatable = {
            each.index
            for key, columns in self.columns.items()
            if key not in self.vocabulary.identity
            for each in columns
        }
        cells = tuple(
            self.above.get(index) if index in repeatable and _folded(cell) in _SAME_AS_ABOVE else cell
            for index, cell in enumerate(row.cells)
        )
        self.above = dict(enumerate(cells))
        return replace(row, cells=cells)


def _says(cell: Cell) -> bool:
    return not is_blank(cell) and not isinstance(cell, NoResult)


def _folded(cell: Cell) -> str:
    return "".join(cell.split()) if isinstance(cell, str) else ""


def _first_text(row: Row) -> str:
    texts = (cell for cell in row.cells if isinstance(cell, str) and cell.strip())
    return "".join(unicodedata.normalize("NFKC", next(texts, "")).split())


def _shortened(numbers: Sequence[int], most: int = 20) -> str:
    return "、".join(map(str, numbers[:most])) + ("…" if len(numbers) > most else "")
