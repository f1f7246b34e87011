"""What decides whether a force might come to whom on which day, in one query: contracts, assignments, stand-downs."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, Uuid, bindparam, cast, literal, null, or_, select, union_all

from api.domain.contracts import Reach
from api.domain.engagements import Dossier, Engagement, Home, Span
from api.store import tables
from api.store.desk import Desk
from api.store.tables import table_of

_CONTRACTS, _AREAS = table_of(tables.Contract).c, table_of(tables.ContractArea).c
_SENT, _HOMES = table_of(tables.Assignment).c, table_of(tables.ElderResidence).c
_FORCES, _RESTS, _TRAININGS = (table_of(each).c for each in (tables.Provider, tables.StandDown, tables.Training))
_NOBODY, _NEVER, _NOWHERE = cast(null(), Uuid()), cast(null(), Date()), cast(null(), String())


def _among(column: Any, name: str) -> Any:
    return column.in_(bindparam(name, expanding=True))


def _part(
    kind: str, force: Any, whom: Any, area: Any, span: tuple[Any, Any], bound: tuple[Any, Any], alone: Any = _NOBODY
) -> Any:
    """``bound``: of the contract under which somebody was sent; ``alone``: who was."""
    columns = (literal(kind), force, whom, area, *span, *bound, alone)
    names = ("kind", "force", "whom", "area", "starts_on", "ends_on", "bound_from", "bound_to", "alone")
    return select(*(column.label(name) for column, name in zip(columns, names, strict=True)))


_FREE = (_NEVER, _NEVER)
_QUERY = union_all(
    _part("bought", _CONTRACTS.provider_id, _NOBODY, _AREAS.area, (_CONTRACTS.starts_on, _CONTRACTS.ends_on), _FREE)
    .join(table_of(tables.ContractArea), _AREAS.contract_id == _CONTRACTS.id)
    .where(_among(_CONTRACTS.provider_id, "forces"), _CONTRACTS.reach == Reach.AREAS.value),
    _part("own", _FORCES.id, _NOBODY, _FORCES.area, (_FORCES.starts_on, _FORCES.ends_on), _FREE).where(
        _among(_FORCES.id, "forces"), _FORCES.own_force
    ),
    _part(
        "sent",
        _SENT.provider_id,
        _SENT.elder_id,
        _SENT.village,
        (_SENT.starts_on, _SENT.ends_on),
        (_CONTRACTS.starts_on, _CONTRACTS.ends_on),
        _SENT.worker_id,
    )
    .join(table_of(tables.Contract), _SENT.contract_id == _CONTRACTS.id, isouter=True)
    .where(_among(_SENT.provider_id, "forces"), or_(_among(_SENT.elder_id, "elders"), _among(_SENT.village, "places"))),
    _part("home", _NOBODY, _HOMES.elder_id, _HOMES.lives_in, (_HOMES.from_day, _NEVER), _FREE).where(
        _among(_HOMES.elder_id, "elders")
    ),
    _part("rest", _RESTS.provider_id, _RESTS.worker_id, _NOWHERE, (_RESTS.starts_on, _RESTS.ends_on), _FREE).where(
        or_(_among(_RESTS.provider_id, "forces"), _among(_RESTS.worker_id, "workers"))
    ),
    _part(
        "trained",
        _TRAININGS.provider_id,
        _TRAININGS.worker_id,
        _NOWHERE,
        (_TRAININGS.held_on, _TRAININGS.valid_until),
        _FREE,
    ).where(_among(_TRAININGS.provider_id, "forces")),
)


class Forces:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def dossier(
        self,
        forces: Collection[UUID],
        *,
        elders: Collection[UUID] = (),
        workers: Collection[UUID] = (),
        places: Collection[str] = (),
    ) -> Dossier:
        """What these forces and workers had with these elders, and in these villages, at any time."""
        asked: dict[str, Any] = {"forces": forces, "workers": workers}
        asked |= {"elders": elders, "places": places} if forces else {"elders": (), "places": ()}
        if not forces and not workers:
            return Dossier()
        rows = await self._desk.session.execute(_QUERY, {name: list(values) for name, values in asked.items()})
        return _dossier(rows.all())


def _dossier(rows: Collection[Any]) -> Dossier:
    found = Dossier()
    add: Mapping[str, Callable[[Any, Span], None]] = {
        "bought": lambda row, span: found.covered[row.force].append((row.area, Engagement(span, bought=True))),
        "own": lambda row, span: found.covered[row.force].append((row.area, Engagement(span, bought=False))),
        "sent": lambda row, span: _send(found, row, span),
        "home": lambda row, _: found.homes[row.whom].append(Home(row.area, row.starts_on)),
        "rest": lambda row, span: found.rests[row.force or row.whom].append(span),
        "trained": lambda row, span: found.trainings[row.force, row.whom].append(span),
    }
    for row in rows:
        add[row.kind](row, Span(row.starts_on, row.ends_on))
    return found


def _send(found: Dossier, row: Any, span: Span) -> None:
    """An assignment under a contract ends with it."""
    bought = row.bound_from is not None
    common = span.within(Span(row.bound_from, row.bound_to)) if bought else span
    if common is not None:
        found.sent[row.force, row.whom].append(Engagement(common, bought))
        found.posts[row.force].add(row.area)
        if row.alone is not None:
            found.sent_alone[row.alone, row.whom].append(Engagement(common, bought))
