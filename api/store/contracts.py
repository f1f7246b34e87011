"""The register of contracts (政府购买服务合同) with what they cover and what they pay for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select

from api.domain.contracts import CapPeriod, Contract, Price, Reach, Service
from api.store import tables
from api.store.area_cases import AreaCases
from api.store.dialect import chunked
from api.store.scope import runs_on
from api.store.surges import touches
from api.store.tables import table_of

_AREAS = table_of(tables.ContractArea)
_SERVICES = table_of(tables.ContractService)


class Contracts(AreaCases):
    model = tables.Contract
    noun = "contract"

    async def sign(self, row: Mapping[str, Any], areas: Iterable[str], prices: Sequence[Price]) -> UUID:
        [contract_id] = await self.add([row], command="sign")
        await self._cover(contract_id, areas)
        await self._price(contract_id, prices)
        return contract_id

    async def rewrite(self, row: Any, values: Mapping[str, Any], areas: Sequence[str], prices: Sequence[Price]) -> Any:
        """Write a locked one anew, whole."""
        covered = (await self.areas_of([row.id]))[row.id]
        priced = (await self.prices_of([row.id]))[row.id]
        parts = {"areas": (covered, sorted(set(areas))), "services": (_said(priced), _said(prices))}
        after = await self.change(row, "correct", noted=_changed(parts), **values)
        await self._session.execute(delete(_AREAS).where(_AREAS.c.contract_id == row.id))
        await self._session.execute(delete(_SERVICES).where(_SERVICES.c.contract_id == row.id))
        await self._cover(row.id, areas)
        await self._price(row.id, prices)
        return after

    async def numbers(self, provider_id: UUID) -> Mapping[UUID, str]:
        """The number of each contract with a provider; its own people read it in their settlements."""
        c = self._table.c
        query = select(c.id, c.number).where(c.provider_id == provider_id, touches(c.area, self._desk.actor.areas))
        return {row.id: row.number for row in await self._session.execute(query)}

    async def facts(self, rows: Sequence[Any]) -> list[Contract]:
        """The rows as rules read them."""
        areas = await self.areas_of([row.id for row in rows])
        return [
            Contract(
                id=row.id,
                provider_id=row.provider_id,
                reach=Reach(row.reach),
                areas=tuple(areas[row.id]),
                data_clause=row.data_clause,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
            )
            for row in rows
        ]

    def running_on(self, day: date | None) -> list[ColumnElement[bool]]:
        """Those that hold on a day; None asks for nothing."""
        return [] if day is None else [runs_on(self._table.c, day)]

    async def areas_of(self, contract_ids: Collection[UUID]) -> Mapping[UUID, list[str]]:
        """What each of them covers, in order of code; nothing where it covers elders by list."""
        found: defaultdict[UUID, list[str]] = defaultdict(list)
        for part in chunked(list(contract_ids)):
            query = select(_AREAS).where(_AREAS.c.contract_id.in_(part)).order_by(_AREAS.c.area)
            for row in await self._session.execute(query):
                found[row.contract_id].append(row.area)
        return found

    async def prices_of(self, contract_ids: Collection[UUID]) -> Mapping[UUID, list[Price]]:
        """What each of them pays for, in order of service and first day."""
        c = _SERVICES.c
        found: defaultdict[UUID, list[Price]] = defaultdict(list)
        for part in chunked(list(contract_ids)):
            query = select(_SERVICES).where(c.contract_id.in_(part)).order_by(c.service, c.starts_on, c.id)
            for row in await self._session.execute(query):
                found[row.contract_id].append(_price_of(row))
        return found

    async def _cover(self, contract_id: UUID, areas: Iterable[str]) -> None:
        if rows := [{"contract_id": contract_id, "area": area} for area in sorted(set(areas))]:
            await self._session.execute(insert(_AREAS), rows)

    async def _price(self, contract_id: UUID, prices: Iterable[Price]) -> None:
        whole = {"contract_id": contract_id}
        if rows := [{"id": self._desk.new_id(), **whole, **each} for each in _said(prices)]:
            await self._session.execute(insert(_SERVICES), rows)


def _price_of(row: Any) -> Price:
    return Price(
        service=Service(row.service),
        price=row.price,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        cap=row.cap,
        cap_period=CapPeriod(row.cap_period) if row.cap_period else None,
    )


def _said(prices: Iterable[Price]) -> list[dict[str, Any]]:
    return sorted(map(asdict, prices), key=lambda each: (each["service"], each["starts_on"]))


def _changed(parts: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    return {name: (before, after) for name, (before, after) in parts.items() if before != after}
