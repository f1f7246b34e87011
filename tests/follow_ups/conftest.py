"""A township that puts things right, and asks whether it has helped."""

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT
from tests.conftest import ClientOf, Clock
from tests.follow_ups.asking import Asking


@pytest.fixture
async def office(service: Service, clock: Clock, client_of: ClientOf) -> Asking:
    await found(service.store, DISTRICT)
    office = Asking(service, clock, client_of)
    office.on("2026-11-03")
    return office
