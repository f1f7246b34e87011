"""Forces in one line: who was bought or sent for whom, who was stood down, and who signs in for one."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.domain.access import Role
from api.store import tables
from api.store.tables import table_of
from tests.builders import DISTRICT, Person, settle
from tests.visits.rounds import Rounds

_ALWAYS = date(2023, 8, 1)


@dataclass
class Force:
    """A force in the register, and somebody of it with an account."""

    id: UUID
    person: Person
    rounds: Rounds = field(repr=False)

    @property
    def source(self) -> str:
        return f"provider:{self.id}"

    async def contract(self, *areas: str, ends_on: str = "2026-12-31", starts_on: str = "2026-01-01") -> UUID:
        """A contract by area, or by list where none is named."""
        contract_id = await self._row(
            tables.Contract,
            provider_id=self.id,
            area=DISTRICT,
            number="涵民购〔2026〕1号",
            purpose="探访关爱",
            reach="areas" if areas else "elders",
            data_clause=True,
            state="signed",
            starts_on=date.fromisoformat(starts_on),
            ends_on=date.fromisoformat(ends_on),
        )
        for area in areas:
            await self._row(tables.ContractArea, keyed=False, contract_id=contract_id, area=area)
        return contract_id

    async def sent_to(
        self,
        elder_id: str,
        village: str,
        *,
        ends_on: str | None = None,
        contract_id: UUID | None = None,
        worker_id: UUID | None = None,
    ) -> UUID:
        return await self._row(
            tables.Assignment,
            elder_id=UUID(elder_id),
            village=village,
            provider_id=self.id,
            worker_id=worker_id,
            contract_id=contract_id,
            state="running",
            starts_on=_ALWAYS,
            ends_on=ends_on and date.fromisoformat(ends_on),
        )

    async def rests(self, starts_on: str, ends_on: str | None = None, *, worker_id: UUID | None = None) -> UUID:
        return await self._row(
            tables.StandDown,
            provider_id=None if worker_id else self.id,
            worker_id=worker_id,
            state="suspended",
            starts_on=date.fromisoformat(starts_on),
            ends_on=ends_on and date.fromisoformat(ends_on),
            sealed=b"",
        )

    async def trains(self, held_on: str, *, worker_id: UUID | None = None, until: str | None = None) -> UUID:
        return await self._row(
            tables.Training,
            provider_id=self.id,
            worker_id=worker_id,
            area=DISTRICT,
            topic="上门探访规范",
            held_on=date.fromisoformat(held_on),
            valid_until=until and date.fromisoformat(until),
        )

    async def worker(self, name: str = "林水妹", external_id: str | None = None, **more: Any) -> UUID:
        said = {"kind": "grid_worker", "status": "active", "provider_id": self.id}
        return await self._row(tables.Worker, source=self.source, name=name, external_id=external_id, **(said | more))

    async def _row(self, model: Any, *, keyed: bool = True, **values: Any) -> UUID:
        return await a_row(self.rounds, model, keyed=keyed, **values)


async def a_row(rounds: Rounds, model: Any, *, keyed: bool = True, **values: Any) -> UUID:
    """A row as the office would have made it; answers its id."""
    async with rounds.opened(writes=True) as registers:
        row_id = registers.desk.new_id()
        made = {"id": row_id, "created_at": registers.now, "version": 1}
        whole = ({name: value for name, value in made.items() if name in model.model_fields} if keyed else {}) | values
        await registers.desk.session.execute(insert(table_of(model)), [whole])
        return row_id


async def a_force(rounds: Rounds, *, area: str = DISTRICT, own_force: bool = False) -> Force:
    """A company, or a village's own force, with an account that posts for it; it is the tenth of November."""
    rounds.on("2026-11-10")
    provider_id = await a_row(
        rounds,
        tables.Provider,
        area=area,
        kind="self_governing_organisation" if own_force else "elderly_service_centre",
        name="涵江夕阳红服务中心",
        own_force=own_force,
        premises=False,
        state="active",
        starts_on=_ALWAYS,
        sealed=b"",
    )
    person = Person(((Role.PROVIDER, area),), starts_on=_ALWAYS, provider_id=provider_id)
    await settle(rounds.service, person)
    return Force(provider_id, person, rounds)


async def a_visitor(force: Force, worker_id: UUID) -> Person:
    """One worker of the force, with a phone and an account."""
    whose = {"provider_id": force.id, "worker_id": worker_id}
    person = Person(((Role.VISITOR, DISTRICT),), starts_on=_ALWAYS, **whose)
    await settle(force.rounds.service, person)
    return person
