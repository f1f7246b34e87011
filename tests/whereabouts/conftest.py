"""A village where somebody is not at home, and people who ask around."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.whereabouts.asking import Village


@pytest.fixture
async def village(service: Service, clock: Clock, client_of: ClientOf) -> Village:
    await found(service.store, DISTRICT)
    return Village(service, clock, client_of)
