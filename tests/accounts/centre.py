"""A provider whose own system signs in."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.accounts.signing import bearing, within_a_second
from tests.visits.rounds import Rounds

EVERYTHING = ["elders:read", "files:write", "rates:read", "visits:read", "visits:write"]


@dataclass
class Centre:
    """A provider with a running contract over the township, and its system."""

    rounds: Rounds
    provider_id: str
    client: dict[str, Any]
    http: httpx.AsyncClient

    @property
    def path(self) -> str:
        return f"/v1/clients/{self.client['id']}"

    async def secret(self, **said: Any) -> dict[str, Any]:
        return await self.rounds.does(self.rounds.supervisor, f"{self.path}/secrets", **said)

    async def asks(self, secret: str, client_id: str | None = None, **more: str) -> httpx.Response:
        who = client_id or str(self.client["id"])
        form = {"grant_type": "client_credentials", "client_id": who, "client_secret": secret, **more}
        return await self.http.post("/oauth/token", data=form)

    async def token(self, secret: str, **more: str) -> dict[str, Any]:
        answer = await self.asks(secret, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def me(self, token: dict[str, Any]) -> httpx.Response:
        return await self.http.get("/v1/me", headers=bearing(token))

    async def until_ended(self, token: dict[str, Any]) -> httpx.Response:
        return await within_a_second(lambda: self.me(token), 401)

    async def changes(self, **patch: Any) -> httpx.Response:
        client = await self.rounds.client(self.rounds.supervisor)
        return await client.patch(self.path, json=patch, headers={"If-Match": "*"})

    async def revokes(self, secret_id: str) -> httpx.Response:
        return await (await self.rounds.client(self.rounds.supervisor)).delete(f"{self.path}/secrets/{secret_id}")
