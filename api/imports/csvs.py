"""CSV as the offices' and the providers' programs write it: several encodings, several delimiters."""

import csv
import io
from collections import Counter
from itertools import islice

from api.imports.cells import MAX_COLUMNS, MAX_ROWS, Grid, Row, refused

_DELIMITERS = ",;\t"
_SNIFFED_LINES = 20


def read_csv(data: bytes, name: str) -> Grid:
    """The grid of a CSV text in UTF-8, UTF-16 (with byte order mark) or GB18030."""
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[Row] = []
    try:
        for number, record in enumerate(reader, start=1):
            if not any(field.strip() for field in record):
                continue
            if len(rows) >= MAX_ROWS:
                raise refused("file_too_large", limit=f"{MAX_ROWS} 行")
            rows.append(Row(number, tuple(_plain(field) for field in record[:MAX_COLUMNS])))
    except csv.Error as error:
        raise refused("file_unreadable") from error
    return Grid(name, tuple(rows))


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise refused("file_unreadable")


def _delimiter(text: str) -> str:
    """The delimiter that parts most of the first lines into equally many fields."""
    head = list(islice(filter(str.strip, text.splitlines()), _SNIFFED_LINES))

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
