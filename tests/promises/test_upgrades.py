"""Migrations that are cut, and two at once: the schema is the newest afterwards, and one run more does no harm."""

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from alembic import command

from api.schema import migrate
from api.settings import Settings
from tests.conftest import Urls
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.serving import Forked, forked
from tests.test_migrations import run

_A_RUN = 3.0  # seconds, about
_LONG = 120.0

pytestmark = [pytest.mark.own_database, pytest.mark.long]


def upgrade() -> None:
    migrate(Settings())


def upgrading(stack: ExitStack, database: Urls, folder: Path) -> Forked:
    environment = os.environ | {
        "TANFANG_MODE": "test",
        "TANFANG_DATABASE_URL": database.app,
        "TANFANG_OWNER_DATABASE_URL": database.owner,
    }
    return stack.enter_context(forked(upgrade, environment, folder / f"upgrade-{len(list(folder.iterdir()))}.log"))


@promise("P48")
async def test_two_upgrades_at_once_are_one(database: Urls, tmp_path: Path) -> None:
    run(database.owner, command.downgrade, "base")
    with ExitStack() as stack:
        both = [upgrading(stack, database, tmp_path) for _ in range(2)]
        ended = [await asyncio.to_thread(each.wait, _LONG) for each in both]
    assert ended == [0, 0], [each.said for each in both]
    run(database.owner, command.check)


@promise("P48")
async def test_an_upgrade_that_was_cut_is_run_again(
    database: Urls, tmp_path: Path, counted: Counted, told: Told
) -> None:
    cuts = counted(1, 10)
    run(database.owner, command.downgrade, "base")
    for turn in range(cuts):
        with ExitStack() as stack:
            process = upgrading(stack, database, tmp_path)
            await asyncio.sleep(Random(turn).random() * _A_RUN)
            process.kill()
    with ExitStack() as stack:
        last = upgrading(stack, database, tmp_path)
        assert await asyncio.to_thread(last.wait, _LONG) == 0, last.said
    run(database.owner, command.check)
    told(f"cut {cuts} times")
