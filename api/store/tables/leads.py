"""People who may belong on the roll and of whom nobody has made sure yet."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field

from api.domain.departments import Unit
from api.domain.leads import Ineligible, LeadSource, LeadState
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder


def _index() -> Column[bytes]:
    return Column(LargeBinary(32), nullable=True, index=True)


class Lead(Row, table=True):
    """Who was named by whom. ``village``: nine digits while only the township is known.

    ``elder_id``: the file that verifying made. ``told``: keyed index of the whole message, so that a file
    sent again says nothing new. ``with_district``: the number stands in a file that the verifier cannot see.
    """

    __tablename__ = "leads"
    __table_args__ = (
        of_elder(),
        listed("state", LeadState),
        listed("source", LeadSource),
        listed("department", Unit),
        listed("reason", Ineligible),
        Index("ix_leads_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    village: str = Field(sa_type=AREA)
    state: str = Field(max_length=12)
    source: str = Field(max_length=24)
    department: str | None = Field(default=None, max_length=24)
    resident_id_index: bytes | None = Field(default=None, sa_column=_index())
    name_index: bytes | None = Field(default=None, sa_column=_index())
    told: bytes | None = Field(default=None, sa_column=_index())
    probable_duplicate: bool = False
    with_district: bool = False
    elder_id: UUID | None = Field(default=None, index=True)
    duplicate_of_elder: UUID | None = Field(default=None, foreign_key="elders.id")
    duplicate_of_lead: UUID | None = Field(default=None, foreign_key="leads.id")
    escalation_id: UUID | None = None
    verifier_id: UUID | None = None
    reported_on: date
    due_on: date | None = None
    ended_on: date | None = None
    reason: str | None = Field(default=None, max_length=20)  # why somebody found is not of the roll
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    sealed: bytes = Field(sa_type=SEALED)
    version: int = 1
