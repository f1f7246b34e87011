"""A district in which somebody has died."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.incidents.deaths import Mourners


@pytest.fixture
async def mourners(service: Service, clock: Clock, client_of: ClientOf) -> Mourners:
    await found(service.store, DISTRICT)
    return Mourners(service, clock, client_of)
