"""A district office before the cold and the festivals."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.surges.weather import Weather


@pytest.fixture
async def weather(service: Service, clock: Clock, client_of: ClientOf) -> Weather:
    await found(service.store, DISTRICT)
    return Weather(service, clock, client_of)
