"""A provider's system before a real server: under contract, with a secret, and a shell of its own to work in."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.domain.access import Scope
from api.main import service_for
from api.security import Keys
from api.settings import Settings
from tests.builders import DISTRICT
from tests.conftest import Clock
from tests.serving import served_beside
from tests.visits.forces import a_force
from tests.visits.rounds import Rounds

Shell = Callable[[list[str]], list[str]]


@pytest.fixture
async def credentials(rounds: Rounds) -> Mapping[str, str]:
    """Of a client of a provider whose contract covers the district, where 陈阿婆 lives."""
    await rounds.elder()
    force = await a_force(rounds)
    await force.contract(DISTRICT)
    system = {"provider_id": str(force.id), "name": "中心系统", "scopes": [scope.value for scope in Scope]}
    client = await rounds.does(rounds.supervisor, "/v1/clients", **system)
    given = await rounds.does(rounds.supervisor, f"/v1/clients/{client['id']}/secrets")
    return {"TANFANG_CLIENT_ID": client["id"], "TANFANG_CLIENT_SECRET": given["secret"]}


@pytest.fixture
def shell(
    credentials: Mapping[str, str],
    application: FastAPI,
    settings: Settings,
    keys: Keys,
    clock: Clock,
    tmp_path: Path,
) -> Shell:
    """What each block of commands says, run in one shell with the client's credentials, in an empty folder."""

    def run(blocks: list[str]) -> list[str]:
        script = "\nprintf '\\f'\n".join(["set -euo pipefail", *blocks])
        with served_beside(application, service_for(settings, keys, clock)) as url:
            return asyncio.run(_bash(script, tmp_path, credentials | {"TANFANG_URL": url})).split("\f")[1:]

    return run


async def _bash(script: str, folder: Path, told: Mapping[str, str]) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=folder, env=os.environ | told | {"PATH": path}, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(shell.communicate(), 120)
    assert shell.returncode == 0, said.decode()
    return said.decode()
