"""Machine clients and their secrets, made by the verbs that make them in life."""

from datetime import date

from api.domain.access import Actor, AreaCode, Grant, Role
from api.schemas.clients import ClientIn, SecretIn
from api.store import Trace
from api.usecases.clients import give_secret, open_client
from tests.builders import DISTRICT
from tests.matrix.provider_things import a_provider
from tests.matrix.world import Caller, Thing, World

_SUPERVISOR = Actor(None, (Grant(Role.DISTRICT_SUPERVISOR, AreaCode(DISTRICT), date(2020, 1, 1)),))


async def a_client(world: World, village: str, caller: Caller) -> Thing:
    """Of a provider of the village."""
    provider = await a_provider(world, village, caller)
    said = {"provider_id": provider.id("provider_id"), "name": "服务系统", "scopes": ["visits:write"]}
    async with world.accounts() as accounts:
        form = ClientIn.model_validate(said)
        opened = await open_client(accounts, _trace(), _SUPERVISOR, form)
        return Thing(village, {**provider.ids, "client_id": opened.client.id})


async def a_client_with_secret(world: World, village: str, caller: Caller) -> Thing:
    client = await a_client(world, village, caller)
    async with world.accounts() as accounts:
        found = await accounts.clients.get([AreaCode(DISTRICT)], client.ids["client_id"])
        given = await give_secret(accounts, _trace(), _SUPERVISOR, found, SecretIn())
        return Thing(village, {**client.ids, "secret_id": given.row.id}, words={"secret": given.secret})


def _trace() -> Trace:
    return Trace("prepare", "prepare", "test")
