"""Whether anything works at all: the shortest way through every layer."""

import httpx

from api.deps import Service
from api.usecases.founding import found
from tests.builders import a_liaison, settle


async def test_the_service_is_healthy_and_knows_its_district(client: httpx.AsyncClient, service: Service) -> None:
    answer = await client.get("/healthz")
    assert answer.status_code == 200, answer.text
    assert await found(service.store, "350303") == 0
    token = await settle(service, a_liaison())
    places = await client.get("/v1/divisions", headers={"Authorization": f"Bearer {token}"})
    assert places.status_code == 200, places.text
