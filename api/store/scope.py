"""Where, in SQL: the one twin of ``api.domain.access.contains``; and whom a force serves, that of ``domain.sight``."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select, union_all

from api.domain.access import AreaCode
from api.domain.contracts import Reach
from api.store.tables import Assignment, Contract, ContractArea, Elder, Visit, table_of

_SENT, _CONTRACTS, _AREAS, _VISITS = (table_of(each).c for each in (Assignment, Contract, ContractArea, Visit))
_THEIRS = table_of(Elder).alias("theirs").c  # beside the elders of the query around it


def upper_bound(area: str) -> str:
    """The smallest text above every code in ``area``: codes are digits, and ':' follows '9'."""
    return area + ":"


def within(column: Any, areas: Sequence[AreaCode | str]) -> ColumnElement[bool]:
    """Whether a column's code lies in one of the areas: index ranges, never a LIKE. In none lies nothing."""
    return or_(false(), *(and_(column >= area, column < upper_bound(area)) for area in areas))


def within_bound(column: Any, areas: int) -> ColumnElement[bool]:
    """The same of a statement that is made once, for a number of areas: ``bounds`` brings them."""
    return or_(false(), *(and_(column >= bindparam(f"low{n}"), column < bindparam(f"high{n}")) for n in range(areas)))


def bounds(areas: Sequence[AreaCode | str]) -> dict[str, str]:
    """The areas as parameters of such a statement."""
    lows = {f"low{n}": area for n, area in enumerate(areas)}
    return lows | {f"high{n}": upper_bound(area) for n, area in enumerate(areas)}


def served(elder_id: Any, provider_id: UUID, day: date, *, alone: UUID | None = None) -> ColumnElement[bool]:
    """Whether a force may look up an elder on a day; of ``alone``, one worker of it, only whom he is sent to.

    Asked from the side of the force: its few elders are found first, however many the district has.
    """
    sent = select(_SENT.elder_id).where(
        _sent_by(provider_id, day, alone), or_(_SENT.contract_id.is_(None), exists().where(_bound(day)))
    )
    if alone is not None:
        return cast(ColumnElement[bool], elder_id.in_(sent))
    bought = select(_THEIRS.id).where(
        _CONTRACTS.provider_id == provider_id,
        _CONTRACTS.reach == Reach.AREAS.value,
        runs_on(_CONTRACTS, day),
        _AREAS.contract_id == _CONTRACTS.id,
        _THEIRS.village >= _AREAS.area,
        _THEIRS.village < _AREAS.area + upper_bound(""),
    )
    return cast(ColumnElement[bool], elder_id.in_(union_all(sent, bought)))


def confided(elder_id: Any, provider_id: UUID, day: date, *, alone: UUID | None = None) -> ColumnElement[bool]:
    """Whether the force is sent to an elder under a contract with the data clause."""
    bound = exists().where(_bound(day), _CONTRACTS.data_clause)
    return exists().where(_sent_to(elder_id, provider_id, day, alone), bound)


def _sent_to(elder_id: Any, provider_id: UUID, day: date, alone: UUID | None) -> ColumnElement[bool]:
    return and_(_SENT.elder_id == elder_id, _sent_by(provider_id, day, alone))


def _sent_by(provider_id: UUID, day: date, alone: UUID | None) -> ColumnElement[bool]:
    himself = [] if alone is None else [_SENT.worker_id == alone]
    return and_(_SENT.provider_id == provider_id, runs_on(_SENT, day), *himself)


def _bound(day: date) -> ColumnElement[bool]:
    """The contract of an assignment, if it holds that day."""
    return and_(_CONTRACTS.id == _SENT.contract_id, runs_on(_CONTRACTS, day))


def records_of(source: str) -> Select[Any]:
    """The ids of the visit records of a sender."""
    return select(_VISITS.id).where(_VISITS.source == source)


def runs_on(columns: Any, day: date) -> ColumnElement[bool]:
    """Whether a row's stretch of days, both inclusive and open where there is no end, holds on a day."""
    return and_(columns.starts_on <= day, or_(columns.ends_on.is_(None), columns.ends_on >= day))
