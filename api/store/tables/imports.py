"""Files taken in: their figures in the open; the files themselves and what became of their rows, sealed, in parts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from api.store.tables.base import AREA, DOCUMENT, INSTANT, SEALED, Row, listed


class Import(Row, table=True):
    """A file taken in (or looked at). ``report``: what is said of the file as a whole.

    ``rows_read``, ``rows_done``: how far it is. ``supersedes``: the file that this one corrects.
    """

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_area_created_at", "area", "created_at", "id"),)

    id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=10)  # elders, visits
    mode: str = Field(max_length=10)
    atomic: str = Field(max_length=6)
    source: str = Field(max_length=80)
    area: str = Field(sa_type=AREA)
    state: str = Field(max_length=10)  # running, done, failed, undoing, withdrawn
    requested_by: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    finished_at: datetime | None = Field(default=None, sa_type=INSTANT)
    rows_read: int | None = None
    rows_done: int | None = None
    supersedes: UUID | None = None
    stats: dict[str, int] = Field(sa_type=DOCUMENT)
    report: bytes | None = Field(default=None, sa_type=SEALED)


class ImportPart(Row, table=True):
    """A piece of a file as it was sent, as long as it is needed, or of the report on its rows."""

    __tablename__ = "import_parts"
    __table_args__ = (
        listed("kind", ("upload", "rows")),
        ForeignKeyConstraint(["import_id"], ["imports.id"], ondelete="CASCADE"),
    )

    import_id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=6, primary_key=True)
    number: int = Field(primary_key=True)
    area: str = Field(sa_type=AREA)
    sealed: bytes = Field(sa_type=SEALED)
