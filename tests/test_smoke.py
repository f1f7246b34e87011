import httpx

from api.usecases.founding import found


async def test_the_service_is_healthy_and_founded(client: httpx.AsyncClient, service) -> None:
    answer = await client.get("/healthz")
    assert answer.status_code == 200, answer.text
    assert await found(service.store, "350303") == 214
    assert await found(service.store, "350303") == 0
