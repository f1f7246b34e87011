"""A founded district, and people who know their passwords."""

from collections.abc import Awaitable, Callable
from datetime import date

import httpx
import pytest

from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.usecases.accounts import open_account
from api.usecases.founding import found
from tests.accounts.centre import EVERYTHING, Centre
from tests.accounts.signing import PASSWORD
from tests.builders import VILLAGE
from tests.providers.forces import a_force, signed
from tests.visits.rounds import Rounds

SignUp = Callable[..., Awaitable[str]]


@pytest.fixture
async def founded(service: Service) -> Service:
    """The service of a district whose divisions are known."""
    await found(service.store, "350303")
    return service


@pytest.fixture
def sign_up(founded: Service) -> SignUp:
    """``await sign_up("wang")`` opens a liaison's account with PASSWORD; without one a first password is made."""

    async def signed_up(
        username: str, *, role: Role = Role.VILLAGE_LIAISON, area: str = VILLAGE, password: str | None = PASSWORD
    ) -> str:
        grant = NewGrant(date(2020, 1, 1), None, role, AreaCode(area))
        async with founded.store.accounts() as accounts:
            opened = await open_account(
                accounts, username=username, display_name="测试人员", grants=[grant], password=password
            )
        return opened.password

    return signed_up


@pytest.fixture
async def centre(rounds: Rounds, client: httpx.AsyncClient) -> Centre:
    """With a running contract over the township."""
    force = await a_force(rounds)
    await signed(rounds, force)
    form = {"provider_id": force["id"], "name": "关爱服务中心系统", "scopes": EVERYTHING}
    opened = await rounds.does(rounds.supervisor, "/v1/clients", **form)
    return Centre(rounds, force["id"], opened, client)
