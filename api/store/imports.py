"""Files that were taken in: which, by whom, with which figures; what became of each row is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import insert, select, update

from api.domain.errors import NotFound
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import Import, table_of

_IMPORTS = table_of(Import)
_REPORT, _UPLOAD = "imports.report", "imports.upload"

ImportState = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """``report``: what became of the rows, as a document; None until the file was taken in."""

    id: UUID
    kind: str
    mode: str
    atomic: str
    source: str
    area: str
    state: ImportState
    created_at: datetime
    finished_at: datetime | None
    stats: Mapping[str, int]
    report: Mapping[str, Any] | None


class Imports:
    """Seen by whoever works in the area for which the file was taken in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session

    async def add(self, kept: Kept, upload: bytes | None = None) -> None:
        """A new one; with ``upload`` the file waits beside it until ``finish``."""
        row = {
            **{name: getattr(kept, name) for name in Kept.__dataclass_fields__},
            "stats": dict(kept.stats),
            "requested_by": self._desk.actor.id,
            "report": self._sealed(kept.id, kept.report),
            "upload": None if upload is None else self._desk.sealer.seal(_UPLOAD, kept.id, upload),
        }
        await self._session.execute(insert(_IMPORTS), [row])
        self._desk.trace.saw([kept.id])

    async def get(self, kind: str, import_id: UUID) -> Kept:
        """Raises NotFound."""
        row = await self._row(import_id)
        if row.kind != kind:
            raise NotFound()
        report = self._desk.sealer.open_json(_REPORT, import_id, row.report)
        values = {name: getattr(row, name) for name in Kept.__dataclass_fields__}
        return Kept(**{**values, "report": report})

    async def upload(self, import_id: UUID) -> bytes | None:
        """The file that waits to be taken in; None once that was done. Raises NotFound."""
        row = await self._row(import_id)
        return None if row.upload is None else self._desk.sealer.open(_UPLOAD, import_id, row.upload)

    async def finish(
        self, import_id: UUID, state: ImportState, stats: Mapping[str, int], report: Mapping[str, Any]
    ) -> None:
        """What became of a file that waited; the file itself is forgotten."""
        await self._session.execute(
            update(_IMPORTS)
            .where(_IMPORTS.c.id == import_id)
            .values(
                state=state,
                stats=dict(stats),
                report=self._sealed(import_id, report),
                upload=None,
                finished_at=self._desk.now,
            )
        )
        self._desk.trace.saw([import_id])

    async def _row(self, import_id: UUID) -> Any:
        visible = within(_IMPORTS.c.area, self._desk.areas)
        row = (await self._session.execute(select(_IMPORTS).where(_IMPORTS.c.id == import_id, visible))).one_or_none()
        if row is None:
            raise NotFound()
        self._desk.trace.saw([import_id])
        return row

    def _sealed(self, import_id: UUID, report: Mapping[str, Any] | None) -> bytes | None:
        return None if report is None else self._desk.sealer.seal_json(_REPORT, import_id, report)
