"""An office with things that wait for it."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.visits.rounds import Rounds


@pytest.fixture
async def rounds(service: Service, clock: Clock, client_of: ClientOf) -> Rounds:
    await found(service.store, DISTRICT)
    return Rounds(service, clock, client_of)
