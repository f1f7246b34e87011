"""What is promised of the audit (P38, P39): nothing without an entry, and none that could be touched unseen."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from api.deps import Service
from api.main import enveloped
from api.settings import Settings
from tests.cli.conftest import sql
from tests.conftest import Urls
from tests.elders.forms import stored_rows
from tests.matrix.asking import Matrix
from tests.matrix.cases import Case, cases_of
from tests.matrix.operations import operations_of
from tests.matrix.rows import rows_of
from tests.matrix.world import LAPSED, World, callers_of
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told

UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_ENTRIES = {"list_audit_events", "list_accesses"}  # what they show are ids of entries
TURNS = 24  # in the short form every so-many-th operation, others every day
OF_A_PROBLEM = {"type", "title", "status", "detail", "fix", "ask", "instance", "code", "params", "errors"} | {
    "request_id",
    "retryable",
}

# --- P38 ----------------------------------------------------------------------------------------------


@pytest.fixture
async def matrix(app: FastAPI, service: Service, settings: Settings, database: Urls) -> AsyncIterator[Matrix]:
    world = World(service)
    await world.founded()
    async with callers_of(world, enveloped(app, settings)) as callers:
        with rows_of(database) as rows:
            yield Matrix(world, callers, rows)


@pytest.fixture
def questions(app: FastAPI, matrix: Matrix, counted: Counted) -> list[Case]:
    """Of each operation one that is refused to somebody known, and one that is allowed."""
    turns = counted(TURNS, 1)
    turn = datetime.now(UTC).toordinal() % turns
    operations = [each for each in operations_of(app.openapi()) if each.audit != "none" and each.permission]
    return [case for each in operations[turn::turns] for case in _of_each_kind(cases_of(each, matrix.callers))]


def _of_each_kind(cases: Iterator[Case]) -> Iterator[Case]:
    known = [case for case in cases if case.caller.user_id is not None]
    yield from [case for case in known if case.expected.status >= 400][:1]
    yield from [case for case in known if case.allowed][:1]


@promise("P38")
async def test_who_is_answered_and_who_is_refused_leaves_one_entry_that_says_everything(
    matrix: Matrix, questions: list[Case], database: Urls, told: Told, progress: Heard
) -> None:
    wrong: list[str] = []
    for number, case in enumerate(questions):
        progress(number, len(questions))
        thing = await matrix.prepared(case)
        last = last_entry(database)
        request_id, response = await matrix.put(case, thing)
        new = stored_rows(database, f"SELECT * FROM audit_entries WHERE seq > {last}")
        entries = [entry for entry in new if entry["request_id"] == request_id]
        if case.recipe.reports:  # has a transaction for every part of a file
            entries = entries[:1]
        named = set(UUIDS.findall(response.request.url.path))
        if not case.recipe.reports and case.operation.id not in OF_ENTRIES:
            named |= set(UUIDS.findall(response.text)) & elders(database)
        wrong += [f"{case.operation.id} {case}: {each}, {response.status_code}" for each in amiss(case, entries, named)]
    assert questions
    assert not wrong, "\n".join(wrong)
    told(f"{len(questions)} questions about {len({case.operation.id for case in questions})} operations")


def amiss(case: Case, entries: list[dict[str, Any]], named: set[str]) -> Iterator[str]:
    """What the entries of one question should be and are not. ``named``: in the address, and elders in the answer."""
    said = [(entry["operation"], entry["result"]) for entry in entries]
    if said != list(case.entries):
        yield f"{said} instead of {case.entries}"
        return
    [entry] = entries
    held = set() if case.caller.name == LAPSED else {"areas", "reason" if entry["reason"] else "roles"}
    yield from (f"no {name}" for name in {"at", "session_id", "source"} | held if not entry[name])
    if UUID(str(entry["actor_id"])) != case.caller.user_id:
        yield f"by {entry['actor_id']}"
    if unsaid := {each for each in named if each not in str(entry["object_ids"])}:
        yield f"does not name {unsaid}"


def elders(database: Urls) -> set[str]:
    return {str(UUID(str(row["id"]))) for row in stored_rows(database, "SELECT id FROM elders")}


def last_entry(database: Urls) -> int:
    [row] = stored_rows(database, "SELECT coalesce(max(seq), 0) AS seq FROM audit_entries")
    return int(str(row["seq"]))


SHUT = {
    "sqlite": ("CREATE TRIGGER shut BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'not written'); END",),
    "postgresql": (
        "CREATE FUNCTION shut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not written''; END'",
        "CREATE TRIGGER shut BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION shut()",
    ),
}
OPENED = {
    "sqlite": ("DROP TRIGGER IF EXISTS shut",),
    "postgresql": ("DROP TRIGGER IF EXISTS shut ON audit_entries", "DROP FUNCTION IF EXISTS shut"),
}


@pytest.fixture
def shut_the_audit(database: Urls) -> Iterator[Callable[[], None]]:
    """From when it is called, the audit takes no entry."""
    kind = "sqlite" if database.owner.startswith("sqlite") else "postgresql"

    def run(statements: tuple[str, ...]) -> None:
        for statement in statements:
            sql(database.owner, statement)

    yield lambda: run(SHUT[kind])
    run(OPENED[kind])


@promise("P38")
async def test_nobody_is_answered_while_the_audit_takes_no_entry(
    matrix: Matrix,
    questions: list[Case],
    shut_the_audit: Callable[[], None],
    told: Told,
    progress: Heard,
) -> None:
    prepared = [(case, await matrix.prepared(case)) for case in questions]
    shut_the_audit()
    before = matrix.rows.fingerprints()
    wrong: list[str] = []
    for number, (case, thing) in enumerate(prepared):
        progress(number, len(prepared))
        _, response = await matrix.put(case, thing)
        if response.status_code != 503 or response.json().keys() != OF_A_PROBLEM:
            wrong.append(f"{case.operation.id} {case}: {response.status_code} {response.text[:200]}")
    after = matrix.rows.fingerprints()
    assert not wrong, "\n".join(wrong)
    assert [table for table in before if before[table] != after[table]] == []
    told(f"{len(prepared)} questions, 503 to all of them, nothing shown and nothing changed")
