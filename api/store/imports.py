"""Files that were taken in: which, by whom, with which figures; what became of each row is sealed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from api.domain.errors import Fault, NotFound
from api.domain.imports import FileKind, FileReport, ImportState, RowReport, RowResult
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import Import, table_of

_IMPORTS = table_of(Import)
_REPORT, _UPLOAD = "imports.report", "imports.upload"
_OPEN = ("id", "kind", "mode", "atomic", "source", "area", "state", "created_at", "finished_at", "stats")


class Imports:
    """Seen by whoever works in the area for which a file was taken in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def add(self, report: FileReport, upload: bytes | None = None) -> None:
        """A file that was taken in; with ``upload`` one that waits to be, and ``finish`` ends the wait."""
        row = {
            **{name: getattr(report, name) for name in _OPEN},
            "requested_by": self._desk.actor.id,
            "report": self._sealed(report),
            "upload": None if upload is None else self._desk.sealer.seal(_UPLOAD, report.id, upload),
        }
        await self._session.execute(insert(_IMPORTS).inline(), [row])
        self._desk.trace.saw([report.id])

    async def finish(self, report: FileReport) -> None:
        """What became of a file that waited; the file itself is forgotten. One that was taken in stays so."""
        changed = {name: getattr(report, name) for name in ("state", "finished_at", "stats")}
        await self._session.execute(
            update(_IMPORTS)
            .where(_IMPORTS.c.id == report.id, _IMPORTS.c.state != ImportState.DONE)
            .values(**changed, report=self._sealed(report), upload=None)
        )
        self._desk.trace.saw([report.id])

    async def get(self, kind: FileKind, import_id: UUID) -> FileReport:
        """Raises NotFound."""
        row = await self._row(import_id)
        if row.kind != kind:
            raise NotFound()
        document = self._desk.sealer.open_json(_REPORT, row.id, row.report)
        return FileReport(
            id=row.id,
            kind=kind,
            mode=row.mode,
            atomic=row.atomic,
            source=row.source,
            area=row.area,
            state=ImportState(row.state),
            created_at=row.created_at,
            finished_at=row.finished_at,
            items=[_item_from(each) for each in document["items"]],
            problems=_faults_from(document["problems"]),
            warnings=_faults_from(document["warnings"]),
        )

    async def waiting(self, import_id: UUID) -> bytes | None:
        """The file that waits to be taken in; None once it was. Raises NotFound."""
        row = await self._row(import_id)
        return None if row.upload is None else self._desk.sealer.open(_UPLOAD, row.id, row.upload)

    async def _row(self, import_id: UUID) -> Any:
        query = select(_IMPORTS).where(_IMPORTS.c.id == import_id, within(_IMPORTS.c.area, self._desk.areas))
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            raise NotFound()
        self._desk.trace.saw([import_id])
        return row

    def _sealed(self, report: FileReport) -> bytes:
        return self._desk.sealer.seal_json(_REPORT, report.id, _document(report))


def _document(report: FileReport) -> Mapping[str, Any]:
    return {
        "items": [
            [i.sheet, i.row, i.external_id, i.result, i.id, _plain(i.faults), _plain(i.warnings)] for i in report.items
        ],
        "problems": _plain(report.problems),
        "warnings": _plain(report.warnings),
    }


def _plain(faults: Iterable[Fault]) -> list[list[Any]]:
    return [[fault.code, fault.pointer, dict(fault.params)] for fault in faults]


def _faults_from(plain: Iterable[Sequence[Any]]) -> tuple[Fault, ...]:
    return tuple(Fault(*each) for each in plain)


def _item_from(plain: Sequence[Any]) -> RowReport:
    sheet, row, external_id, result, item_id, faults, warnings = plain
    return RowReport(
        sheet,
        row,
        external_id,
        RowResult(result),
        UUID(item_id) if item_id else None,
        _faults_from(faults),
        _faults_from(warnings),
    )
