"""One small town for every story."""

import pytest

from api.deps import Service
from tests.conftest import ClientOf, Clock
from tests.stories.town import Town


@pytest.fixture
async def town(service: Service, clock: Clock, client_of: ClientOf) -> Town:
    return Town(service, clock, client_of)
