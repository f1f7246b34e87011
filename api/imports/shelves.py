"""Rows that were read, laid aside until their part of the file is taken in.

A file of fifty thousand rows is read to its end before anything of it is taken in; what was read waits in a
temporary file without a name, which goes when the process goes.
"""

import json
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Generic, Protocol, TypeVar, overload

from api.domain.errors import Fault
from api.imports.headings import Column
from api.imports.tables import Notes

IN_MEMORY = 1024 * 1024  # bytes; a longer file goes to the disk

Said = list[Any]
"""What a row says, in JSON's words."""


@dataclass(frozen=True, slots=True)
class Top:
    """What stands over a row: its sheet and its headings."""

    sheet: str
    columns: Mapping[str, tuple[Column, ...]]


class Shelved(Protocol):
    """A row that can be laid aside."""

    @property
    def sheet(self) -> str: ...
    @property
    def columns(self) -> Mapping[str, tuple[Column, ...]]: ...
    def laid_aside(self) -> Said: ...


R = TypeVar("R", bound=Shelved)


class Shelf(Sequence[R], Generic[R]):
    """Rows in the order of the file, read back when they are asked for.

    ``again`` makes a row of what it said when it was laid aside in ``file``.
    """

    def __init__(self, file: IO[bytes], again: Callable[[Said, Top], R]) -> None:
        self._file = file
        self._again = again
        self._places = array("Q")
        self._tops: list[Top] = []
        self._top_of = array("L")

    def put(self, row: R) -> None:
        """Lay the next row aside; all of them before the first is read back."""
        top = Top(row.sheet, row.columns)
        if not self._tops or self._tops[-1] != top:
            self._tops.append(top)
        self._top_of.append(len(self._tops) - 1)
        self._places.append(self._file.tell())
        self._file.write(json.dumps(row.laid_aside(), ensure_ascii=False).encode() + b"\n")

    def leave_out(self, sheets: Collection[str]) -> None:
        kept = [index for index, top in enumerate(self._top_of) if self._tops[top].sheet not in sheets]
        self._places = array("Q", (self._places[index] for index in kept))
        self._top_of = array("L", (self._top_of[index] for index in kept))

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[R]: ...
    def __getitem__(self, index: int | slice) -> R | Sequence[R]:
        if isinstance(index, slice):
            return [self._read(each) for each in range(*index.indices(len(self)))]
        return self._read(index)

    def _read(self, index: int) -> R:
        self._file.seek(self._places[index])
        return self._again(json.loads(self._file.readline()), self._tops[self._top_of[index]])


@dataclass(frozen=True, slots=True)
class ReadFile(Generic[R]):
    """A file that was read to its end; to be closed. What ``problems`` and ``warnings`` say, ``Notes`` says."""

    problems: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    rows: Shelf[R]
    opened: ExitStack

    def close(self) -> None:
        self.opened.close()


def read_to_its_end(rows: Iterable[R], notes: Notes, again: Callable[[Said, Top], R]) -> ReadFile[R]:
    """Lay all rows aside but those of sheets that could not be read."""
    with ExitStack() as opened:
        shelf = Shelf(opened.enter_context(SpooledTemporaryFile(IN_MEMORY)), again)
        for row in rows:
            shelf.put(row)
        if notes.unread:
            shelf.leave_out(notes.unread)
        return ReadFile(tuple(notes.problems), tuple(notes.warnings), shelf, opened.pop_all())


def plain(faults: Iterable[Fault]) -> list[Said]:
    """Faults in JSON's words."""
    return [[fault.code, fault.pointer, dict(fault.params)] for fault in faults]


def faults_again(said: Iterable[Said]) -> tuple[Fault, ...]:
    return tuple(Fault(*each) for each in said)
