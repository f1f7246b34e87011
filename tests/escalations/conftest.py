import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.escalations.desk import Desk


@pytest.fixture
async def desk(service: Service, clock: Clock, client_of: ClientOf) -> Desk:
    await found(service.store, DISTRICT)
    return Desk(service, clock, client_of)
