"""The own, bounded pass over a sheet's XML: what openpyxl does not tell, and proof that it is safe to read.

openpyxl builds the tree of a whole row before any limit applies and, in read-only mode, knows neither
merged ranges nor hidden rows nor formulas without a stored value. This pass streams, keeps only those,
and refuses what no spreadsheet program writes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from api.imports.cells import MAX_COLUMNS, MAX_ROWS, refused

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_DEEPEST = 32  # elements in elements
_MAX_CELL_TEXT = 40_000  # Excel allows 32,767 characters
_MAX_ROW_ELEMENTS = 100_000  # 16,384 cells, each with value and formula
_MAX_OTHER_ELEMENTS = 200_000  # merges, formats, links
_MAX_WITHOUT_RESULT = 200_000  # a program that stores no results at all, with four columns of them
_MAX_STRINGS = 48 * 1024**2  # bytes of memory for the texts that all sheets share
_OF_A_STRING = 160  # bytes that a text takes beside its characters


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, cut to what is read: rows from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Survey:
    """What one sheet's XML says beside its values."""

    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    without_result: dict[int, list[int]] = field(default_factory=dict)  # row from 1: columns from 0
    width: int = 0  # columns up to the last one with a value


def survey(part: IO[bytes]) -> Survey:
    """Survey one worksheet part; raises ``Refused`` with file_unreadable or file_too_large."""
    surveyor = _Surveyor()
    parser = expat.ParserCreate()
    parser.StartElementHandler = surveyor.begin
    parser.EndElementHandler = surveyor.end
    parser.CharacterDataHandler = surveyor.text
    _parse(parser, part)
    return surveyor.found


def survey_strings(part: IO[bytes]) -> None:
    """Whether the texts that all sheets share fit into memory, where openpyxl keeps them; raises ``Refused``."""
    weight = _Weight()
    parser = expat.ParserCreate()
    parser.StartElementHandler = weight.begin
    parser.EndElementHandler = weight.end
    parser.CharacterDataHandler = weight.text
    _parse(parser, part)


def _parse(parser: expat.XMLParserType, part: IO[bytes]) -> None:
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        parser.ParseFile(part)
    except (expat.ExpatError, KeyError, ValueError) as error:
        raise refused("file_unreadable") from error


class _Weight:
    def __init__(self) -> None:
        self._bytes = self._depth = 0

    def begin(self, *_: object) -> None:
        self._depth += 1
        self._add(_OF_A_STRING // 2)  # a text is an element in an element
        if self._depth > _DEEPEST:
            raise refused("file_unreadable")

    def end(self, _: str) -> None:
        self._depth -= 1

    def text(self, characters: str) -> None:
        self._add(2 * len(characters))

    def _add(self, weight: int) -> None:
        self._bytes += weight
        if self._bytes > _MAX_STRINGS:
            raise refused("file_too_large", limit=f"{_MAX_STRINGS // 1024**2} MiB")


def _no_document_type(*_: object) -> None:
    """Without a document type there are no entities to expand."""
    raise refused("file_unreadable")


class _Surveyor:
    def __init__(self) -> None:
        self.found = Survey()
        self._row = self._column = self._depth = 0
        self._in_row = self._in_value = self._has_formula = self._has_value = False
        self._row_elements = self._other_elements = self._text = self._without_result = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise refused("file_unreadable")
        match name.rpartition(":")[2]:
            case "row":
                self._begin_row(attributes)
            case "c" if self._in_row:
                self._begin_cell(attributes)
            case "f":
                self._has_formula = True
            case "v" | "is":
                self._in_value = True
            case "mergeCell":
                self._merge(attributes["ref"])
        if self._in_row:
            self._row_elements += 1
        else:
            self._other_elements += 1
        if self._row_elements > _MAX_ROW_ELEMENTS or self._other_elements > _MAX_OTHER_ELEMENTS:
            raise refused("file_unreadable")

    def end(self, name: str) -> None:
        self._depth -= 1
        match name.rpartition(":")[2]:
            case "row":
                self._in_row = False
            case "c":
                self._end_cell()
            case "v" | "is":
                self._in_value = False

    def text(self, characters: str) -> None:
        self._text += len(characters)
        self._has_value = self._has_value or self._in_value
        if self._in_row and self._text > _MAX_CELL_TEXT:
            raise refused("file_unreadable")

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if number <= self._row:  # rows that never advance would never reach a limit
            raise refused("file_unreadable")
        self._row, self._column = number, -1
        self._in_row, self._row_elements = True, 0
        if attributes.get("hidden") in ("1", "true") and number <= MAX_ROWS:
            self.found.hidden_rows.add(number)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        self._column = _position(reference)[1] if reference else self._column + 1
        self._has_formula = False
        self._has_value = attributes.get("t") == "str"  # a formula whose result is an empty text has one
        self._text = 0

    def _end_cell(self) -> None:
        if self._has_value and self._row > MAX_ROWS:
            raise refused("file_too_large", limit=f"{MAX_ROWS} 行")
        if self._column >= MAX_COLUMNS or not (self._has_value or self._has_formula):
            return
        self.found.width = max(self.found.width, self._column + 1)
        if not self._has_value and self._row <= MAX_ROWS:
            self._without_result += 1
            if self._without_result > _MAX_WITHOUT_RESULT:
                raise refused("file_unreadable")
            self.found.without_result.setdefault(self._row, []).append(self._column)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        top, left = _position(first)
        bottom, right = _position(last or first)
        self.found.merges.append(Merge(top, left, min(bottom, MAX_ROWS), min(right, MAX_COLUMNS - 1)))


def _position(reference: str) -> tuple[int, int]:
    """Row from 1 and column from 0 of a reference like AI45."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError("not a cell reference")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1
