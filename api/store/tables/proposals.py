"""Changes proposed to the township, the names an elder had before, and numbers that two files claim."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from api.domain.conflicts import ConflictState
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


class Proposal(Row, table=True):
    """A change that somebody, a visit or a file suggests and the township decides.

    ``to_village``: of a transfer, where the elder is to live; its township sees the proposal too.
    """

    __tablename__ = "change_proposals"
    __table_args__ = (
        of_elder(),
        UniqueConstraint("elder_id", "kind", "key"),
        Index("ix_change_proposals_village_state", "village", "state", "id"),
        Index("ix_change_proposals_to_village_state", "to_village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    to_village: str | None = Field(default=None, sa_type=AREA)
    kind: str = Field(max_length=30)
    key: str = Field(max_length=80)
    state: str = Field(max_length=16)
    source_visit: UUID | None = None
    proposed_by: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1


class ElderAlias(Row, table=True):
    """A keyed index of what an elder was known by before: a former number, or a file that was merged into his."""

    __tablename__ = "elder_aliases"
    __table_args__ = (of_elder(), Index("ix_elder_aliases_elder_id", "elder_id"))

    key: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    elder_id: UUID = Field(primary_key=True)
    village: str = Field(sa_type=AREA)


class IdentityConflict(Row, table=True):
    """A number that stands in the file of ``holder_id`` and is claimed for ``elder_id``."""

    __tablename__ = "identity_conflicts"
    __table_args__ = (
        of_elder(),
        UniqueConstraint("elder_id", "holder_id"),
        listed("state", ConflictState),
        Index("ix_identity_conflicts_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    holder_id: UUID = Field(foreign_key="elders.id", index=True)
    state: str = Field(max_length=12)
    claimed_by: UUID | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
