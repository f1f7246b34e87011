"""CSV as the offices' and the providers' programs write it: several encodings, several delimiters."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from api.imports.cells import MAX_COLUMNS, MAX_ROWS, Grid, Row, refused

_DELIMITERS = ",;\t"
_SNIFFED_LINES = 20
_CHUNK = 256 * 1024
_LONGEST_RECORD = 1024 * 1024  # characters, before any of them is taken for a field


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV is written."""

    encoding: str
    delimiter: str


def read_csv(file: IO[bytes], name: str) -> Grid:
    """The grid of a CSV text in UTF-8, UTF-16 (with byte order mark) or GB18030. Raises Refused."""
    return Grid(name, _rows(file, dialect_of(file)))


def dialect_of(file: IO[bytes]) -> Dialect:
    """The encoding in which all of the text can be read, and the delimiter of its first lines. Raises Refused."""
    encoding = _encoding(file)
    file.seek(0)
    head = islice(filter(str.strip, _lines(file, encoding)), _SNIFFED_LINES)
    try:
        return Dialect(encoding, _delimiter(list(head)))
    except csv.Error as error:
        raise refused("file_unreadable") from error


def _rows(file: IO[bytes], dialect: Dialect) -> Iterator[Row]:
    file.seek(0)
    lines = _Bounded(_lines(file, dialect.encoding))
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    taken = 0
    try:
        for number, record in enumerate(reader, start=1):
            lines.length = 0
            if not any(field.strip() for field in record):
                continue
            taken += 1
            if taken > MAX_ROWS:
                raise refused("file_too_large", limit=f"{MAX_ROWS} 行")
            yield Row(number, tuple(_plain(field) for field in record[:MAX_COLUMNS]))
    except csv.Error as error:
        raise refused("file_unreadable") from error


class _Bounded:
    """Lines of which only so many may make one record; ``length``: what the present record has, in characters."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.length = 0

    def __iter__(self) -> "_Bounded":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.length += len(line)
        if self.length > _LONGEST_RECORD:
            raise refused("file_unreadable")
        return line


def _encoding(file: IO[bytes]) -> str:
    file.seek(0)
    marked = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        if _is_in(file, encoding):
            return encoding
    raise refused("file_unreadable")


def _is_in(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                raise refused("file_unreadable")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines of the text with their ends; none is longer than a record may be."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    rest = ""
    while chunk := file.read(_CHUNK):
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (f"{line}\n" for line in lines)
        if len(rest) > _LONGEST_RECORD:
            raise refused("file_unreadable")
    if rest := rest + decoder.decode(b"", final=True):
        yield rest


def _delimiter(head: list[str]) -> str:
    """The delimiter that parts most of the first lines into equally many fields."""

    def regularity(delimiter: str) -> int:
        widths = Counter(map(len, csv.reader(head, delimiter=delimiter)))
        return max((width - 1) * lines for width, lines in widths.items())

    return max(_DELIMITERS, key=regularity)


def _plain(field: str) -> str:
    """The text itself: programs write ="3503…" or '3503… so that Excel keeps every digit."""
    text = field.strip()
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text.removeprefix("'")
