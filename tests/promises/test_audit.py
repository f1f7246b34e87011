"""What is promised of the audit (P38, P39): nothing without an entry, and none that could be touched unseen."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from api.deps import Service
from api.domain.access import Actor
from api.domain.audit_chain import Break, Broken, Checkpoint
from api.main import enveloped, service_for
from api.security import Keys
from api.settings import Settings
from api.store import Trace
from api.store.audit import entry_of, write_entries
from api.store.dialect import chunked
from api.usecases.auditing import checkpoint, link_up, verify_audit
from tests.builders import DISTRICT
from tests.cli.conftest import sql
from tests.conftest import Clock, Urls
from tests.elders.forms import stored_rows
from tests.matrix.asking import Matrix
from tests.matrix.cases import Case, cases_of
from tests.matrix.operations import operations_of
from tests.matrix.rows import rows_of
from tests.matrix.world import LAPSED, World, callers_of
from tests.postgres import APP, Cluster
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told

UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_ENTRIES = {"list_audit_events", "list_accesses"}  # what they show are ids of entries
TURNS = 24  # in the short form every so-many-th operation, others every day
BEGAN = datetime(2026, 11, 4, tzinfo=UTC)
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
    operations = [each for each in operations_of(app.openapi()) if each.audit != "none" and each.permission]
    operations.sort(key=lambda each: each.id == "change_my_password")  # last: others ask for the one there was
    turns = ceil(len(operations) / counted(len(operations) // TURNS, len(operations)))
    turn = datetime.now(UTC).toordinal() % turns
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


# --- P39 ----------------------------------------------------------------------------------------------


async def linked(service: Service, clock: Clock, entries: int) -> Checkpoint:
    """So many entries, one a minute, all in the chain; and where it ends, as an operator keeps it elsewhere."""
    actor = Actor.system(DISTRICT, "a test looks")
    elder_id = str(uuid4())
    traces = [Trace("show_elder", f"request-{number:06d}", "test", {elder_id: None}) for number in range(entries)]
    rows = [entry_of(actor, trace, BEGAN + timedelta(minutes=number)) for number, trace in enumerate(traces)]
    for part in chunked(rows, 5000):
        async with service.store.chores() as chores:
            await write_entries(chores.audit_chain._session, part)
    clock.now = BEGAN + timedelta(minutes=entries)
    found = await checkpoint(service.store)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of a database, which somebody who owns it has at hand, walls and triggers aside."""

    database: Urls
    service: Service
    keys: Keys
    folder: Path
    cluster: Cluster | None

    @asynccontextmanager
    async def edited(self, name: str, statements: Sequence[str]) -> AsyncIterator[Service]:
        """A service on a copy to which that was done."""
        url, by_hand = self._copied(name)
        for statement in (*_DISARMED, *statements) if self.cluster is None else statements:
            await asyncio.to_thread(sql, by_hand, statement)
        settings = self.service.settings.model_copy(update={"database_url": SecretStr(url)})
        service = service_for(settings, self.keys, self.service.clock)
        yield service
        await service.store.close()
        if self.cluster is not None:
            self.cluster.drop_database(name)

    def _copied(self, name: str) -> tuple[str, str]:
        if self.cluster is None:
            place = shutil.copy(self.database.owner.removeprefix("sqlite:///"), self.folder / f"{name}.db")
            return f"sqlite:///{place}", f"sqlite:///{place}"
        self.cluster.create_database(name, template=self.database.owner.rpartition("/")[2])
        return self.cluster.url(name, APP), self.cluster.admin_url_of(name)


_DISARMED = [
    f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
    for table in ("audit_entries", "audit_links")
    for verb in ("update", "delete")
]


@pytest.fixture
def copies(database: Urls, service: Service, keys: Keys, tmp_path: Path, request: pytest.FixtureRequest) -> Copies:
    cluster = None if database.app.startswith("sqlite") else request.getfixturevalue("postgres")
    return Copies(database, service, keys, tmp_path, cluster)


def at(position: int) -> str:
    return f"(SELECT seq FROM audit_links WHERE position = {position})"


_REST = "roles, areas, operation, object_ids, fields, result, source"
EDITS: Mapping[str, tuple[Break, Sequence[str]]] = {
    "changed": (Break.CHANGED, [f"UPDATE audit_entries SET operation = 'list_elders' WHERE seq = {at(200)}"]),
    "taken_out": (Break.MISSING, [f"DELETE FROM audit_entries WHERE seq = {at(200)}"]),
    "cut_off": (
        Break.CUT,
        [f"DELETE FROM audit_entries WHERE seq >= {at(400)}", "DELETE FROM audit_links WHERE position >= 400"],
    ),
    "slipped_in": (
        Break.SLIPPED_IN,
        [
            f"INSERT INTO audit_entries (seq, at, request_id, {_REST}) SELECT seq + 100000, at, 'another', {_REST}"
            f" FROM audit_entries WHERE seq = {at(200)}"
        ],
    ),
    "swapped": (
        Break.CHANGED,
        [
            f"UPDATE audit_entries SET request_id = CASE seq WHEN {at(200)} THEN 'request-000200'"
            f" ELSE 'request-000199' END WHERE seq IN ({at(200)}, {at(201)})"
        ],
    ),
    "made_anew": (
        Break.CONTRADICTED,
        [f"UPDATE audit_entries SET operation = 'list_elders' WHERE seq = {at(200)}", "DELETE FROM audit_links"],
    ),
    "of_yesterday": (
        Break.CUT,
        [f"DELETE FROM audit_entries WHERE seq > {at(300)}", "DELETE FROM audit_links WHERE position > 300"],
    ),
}


@promise("P39")
@pytest.mark.own_database
async def test_seven_ways_to_rewrite_the_audit_are_found_out_and_a_clean_one_is_not(
    service: Service, clock: Clock, copies: Copies, counted: Counted, told: Told, progress: Heard
) -> None:
    entries = counted(600, 10_000)
    kept = await linked(service, clock, entries)
    clean = await verify_audit(service.store, [kept], lambda *_: None)
    await service.store.close()
    clock.now += timedelta(minutes=5)
    found: dict[str, Broken | None] = {}
    for number, (name, (_, statements)) in enumerate(EDITS.items()):
        progress(number, len(EDITS))
        async with copies.edited(f"edit_{name}", statements) as edited:
            await link_up(edited.store)
            broken = await verify_audit(edited.store, [kept], lambda *_: None)
            found[name] = broken[0] if broken else None

    assert clean == []
    assert {name: each and each.what for name, each in found.items()} == {
        name: what for name, (what, _) in EDITS.items()
    }
    assert {found[name].position for name in ("changed", "taken_out", "swapped")} == {200}  # type: ignore[union-attr]
    told(f"{len(found)} of {len(EDITS)} found, 0 false alarms on {kept.position} entries")


@promise("P39")
async def test_a_hundred_thousand_entries_are_checked_in_ten_seconds(
    service: Service, clock: Clock, counted: Counted, told: Told
) -> None:
    kept = await linked(service, clock, counted(2_000, 100_000))
    began = time.monotonic()
    broken = await verify_audit(service.store, [kept], lambda *_: None)
    took = time.monotonic() - began
    assert broken == []
    assert took < 10
    told(f"{kept.position} entries in {took:.1f} s")


@promise("P39")
@pytest.mark.parametrize("table", ["audit_entries", "audit_links", "audit_mentions"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET seq = seq", "DELETE FROM {}"])
async def test_the_service_itself_can_change_no_entry(
    service: Service, clock: Clock, database: Urls, table: str, verb: str
) -> None:
    await linked(service, clock, 5)
    with pytest.raises(DBAPIError, match=r"append only|permission denied"):
        sql(database.app, verb.format(table))
