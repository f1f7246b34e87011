"""Files that were taken in: which, by whom, with which figures; the files and what became of each row are sealed."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from api.domain.access import contains
from api.domain.errors import Fault, NotFound
from api.domain.imports import FileKind, FileReport, ImportState, RowReport, RowResult
from api.store.desk import Desk
from api.store.dialect import chunked, locking
from api.store.scope import within
from api.store.tables import Import, ImportPart, table_of

_IMPORTS, _PARTS = table_of(Import), table_of(ImportPart)
_REPORT, _ROWS, _UPLOAD = "imports.report", "import_parts.rows", "import_parts.upload"
_ROWS_IN_A_PART = 500
_MOST_PROBLEMS = 100
_FIGURES = ("state", "finished_at", "stats", "rows_read", "rows_done")
_OPEN = ("id", "kind", "mode", "atomic", "source", "area", "created_at", "supersedes", *_FIGURES)


class Imports:
    """Seen by whoever works in all the areas for which a file was taken in; a provider sees its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def add(
        self, report: FileReport, items: Sequence[RowReport] = (), upload: Iterable[bytes] | None = None
    ) -> None:
        """A file that was taken in, or that waits to be; ``upload``: its pieces, where they are needed again."""
        row = {
            **{name: getattr(report, name) for name in _OPEN},
            "requested_by": self._desk.actor.id,
            "report": self._sealed(report),
        }
        await self._session.execute(insert(_IMPORTS).inline(), [row])
        await self._add_rows(report, items)
        for number, piece in enumerate(upload or ()):
            sealed = self._desk.sealer.seal(_UPLOAD, _name(report.id, number), piece)
            await self._add_part(report, "upload", number, sealed)
        self._desk.trace.saw([report.id])

    async def finish(self, report: FileReport, items: Sequence[RowReport] = ()) -> None:
        """What became of a file that waited; it is kept if rows of it must be mended. One taken in stays so."""
        changed = await self._session.execute(
            update(_IMPORTS)
            .where(_IMPORTS.c.id == report.id, _IMPORTS.c.state != ImportState.DONE)
            .values(**{name: getattr(report, name) for name in _FIGURES}, report=self._sealed(report))
            .returning(_IMPORTS.c.id)
        )
        if changed.first() is not None:
            await self._add_rows(report, items)
            if not any(item.unsettled for item in items):
                await self._session.execute(delete(_PARTS).where(*self._of(report.id, "upload")))
        self._desk.trace.saw([report.id])

    async def advance(self, import_id: UUID, rows_read: int, rows_done: int) -> None:
        """How far a file that waited has come."""
        await self._session.execute(
            update(_IMPORTS).where(_IMPORTS.c.id == import_id).values(rows_read=rows_read, rows_done=rows_done)
        )
        self._desk.trace.saw([import_id])

    async def withdraw(self, report: FileReport) -> None:
        """A file that was taken back; it is locked."""
        taken_back = update(_IMPORTS).where(_IMPORTS.c.id == report.id).values(state=ImportState.WITHDRAWN)
        await self._session.execute(taken_back)

    async def undo(self, report: FileReport, *, rows_done: int, problems: Iterable[Fault] = ()) -> None:
        """How far a file, which is locked, has been taken back, and what is in the way."""
        kept = replace(report, problems=tuple(problems)[:_MOST_PROBLEMS])
        said = {"state": ImportState.UNDOING, "rows_done": rows_done, "report": self._sealed(kept)}
        await self._session.execute(update(_IMPORTS).where(_IMPORTS.c.id == report.id).values(**said))

    async def let_stand(self, report: FileReport, problems: Iterable[Fault]) -> None:
        """A file, which is locked, is not taken back after all: what is in the way."""
        kept = replace(report, problems=tuple(problems)[:_MOST_PROBLEMS])
        said = {"state": ImportState.DONE, "rows_done": report.rows_read, "report": self._sealed(kept)}
        await self._session.execute(update(_IMPORTS).where(_IMPORTS.c.id == report.id).values(**said))

    async def is_superseded(self, import_id: UUID) -> bool:
        """Whether a later file corrects this one, or is about to."""
        stands = _IMPORTS.c.state.in_((ImportState.RUNNING, ImportState.DONE, ImportState.UNDOING)) & (
            _IMPORTS.c.mode == "commit"
        )
        later = select(_IMPORTS.c.id).where(_IMPORTS.c.supersedes == import_id, stands).limit(1)
        return (await self._session.execute(later)).first() is not None

    async def get(self, kind: FileKind, import_id: UUID, *, lock: bool = False) -> FileReport:
        """The report without its rows. Raises NotFound."""
        query = select(_IMPORTS).where(_IMPORTS.c.id == import_id, within(_IMPORTS.c.area, self._desk.actor.areas))
        if self._desk.actor.confined:
            query = query.where(_IMPORTS.c.source == self._desk.actor.source)
        row = (await self._session.execute(locking(self._session, query) if lock else query)).one_or_none()
        if row is None or row.kind != kind:
            raise NotFound()
        document = self._desk.sealer.open_json(_REPORT, row.id, row.report)
        areas = tuple(document.get("areas", ()))
        if not all(any(contains(mine, area) for mine in self._desk.actor.areas) for area in areas):
            raise NotFound()
        self._desk.trace.saw([import_id])
        return FileReport(
            **{name: getattr(row, name) for name in _OPEN if name not in ("kind", "state")},
            kind=kind,
            state=ImportState(row.state),
            problems=_faults_from(document["problems"]),
            warnings=_faults_from(document["warnings"]),
            areas=areas,
        )

    async def rows(self, report: FileReport) -> AsyncIterator[Sequence[RowReport]]:
        """What became of each row, in the order of the file, some hundreds at a time."""
        async for number, sealed in self._parts(report.id, "rows"):
            items = self._desk.sealer.open_json(_ROWS, _name(report.id, number), sealed)
            yield [_item_from(each) for each in items]

    async def part(self, report: FileReport, rows_done: int, most: int) -> Sequence[RowReport]:
        """What became of the next rows behind the first ``rows_done``, at most so many; none behind the last."""
        number, first = divmod(rows_done, _ROWS_IN_A_PART)
        query = select(_PARTS.c.sealed).where(*self._of(report.id, "rows"), _PARTS.c.number == number)
        sealed = (await self._session.execute(query)).scalar_one_or_none()
        items = self._desk.sealer.open_json(_ROWS, _name(report.id, number), sealed) if sealed else []
        return [_item_from(each) for each in items[first : first + most]]

    async def upload(self, report: FileReport) -> AsyncIterator[bytes]:
        """The pieces of the file as it was sent; none once it is not needed any more."""
        async for number, sealed in self._parts(report.id, "upload"):
            yield self._desk.sealer.open(_UPLOAD, _name(report.id, number), sealed)

    async def _parts(self, import_id: UUID, kind: str) -> AsyncIterator[tuple[int, bytes]]:
        """One at a time: each is large."""
        here = self._of(import_id, kind)
        count = (await self._session.execute(select(func.count()).select_from(_PARTS).where(*here))).scalar_one()
        for number in range(count):
            query = select(_PARTS.c.sealed).where(*here, _PARTS.c.number == number)
            yield number, (await self._session.execute(query)).scalar_one()

    def _of(self, import_id: UUID, kind: str) -> Any:
        return (_PARTS.c.import_id == import_id, _PARTS.c.kind == kind, within(_PARTS.c.area, self._desk.actor.areas))

    async def _add_rows(self, report: FileReport, items: Sequence[RowReport]) -> None:
        for number, part in enumerate(chunked(items, _ROWS_IN_A_PART)):
            sealed = self._desk.sealer.seal_json(_ROWS, _name(report.id, number), [_plain_item(item) for item in part])
            await self._add_part(report, "rows", number, sealed)

    async def _add_part(self, report: FileReport, kind: str, number: int, sealed: bytes) -> None:
        row = {"import_id": report.id, "kind": kind, "number": number, "area": report.area, "sealed": sealed}
        await self._session.execute(insert(_PARTS).inline(), [row])

    def _sealed(self, report: FileReport) -> bytes:
        said = {
            "problems": _plain(report.problems),
            "warnings": _plain(report.warnings),
            "areas": report.areas,
        }
        return self._desk.sealer.seal_json(_REPORT, report.id, said)


def _name(import_id: UUID, number: int) -> str:
    return f"{import_id}/{number}"


def _plain_item(item: RowReport) -> list[Any]:
    plain = [item.sheet, item.row, item.external_id, item.result, item.id]
    return [*plain, _plain(item.faults), _plain(item.warnings), item.version]


def _plain(faults: Iterable[Fault]) -> list[list[Any]]:
    return [[fault.code, fault.pointer, dict(fault.params)] for fault in faults]


def _faults_from(plain: Iterable[Sequence[Any]]) -> tuple[Fault, ...]:
    return tuple(Fault(*each) for each in plain)


def _item_from(plain: Sequence[Any]) -> RowReport:
    sheet, row, external_id, result, item_id, faults, warnings, version = plain
    return RowReport(
        sheet,
        row,
        external_id,
        RowResult(result),
        UUID(item_id) if item_id else None,
        _faults_from(faults),
        _faults_from(warnings),
        version,
    )
