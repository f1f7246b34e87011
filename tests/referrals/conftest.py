"""People who help elders, and bodies whom they ask."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.referrals.helping import Helping


@pytest.fixture
async def office(service: Service, clock: Clock, client_of: ClientOf) -> Helping:
    await found(service.store, DISTRICT)
    office = Helping(service, clock, client_of)
    office.on("2026-11-03")
    return office
