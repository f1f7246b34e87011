"""A small demo, made once for all tests of this folder: three villages, on SQLite as every demo is."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from rich.console import Console

from api.demo.run import prepare
from api.deps import Service
from api.main import enveloped, service_for
from api.security import load_keys
from api.settings import Settings
from tests.builders import a_client

ELDERS = 130
VILLAGES = ("350303001001", "350303101201", "350303104001")


@dataclass(frozen=True)
class Made:
    folder: Path
    settings: Settings


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("demo") / "made"
    return Made(folder, prepare(folder, 8000, Console(quiet=True), elders=ELDERS, villages=VILLAGES))


@pytest.fixture
async def service(application: FastAPI, made: Made) -> AsyncIterator[Service]:
    """The demo as it is served, at this minute; nobody minds how often a test asks."""
    keys = load_keys(made.folder / "keys.json")
    unlimited = {"rate_limit": 0, "client_rate_limit": 0, "sign_in_rate_limit": 0}
    settings = made.settings.model_copy(update=unlimited)
    application.state.service = service = service_for(settings, keys, lambda: datetime.now(UTC))
    yield service
    await service.store.close()


VisitorAs = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def visitor_as(application: FastAPI, made: Made, service: Service) -> AsyncIterator[VisitorAs]:
    """``await visitor_as("liaison")``: somebody who signs in with what ``credentials.json`` says."""
    told = {each["username"]: each for each in json.loads((made.folder / "credentials.json").read_text("utf-8"))}
    async with AsyncExitStack() as stack:

        async def signed_in(username: str) -> httpx.AsyncClient:
            client = await stack.enter_async_context(a_client(enveloped(application, made.settings)))
            form = {"grant_type": "password", "username": username, "password": told[username]["password"]}
            answer = await client.post("/oauth/token", data=form)
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            return client

        yield signed_in


@pytest.fixture
async def centre(application: FastAPI, made: Made, service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """The system of the demo's provider, signed in with what ``client.env`` says."""
    lines = (made.folder / "client.env").read_text("utf-8").split()
    told = dict(line.split("=") for line in lines if "=" in line)
    form = {"client_id": told["TANFANG_CLIENT_ID"], "client_secret": told["TANFANG_CLIENT_SECRET"]}
    async with a_client(enveloped(application, made.settings)) as client:
        answer = await client.post("/oauth/token", data={"grant_type": "client_credentials", **form})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client
