"""A district with its divisions, and its offices signed in."""

import httpx
import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT, a_supervisor, an_instructor
from tests.conftest import ClientOf


@pytest.fixture
async def supervisor(service: Service, client_of: ClientOf) -> httpx.AsyncClient:
    await found(service.store, DISTRICT)
    return await client_of(a_supervisor())


@pytest.fixture
async def instructor(service: Service, client_of: ClientOf) -> httpx.AsyncClient:
    """Of 江口镇, where the sample people of ``sheets`` live."""
    await found(service.store, DISTRICT)
    return await client_of(an_instructor())
