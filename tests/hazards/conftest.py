"""Homes with hazards in them, and the people who see, tell and look again."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.hazards.homes import Homes


@pytest.fixture
async def homes(service: Service, clock: Clock, client_of: ClientOf) -> Homes:
    await found(service.store, DISTRICT)
    return Homes(service, clock, client_of)
