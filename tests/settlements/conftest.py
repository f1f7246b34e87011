import pytest

from api.deps import Service
from tests.conftest import ClientOf, Clock
from tests.settlements.purchases import Purchases


@pytest.fixture
async def purchases(service: Service, clock: Clock, client_of: ClientOf) -> Purchases:
    return Purchases(service, clock, client_of)
