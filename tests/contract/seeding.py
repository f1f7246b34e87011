"""One real object for every operation, made by the matrix' recipes: each operation has something to succeed on."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from api.domain.access import Role
from api.main import create_app, enveloped
from api.security import Keys
from api.settings import Mode, Settings
from api.usecases.passwords import hashed
from tests.accounts.signing import PASSWORD
from tests.builders import VILLAGE
from tests.conftest import Clock, Urls
from tests.matrix.operations import Operation, operations_of
from tests.matrix.recipes import RECIPES, second_factors
from tests.matrix.recipes.asked import Recipe
from tests.matrix.world import Caller, Thing, World, caller_of, callers_of

NOW = datetime.fromisoformat("2026-11-03T10:00:00+08:00")
_OWN = tuple(second_factors.RECIPES)  # what succeeds once spoils the next for the same person


@dataclass(frozen=True)
class Seeds:
    """``token``: of somebody with the role; ``operations``: by id, what to send so that it succeeds.

    ``tokens``: of others with the role, for operations on one's own account of which only one can succeed.
    """

    token: str
    tokens: Mapping[str, str]
    operations: Mapping[str, Any]


async def seeded(urls: Urls, keys: Keys, role: Role) -> Seeds:
    """Fill an empty, migrated database; everything lies in a village within the role's reach."""
    settings = Settings(
        mode=Mode.TEST,
        database_url=SecretStr(urls.app),
        owner_database_url=SecretStr(urls.owner),
        run_jobs=False,
        log_level="ERROR",
    )
    app = create_app(settings, keys=keys, clock=Clock(NOW))
    world = World(app.state.service)
    served = enveloped(app, settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        await world.founded()
        async with callers_of(world, served) as callers:
            [caller] = [each for each in callers if each.role is role]
            own = {each: await stack.enter_async_context(caller_of(world, served, role, what=each)) for each in _OWN}
            seeds = {
                each.id: await _seed(world, own.get(each.id, caller), each) for each in operations_of(app.openapi())
            }
            await _let_sign_in(world, {seed["path"]["user_id"] for seed in seeds.values() if "user_id" in seed["path"]})
            await world.planned()
            return Seeds(_token(caller), {name: _token(each) for name, each in own.items()}, seeds)


def _token(caller: Caller) -> str:
    return str(caller.client.headers["Authorization"]).removeprefix("Bearer ")


async def _seed(world: World, caller: Caller, operation: Operation) -> Mapping[str, Any]:
    recipe = _within_reach(RECIPES[operation.id], caller)
    thing = await recipe.makes(world, VILLAGE, caller) if recipe.makes else Thing(VILLAGE)
    ask = recipe.ask(thing)
    ids = {name: str(each) for name, each in {**thing.ids, **thing.known}.items()}
    body = {**(operation.example or {}), **(ask.json or {}), **(ask.form or {})}
    return {
        "path": ids | dict(ask.path),
        "query": ask.query or {},
        "header": {"if-match": "*"},
        "body": ask.content.decode() if ask.content else body or None,
        "media_type": ask.headers.get("Content-Type"),
    }


def _within_reach(recipes: Sequence[Recipe], caller: Caller) -> Recipe:
    """The first that is not about what another's provider did, if the caller works for one."""
    own = (each for each in recipes if not caller.of_provider or each.of_provider is None)
    return next(own, recipes[0])


async def _let_sign_in(world: World, user_ids: Iterable[str]) -> None:
    """Schemathesis reads names in answers and signs in with them, so each account has a password."""
    password_hash = await hashed(PASSWORD)
    async with world.accounts() as accounts:
        for user_id in user_ids:
            await accounts.users.keep_password(UUID(user_id), password_hash, must_change=False)
