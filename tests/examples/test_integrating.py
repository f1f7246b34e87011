"""The guide for providers, in both languages: its commands run as they stand, in one shell, and do what it says."""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.main import service_for
from api.security import Keys
from api.settings import Settings
from api.usecases.accounts import open_account
from tests.builders import DISTRICT
from tests.conftest import Clock
from tests.demo.test_readme import commands
from tests.serving import served_beside
from tests.visits.forces import a_force
from tests.visits.rounds import Rounds

ENGLISH, CHINESE = ("docs/integrating.md", "docs/integrating.zh-CN.md")
PASSWORD = "ein-ganz-neues-Wort-7"
Shell = Callable[[list[str]], list[str]]

SAID = [
    "",  # signed in
    "",
    "0 201 created\n1 422 rejected",
    "0 201 created",
    "0 201 created\n0 200 unchanged",
    "0 202 held",
    "0 409 rejected /external_version stale_version\n1 201 created\n0 200 updated",
    "{'rows': 2, 'created': 1, 'updated': 0, 'unchanged': 0, 'proposed': 0, 'held': 0, 'rejected': 1}",
    "仅校验，未保存任何数据",
    "对账 reconciled 2026-11-02 – 2026-11-02：一致 matched 1",
]


@pytest.fixture
async def shell(
    rounds: Rounds, application: FastAPI, settings: Settings, keys: Keys, clock: Clock, tmp_path: Path
) -> Shell:
    """What each block of commands says, run in one shell by a provider under contract, in an empty folder."""
    await rounds.elder()
    force = await a_force(rounds)
    await force.contract(DISTRICT)
    grant = NewGrant(date(2026, 1, 1), None, Role.PROVIDER, AreaCode(DISTRICT), provider_id=force.id)
    async with rounds.service.store.accounts() as accounts:
        await open_account(accounts, username="centre", display_name="中心", grants=[grant], password=PASSWORD)

    def run(blocks: list[str]) -> list[str]:
        script = "\nprintf '\\f'\n".join(["set -euo pipefail", *blocks])
        with served_beside(application, service_for(settings, keys, clock)) as url:
            return asyncio.run(_bash(script, url, tmp_path)).split("\f")[1:]

    return run


async def _bash(script: str, url: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    sender = {"TANFANG_URL": url, "TANFANG_USERNAME": "centre", "TANFANG_PASSWORD": PASSWORD}
    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=folder, env=os.environ | sender | {"PATH": path}, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(shell.communicate(), 120)
    assert shell.returncode == 0, said.decode()
    return said.decode()


def test_both_languages_show_the_same_commands() -> None:
    assert commands(ENGLISH) == commands(CHINESE)


async def test_its_commands_do_what_it_says(shell: Shell) -> None:
    said = await asyncio.to_thread(shell, commands(ENGLISH))
    assert len(said) == len(SAID)
    for block, expected, told in zip(commands(ENGLISH), SAID, said, strict=True):
        assert expected in told, (block, told)
