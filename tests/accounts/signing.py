"""Signing in over HTTP, as the tests of accounts do it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from api.deps import Service
from tests.builders import Person, settle

PASSWORD = "teapot under the bridge"


async def sign_in(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": password}
    return await client.post("/oauth/token", data=form)


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/oauth/token", data={"grant_type": "refresh_token", "refresh_token": token})


async def me(client: httpx.AsyncClient, tokens: dict[str, Any]) -> httpx.Response:
    return await client.get("/v1/me", headers=bearing(tokens))


def bearing(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def within_a_second(ask: Callable[[], Awaitable[httpx.Response]], status: int) -> httpx.Response:
    """The first answer with the status; what is asked a second from now must have it."""
    began = time.monotonic()
    while True:
        asked = time.monotonic()
        answer = await ask()
        if answer.status_code == status:
            return answer
        assert asked - began < 1, answer.text
        await asyncio.sleep(0.02)


async def id_of(service: Service, person: Person) -> str:
    """The person's account; it is opened if need be."""
    await settle(service, person)
    async with service.store.accounts(writes=False) as accounts:
        user = await accounts.users.named(person.username)
    assert user is not None
    return str(user.id)
