"""A file's report on the wire: what became of it, row by row, in sentences that an official can act on."""

from datetime import datetime
from uuid import UUID

from api.domain.imports import FileKind, ImportState, RowResult
from api.schemas.base import Out
from api.schemas.visits import Atomic, Mode


class CellFaultOut(Out):
    """What is wrong with one cell. ``column``: the heading as printed; ``detail``: the whole sentence."""

    column: str
    code: str
    detail: str
    fix: str


class RowOut(Out):
    """One row of data; ``row`` as Excel shows it."""

    sheet: str
    row: int
    external_id: str | None
    result: RowResult
    id: UUID | None
    errors: list[CellFaultOut]
    warnings: list[CellFaultOut]


class StatsOut(Out):
    rows: int
    created: int
    updated: int
    unchanged: int
    proposed: int
    held: int
    rejected: int


class ImportOut(Out):
    """``problems`` kept a sheet from being read, or the file from being taken back; ``warnings`` say what of it was
    passed over.

    ``rows_read``, ``rows_done``: how far a file is that waits, or is being taken back. ``supersedes``: the file that
    this one corrects.
    """

    id: UUID
    kind: FileKind
    mode: Mode
    atomic: Atomic
    source: str
    state: ImportState
    created_at: datetime
    finished_at: datetime | None
    rows_read: int | None
    rows_done: int | None
    supersedes: UUID | None
    stats: StatsOut
    problems: list[CellFaultOut]
    warnings: list[CellFaultOut]
    items: list[RowOut]
