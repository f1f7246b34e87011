"""A district office at work: its people, a day that can be moved, and elders on its roll."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.duty.office import Office


@pytest.fixture
async def office(service: Service, clock: Clock, client_of: ClientOf) -> Office:
    await found(service.store, DISTRICT)
    return Office(service, clock, client_of)
