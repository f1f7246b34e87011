"""The sandbox from the command line: made, and made again."""

import asyncio
from uuid import UUID

from sqlalchemy import select

from api.deps import Service
from api.domain.access import Actor
from api.domain.sandbox import SANDBOX
from api.store import Trace
from api.store.tables import Elder, Provider, table_of
from tests.cli.conftest import Run


async def test_it_is_made_with_an_office_and_made_again_without_touching_accounts(run: Run, service: Service) -> None:
    made = await asyncio.to_thread(run, "sandbox")
    elders, forces = await ids_of(service, Elder), await ids_of(service, Provider)
    again = await asyncio.to_thread(run, "sandbox")

    assert (made.exit_code, again.exit_code) == (0, 0), made.output + again.output
    assert "密码 password" in made.output
    assert "密码 password" not in again.output
    anew = await ids_of(service, Elder)
    assert len(elders) == len(anew) == 40
    assert not elders & anew
    assert await ids_of(service, Provider) == forces


async def ids_of(service: Service, model: type) -> set[UUID]:
    """What there is of one kind; the test's database holds nothing but the sandbox."""
    async with service.store.opened(Actor.system(SANDBOX, "test"), Trace("t", "t", "test"), writes=False) as registers:
        return set(await registers.desk.session.scalars(select(table_of(model).c.id)))
