"""People at work, for whichever test asks: ``office`` takes elders on the roll, ``rounds`` also visits them."""

import pytest

from api.deps import Service
from tests.conftest import ClientOf, Clock
from tests.duty.office import Office
from tests.visits.rounds import Rounds


@pytest.fixture
async def office(service: Service, clock: Clock, client_of: ClientOf) -> Office:
    return Office(service, clock, client_of)


@pytest.fixture
async def rounds(service: Service, clock: Clock, client_of: ClientOf) -> Rounds:
    return Rounds(service, clock, client_of)
