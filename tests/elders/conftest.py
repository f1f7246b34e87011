"""A district with its divisions, and somebody of each kind signed in."""

import httpx
import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT, a_liaison, a_supervisor, an_instructor
from tests.conftest import ClientOf


@pytest.fixture(autouse=True)
async def _divisions(service: Service) -> None:
    await found(service.store, DISTRICT)


@pytest.fixture
async def liaison(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(a_liaison())


@pytest.fixture
async def instructor(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(an_instructor())


@pytest.fixture
async def supervisor(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(a_supervisor())
