"""Service forces (服务力量), their contracts, trainings and stand-downs; whom they come to see, and since when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from api.domain.assignments import AssignmentState, PairingState
from api.domain.contracts import CapPeriod, ContractState, Reach, Service
from api.domain.providers import ForceKind, ForceState
from api.store.tables.base import AREA, INSTANT, SEALED, Row, listed
from api.store.tables.elders import of_elder

_IN_ORDER = "ends_on IS NULL OR starts_on <= ends_on"


class Provider(Row, table=True):
    """``area``: where it may be asked to serve; a village's own force (本村力量) has that village.

    ``premises``: its own institution, where being met is no visit that is paid for.
    """

    __tablename__ = "providers"
    __table_args__ = (
        listed("kind", ForceKind),
        listed("state", ForceState),
        Index("ix_providers_area", "area", "id"),
    )

    id: UUID = Field(primary_key=True)
    area: str = Field(sa_type=AREA)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=60)
    own_force: bool = False  # 本村力量: one for each village
    premises: bool = False
    state: str = Field(max_length=10)
    starts_on: date
    ends_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    version: int = 1
    sealed: bytes = Field(sa_type=SEALED)  # contact, phone, vetting


class StandDown(Row, table=True):
    """A force, or one of its workers, that may not come from a day to a day (暂停、清退)."""

    __tablename__ = "stand_downs_of_forces"
    __table_args__ = (
        listed("state", (ForceState.SUSPENDED, ForceState.REMOVED)),
        CheckConstraint(_IN_ORDER, name="in_order"),
        Index("ix_stand_downs_of_forces_provider_id", "provider_id", "starts_on"),
        Index("ix_stand_downs_of_forces_worker_id", "worker_id", "starts_on"),
    )

    id: UUID = Field(primary_key=True)
    provider_id: UUID | None = Field(default=None, foreign_key="providers.id")
    worker_id: UUID | None = Field(default=None, foreign_key="workers.id")
    state: str = Field(max_length=10)
    starts_on: date
    ends_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    sealed: bytes = Field(sa_type=SEALED)  # the reason


class Training(Row, table=True):
    """A training of a force's workers (五(二): 业务培训); without a worker, of all it has."""

    __tablename__ = "trainings"
    __table_args__ = (Index("ix_trainings_provider_id", "provider_id", "held_on"),)

    id: UUID = Field(primary_key=True)
    provider_id: UUID = Field(foreign_key="providers.id")
    worker_id: UUID | None = Field(default=None, foreign_key="workers.id")
    area: str = Field(sa_type=AREA)
    topic: str = Field(max_length=100)
    held_on: date
    valid_until: date | None = None
    minutes: int | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    version: int = 1


class Contract(Row, table=True):
    """What was bought of a provider (政府购买服务, 四(一)一是). Money is in cents (分)."""

    __tablename__ = "contracts"
    __table_args__ = (
        listed("reach", Reach),
        listed("state", ContractState),
        CheckConstraint("starts_on <= ends_on", name="in_order"),
        Index("ix_contracts_provider_id", "provider_id", "starts_on"),
        Index("ix_contracts_area", "area", "id"),
    )

    id: UUID = Field(primary_key=True)
    provider_id: UUID = Field(foreign_key="providers.id")
    area: str = Field(sa_type=AREA)  # whose purchase it is
    number: str = Field(max_length=60)
    purpose: str = Field(max_length=500)
    reach: str = Field(max_length=10)  # areas, or elders: those assigned under it
    data_clause: bool
    ceiling: int | None = None
    state: str = Field(max_length=10)
    starts_on: date
    ends_on: date
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    version: int = 1


class ContractArea(Row, table=True):
    """An area that a contract covers."""

    __tablename__ = "contract_areas"

    contract_id: UUID = Field(primary_key=True, foreign_key="contracts.id")
    area: str = Field(sa_type=AREA, primary_key=True)


class ContractService(Row, table=True):
    """A price from a day to a day, and how often it is paid for one elder in one period."""

    __tablename__ = "contract_services"
    __table_args__ = (
        listed("service", Service),
        listed("cap_period", CapPeriod),
        CheckConstraint("starts_on <= ends_on", name="in_order"),
        Index("ix_contract_services_contract_id", "contract_id", "service", "starts_on"),
    )

    id: UUID = Field(primary_key=True)
    contract_id: UUID = Field(foreign_key="contracts.id")
    service: str = Field(max_length=20)
    price: int
    cap: int | None = None
    cap_period: str | None = Field(default=None, max_length=10)
    starts_on: date
    ends_on: date


class Assignment(Row, table=True):
    """Who comes to see an elder (派单), from a day to a day, inclusive; two providers may at once."""

    __tablename__ = "assignments"
    __table_args__ = (
        of_elder(),
        listed("state", AssignmentState),
        CheckConstraint(_IN_ORDER, name="in_order"),
        Index("ix_assignments_provider_id", "provider_id", "elder_id", "starts_on"),
        Index("ix_assignments_worker_id", "worker_id", "elder_id"),
        Index("ix_assignments_elder_id", "elder_id", "starts_on"),
        Index("ix_assignments_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    provider_id: UUID = Field(foreign_key="providers.id")
    worker_id: UUID | None = Field(default=None, foreign_key="workers.id")
    contract_id: UUID | None = Field(default=None, foreign_key="contracts.id")
    state: str = Field(max_length=10)
    starts_on: date
    ends_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    version: int = 1


class Pairing(Row, table=True):
    """A cadre or a unit who keeps in touch with an elder (挂钩联系, 四(一)八是)."""

    __tablename__ = "pairings"
    __table_args__ = (
        of_elder(),
        listed("state", PairingState),
        CheckConstraint(_IN_ORDER, name="in_order"),
        Index("ix_pairings_elder_id", "elder_id"),
        Index("ix_pairings_village_state", "village", "state", "id"),
    )

    id: UUID = Field(primary_key=True)
    elder_id: UUID
    village: str = Field(sa_type=AREA)
    unit: str = Field(max_length=60)
    state: str = Field(max_length=10)
    starts_on: date
    ends_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    created_by: UUID | None = None
    version: int = 1
    sealed: bytes = Field(sa_type=SEALED)  # the cadre's name and phone, what is to be done
