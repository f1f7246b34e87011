"""What the tests of settlements say in one line: what was bought of whom, who came, and what a month comes to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update

from api.domain.access import Role
from api.store.tables import UserGrant, Visit, table_of
from tests.builders import DISTRICT, TOWNSHIP, Person, a_dashboard, settle
from tests.visits.rounds import Rounds, at

_VISITS, _GRANTS = table_of(Visit), table_of(UserGrant)
HOME = {"service": "home_visit", "price": 4000}
MEAL = {"service": "meal", "price": 1500}


@dataclass
class Purchases(Rounds):
    """The supervisor buys for 江口镇 in 2026, unless said."""

    async def provider(self, *services: dict[str, Any], premises: bool = False, **contract: Any) -> str:
        """A provider, with a contract for these services if there are any."""
        form = {"area": DISTRICT, "kind": "elderly_service_centre", "name": "江口养老服务中心", "premises": premises}
        provider_id = str((await self.does(self.supervisor, "/v1/providers", **form, starts_on="2026-01-01"))["id"])
        if services:
            await self.contract(provider_id, *services, **contract)
        return provider_id

    async def contract(self, provider_id: str, *services: dict[str, Any], **said: Any) -> str:
        form = {
            "number": "涵民购〔2026〕11号",
            "purpose": "探访关爱服务",
            "reach": "areas",
            "areas": [TOWNSHIP],
            "data_clause": True,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "services": list(services),
        }
        path = f"/v1/providers/{provider_id}/contracts"
        return str((await self.does(self.supervisor, path, **form | said))["id"])

    async def visited(self, provider_id: str, elder_id: str, day: str, hour: int = 9, **said: Any) -> str:
        """A visit by somebody of the provider; its id."""
        visit_id = str((await self.sends(elder_id, **at(day, hour, **said)))["id"])
        await self.came_from(provider_id, visit_id)
        return visit_id

    async def came_from(self, provider_id: str, visit_id: str) -> None:
        async with self.opened(writes=True) as registers:
            whose = update(_VISITS).where(_VISITS.c.id == UUID(visit_id)).values(provider_id=UUID(provider_id))
            await registers.desk.session.execute(whose)

    async def proposed(self, provider_id: str, month: str) -> dict[str, Any]:
        return await self.does(self.supervisor, f"/v1/providers/{provider_id}/settlements", month=month)

    async def closed(self, provider_id: str, month: str) -> dict[str, Any]:
        """Proposed and closed."""
        await self.proposed(provider_id, month)
        return await self.does(self.supervisor, f"/v1/providers/{provider_id}/settlements/{month}/close")

    async def lines(self, provider_id: str, month: str, by: Person | None = None) -> list[dict[str, Any]]:
        answer = await self.reads(by or self.supervisor, f"/v1/providers/{provider_id}/settlements/{month}/lines")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    async def told(self, provider_id: str, month: str) -> list[tuple[str, int, str | None]]:
        """Day, amount and reason of each line."""
        lines = await self.lines(provider_id, month)
        return [(line["visited_on"], line["amount"], line["reason"]) for line in lines]

    async def manager(self, provider_id: str) -> Person:
        """Somebody who works for the provider."""
        person = a_dashboard()
        await settle(self.service, person)
        async with self.service.store.accounts() as accounts:
            known = await accounts.users.named(person.username)
        assert known is not None
        async with self.opened(writes=True) as registers:
            of_person = update(_GRANTS).where(_GRANTS.c.user_id == known.id)
            whose = {"role": Role.PROVIDER.value, "provider_id": UUID(provider_id)}
            await registers.desk.session.execute(of_person.values(whose))
        return person


__all__ = ["HOME", "MEAL", "Purchases"]
