"""Operation × role × place: who may do what where, asked of the whole service over HTTP on both databases.

While an operation is being built, ``TANFANG_MATRIX=REGEX`` asks those alone whose id matches.
"""

import os
import re
import sys
from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import true

from api.deps import Service
from api.domain.access import GRANTS, Permission, Role
from api.main import enveloped
from api.settings import Settings
from api.store import scope
from tests.conftest import Urls
from tests.matrix.asking import Matrix
from tests.matrix.operations import Operation, operations_of
from tests.matrix.parts import PARTS, part_of
from tests.matrix.recipes import RECIPES
from tests.matrix.rows import rows_of
from tests.matrix.summary import FIGURES
from tests.matrix.world import World, callers_of
from tests.promises.names import promise

SCOPED = {"list_elders", "show_elder", "verify", "exit_elder", "list_tasks", "list_visits", "void_visit"}
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def matrix(app: FastAPI, service: Service, settings: Settings, database: Urls) -> AsyncIterator[Matrix]:
    world = World(service)
    await world.founded()
    async with callers_of(world, enveloped(app, settings)) as callers:
        with rows_of(database) as rows:
            made = Matrix(world, callers, rows)
            await made.settle()
            yield made


@pytest.fixture
def operations(app: FastAPI) -> dict[str, Operation]:
    return {operation.id: operation for operation in operations_of(app.openapi())}


@pytest.fixture
def asked(operations: dict[str, Operation]) -> dict[str, Operation]:
    return {name: each for name, each in operations.items() if re.search(os.environ.get("TANFANG_MATRIX", ""), name)}


def test_every_operation_has_a_recipe(operations: dict[str, Operation]) -> None:
    missing = sorted(operations.keys() - RECIPES.keys())
    assert not missing, f"operations without a recipe in tests/matrix/recipes: {missing}"


@pytest.fixture
def open_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers narrow nothing to anybody's area."""
    for module in [module for name, module in sys.modules.items() if name.startswith("api.store")]:
        if getattr(module, "within", None) is scope.within and module is not scope:
            monkeypatch.setattr(module, "within", lambda column, areas: true())


@pytest.mark.long
@promise("P26")
@promise("P28")
@pytest.mark.parametrize("part", range(PARTS))
async def test_everybody_may_do_what_the_table_says_and_only_where_it_says(
    matrix: Matrix, asked: dict[str, Operation], part: int, record_property: Callable[[str, object], None]
) -> None:
    report = await matrix.ask(part_of(asked.values(), part))
    record_property(FIGURES, report.figures)
    assert not report.differences, "\n".join([str(report), *map(str, report.differences)])


@on_sqlite
async def test_a_permission_that_was_taken_away_is_noticed(
    matrix: Matrix, operations: dict[str, Operation], monkeypatch: pytest.MonkeyPatch
) -> None:
    role = Role.TOWNSHIP_INSTRUCTOR
    monkeypatch.setitem(GRANTS, role, GRANTS[role] - {Permission.ELDER_REVEAL})
    report = await matrix.ask([operations["reveal"], operations["show_elder"]])
    assert {difference.operation for difference in report.differences} == {"reveal"}


@on_sqlite
async def test_a_scope_that_holds_everything_is_noticed(
    matrix: Matrix, operations: dict[str, Operation], open_registers: None
) -> None:
    """On SQLite, where no row-level security stands behind it."""
    report = await matrix.ask(operations[name] for name in sorted(SCOPED))
    assert {difference.operation for difference in report.differences} == SCOPED


@promise("P28")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_behind_registers_that_hold_everything_the_database_shows_and_takes_nothing_of_others(
    matrix: Matrix, operations: dict[str, Operation], open_registers: None
) -> None:
    """But for the part of one's own area that was asked about, which the registers alone know."""
    report = await matrix.ask(operations[name] for name in sorted(SCOPED))
    assert not [each for each in report.differences if "(area)" not in each.what]
