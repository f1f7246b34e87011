"""What is promised of personal data (P42, P43): where it cannot be read, how keys change, and when it is gone."""

import asyncio
import json
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, func, select

from api.deps import Service
from api.jobs.retention import purge
from api.security import Keys
from api.store.crypto import SealBroken, Sealer, Suite
from api.store.dialect import normalised
from api.store.resealing import DIGESTS, SEALS
from api.store.tables import Job, metadata
from api.usecases.auditing import checkpoint, verify_audit
from api.usecases.keys import drop_sealing_key, make_sealing_key, rotate_sealing_key
from api.usecases.resealing import OtherKeys, require_fitting_keys, reseal, sealed_under
from tests.builders import DISTRICT
from tests.cli.conftest import sql
from tests.conftest import Clock, Urls
from tests.duty.office import code
from tests.elders.forms import a_whole_form, an_id_number, stored_rows
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.visits.rounds import Rounds, a_visit, at

# --- P42 ----------------------------------------------------------------------------------------------


def sealer_of(service: Service) -> Sealer:
    return service.store._sealer


async def a_full_office(rounds: Rounds, elders: int) -> list[dict[str, Any]]:
    """Elders with everything Annex 3 asks for, on the roll, one visit each; as their forms said."""
    numbers = [an_id_number(date(1944, 1 + n // 25, 1 + n % 25)) for n in range(elders)]
    forms = [a_whole_form(resident_id=number, disability_certificate=f"{number}42") for number in numbers]
    for form in forms:
        elder_id = (await rounds.does(rounds.instructor, "/v1/elders", **form))["id"]
        form["id"] = elder_id
        await rounds.tells(elder_id, "verify")
        await rounds.tells(elder_id, "confirm")
    return forms


async def found(client: httpx.AsyncClient, number: str) -> list[str]:
    answer = await client.post("/v1/elders/search", json={"resident_id": number})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]]


@promise("P42")
async def test_keys_change_while_people_work_and_the_old_one_goes(
    rounds: Rounds, service: Service, keys: Keys, database: Urls, counted: Counted, told: Told
) -> None:
    forms = await a_full_office(rounds, counted(6, 100))
    client = await rounds.client_of(rounds.liaison)
    sealer, over, asked = sealer_of(service), asyncio.Event(), 0

    async def work() -> None:
        nonlocal asked
        while not over.is_set():
            form = forms[asked % len(forms)]
            assert await found(client, form["resident_id"]) == [form["id"]]
            posted = await client.post(
                "/v1/visits", json=a_visit(form["id"], external_id=f"A-{asked}", **at("2026-11-02", 6 + asked % 12))
            )
            read = await client.get(f"/v1/elders/{form['id']}")
            assert (posted.status_code, read.status_code) == (201, 200), posted.text + read.text
            asked += 1

    working = asyncio.create_task(work())
    ahead = make_sealing_key(keys)
    sealer.use(ahead.sealing)
    rotated = rotate_sealing_key(ahead)
    sealer.use(rotated.sealing)
    current = rotated.sealing.current
    for _ in range(2):  # stopped in the middle, it is begun again
        started = asyncio.create_task(reseal(service.store, DISTRICT, current, lambda *_: None))
        await asyncio.sleep(0.05)
        started.cancel()
        with suppress(asyncio.CancelledError):
            await started
    await reseal(service.store, DISTRICT, current, lambda *_: None)
    under = await sealed_under(service.store)
    assert set(under) == {current}
    sealer.use(drop_sealing_key(rotated, keys.sealing.current).sealing)
    await asyncio.sleep(0.5)
    over.set()
    await working

    third = rotate_sealing_key(make_sealing_key(drop_sealing_key(rotated, keys.sealing.current)))
    sealer.use(third.sealing)
    opened = await reseal(service.store, DISTRICT, third.sealing.current, lambda *_: None)  # opens every value
    assert opened >= under[current]
    for form in forms:
        assert await found(client, form["resident_id"]) == [form["id"]]
    told(f"{opened} values of {len(SEALS)} columns, {asked} rounds of work meanwhile, 0 errors")


@promise("P42")
def test_every_column_of_bytes_is_sealed_or_a_digest() -> None:
    names = [str(seal) for seal in SEALS]
    assert len(names) == len(set(names))
    assert {"elders.sealed", "visits.sealed", "versions.changes", "idempotency.body"} <= set(names)
    assert not DIGESTS & set(names)


@promise("P42")
async def test_what_was_moved_to_another_row_is_noticed_and_never_shown(
    rounds: Rounds, service: Service, keys: Keys, database: Urls, capfd: pytest.CaptureFixture[str]
) -> None:
    one, other = await a_full_office(rounds, 2)
    ids = sorted(str(row["id"]) for row in stored_rows(database, "SELECT id FROM elders"))
    sql(
        database.owner,
        "UPDATE elders SET sealed = (SELECT twin.sealed FROM elders AS twin WHERE twin.id <> elders.id"
        f" AND twin.id IN ('{ids[0]}', '{ids[1]}')) WHERE id = '{ids[0]}'",
    )
    shown = [await rounds.says(rounds.instructor, f"/v1/elders/{each['id']}/reveal", **REVEAL) for each in (one, other)]

    assert sorted(answer.status_code for answer in shown) == [200, 500]
    broken = next(answer for answer in shown if answer.status_code == 500)
    assert code(broken) == "500 internal_error"
    assert not [each for each in (one, other) if each["resident_id"] in broken.text]
    assert "SealBroken" in capfd.readouterr().err
    rotated = rotate_sealing_key(make_sealing_key(keys)).sealing
    sealer_of(service).use(rotated)
    with pytest.raises(SealBroken, match=r"elders\.sealed"):
        await reseal(service.store, DISTRICT, rotated.current, lambda *_: None)


@promise("P42")
async def test_other_keys_are_told_from_those_of_the_database(rounds: Rounds, service: Service, keys: Keys) -> None:
    await a_full_office(rounds, 1)
    await require_fitting_keys(service.store)
    other = Keys.generate().sealing
    for wrong in (other, replace(keys.sealing, index=other.index), replace(keys.sealing, suite=Suite.NATIONAL)):
        sealer_of(service).use(wrong)
        with pytest.raises(OtherKeys):
            await require_fitting_keys(service.store)


REVEAL = {"fields": ["resident_id"], "purpose": "核对残疾人证"}


# --- P43 ----------------------------------------------------------------------------------------------


def everything_in(database: Urls, service: Service) -> str:
    """Every row of every table, sealed values opened: what somebody with the database and the keys could read."""
    sealer, opened = sealer_of(service), list[str]()
    for table in metadata.sorted_tables:
        rows = stored_rows(database, f'SELECT * FROM "{table.name}"')
        opened += [str(row) for row in rows]
    engine = create_engine(normalised(database.owner).replace("+asyncpg", "+psycopg").replace("+aiosqlite", ""))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            for name, value in (("tanfang.low", "3"), ("tanfang.high", "4")):
                connection.execute(select(func.set_config(name, value, True)))
        for seal in SEALS:
            for row in connection.execute(select(seal.table).where(seal.column.is_not(None))):
                opened.append(sealer.open(seal.place(row), seal.name(row), getattr(row, seal.column.name)).decode())
    engine.dispose()
    return "\n".join(opened)


def words_of(form: dict[str, Any]) -> list[str]:
    """What is said of one person alone."""
    numbers = [form["resident_id"], form["disability_certificate"], "0594-3591234", "13850330003"]
    return [*numbers, "林建国", "王邻居", "李志愿", "高血压", "后埔12号", "精神不太好"]


@promise("P43")
async def test_of_whom_was_erased_nothing_is_left_but_figures(
    rounds: Rounds, service: Service, clock: Clock, database: Urls, told: Told
) -> None:
    [form] = await a_full_office(rounds, 1)
    elder_id = form["id"]
    await rounds.sends(elder_id, notes="精神不太好", **at("2026-10-20"))
    await rounds.does(rounds.liaison, "/v1/escalations", elder_id=elder_id, kind="other", text="林建国精神不太好")
    early = await rounds.says(rounds.supervisor, f"/v1/elders/{elder_id}/erase", ground="requested")
    await rounds.tells(elder_id, "exit", kind="moved_out", last_day_on="2026-11-02", source="family", note="林建国搬走")
    figures = stored_rows(database, "SELECT * FROM village_months ORDER BY 1, 2")
    months = stored_rows(database, "SELECT * FROM elder_months ORDER BY 1, 2")
    before = everything_in(database, service)
    too_early = await rounds.says(rounds.supervisor, f"/v1/elders/{elder_id}/erase", ground="time_over")
    township = await rounds.says(rounds.instructor, f"/v1/elders/{elder_id}/erase", ground="requested")

    erased = await rounds.does(rounds.supervisor, f"/v1/elders/{elder_id}/erase", ground="requested")
    clock.now += timedelta(days=31)  # answers and files that were kept for a time
    await purge(service, Job())

    assert [code(each) for each in (early, too_early, township)] == [
        "409 wrong_state",
        "409 erasure_too_early",
        "403 permission_missing",
    ]
    after = everything_in(database, service)
    assert [word for word in words_of(form) if word not in before] == []
    assert [word for word in words_of(form) if word in after] == []
    for statement in ("VACUUM",) if database.owner.startswith("sqlite") else ():
        sql_alone(database.owner, statement)
        raw = b"".join(path.read_bytes() for path in files_of(database))
        assert [word for word in words_of(form) if word.encode() in raw] == []
    assert stored_rows(database, "SELECT * FROM village_months ORDER BY 1, 2") == figures
    assert stored_rows(database, "SELECT * FROM elder_months ORDER BY 1, 2") == months
    kept = await checkpoint(service.store)
    assert kept is not None
    assert await verify_audit(service.store, [kept], lambda *_: None) == []
    for path in ("", "/history", "/timeline"):
        assert (await rounds.reads(rounds.supervisor, f"/v1/elders/{elder_id}{path}")).status_code == 404
    assert (await rounds.reads(rounds.supervisor, "/v1/visits")).status_code == 200
    assert (await rounds.reads(rounds.supervisor, "/v1/escalations")).status_code == 200
    told(f"{erased['values']} sealed values blanked, figures and audit as they were")


def files_of(database: Urls) -> list[Path]:
    place = Path(database.owner.removeprefix("sqlite:///"))
    return list(place.parent.glob(f"{place.name}*"))


def sql_alone(url: str, statement: str) -> None:
    """Outside any transaction."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# --- what lies open, and what can be guessed -----------------------------------------------------------


@promise("P42")
async def test_what_is_sealed_stands_in_no_file_no_row_and_no_line_of_the_log(
    rounds: Rounds, database: Urls, capfd: pytest.CaptureFixture[str], told: Told
) -> None:
    [form] = await a_full_office(rounds, 1)
    await rounds.sends(form["id"], notes="精神不太好", **at("2026-10-20"))
    await rounds.tells(form["id"], "reveal", fields=["resident_id"], purpose="核对残疾人证")
    await rounds.asks(form["id"], "confirm", name=form["resident_id"])
    canaries = [word for word in words_of(form) if word != "林建国"]  # a name stands in the open

    rows = [str(stored_rows(database, f'SELECT * FROM "{table.name}"')) for table in metadata.sorted_tables]
    raw = b"".join(path.read_bytes() for path in files_of(database)) if database.owner.startswith("sqlite") else b""
    said = capfd.readouterr()
    kept = "\n".join([*rows, said.out, said.err])

    spelt = {each: (each, json.dumps(each)[1:-1]) for each in canaries}  # as it is, and as our log writes it
    assert [word for word in canaries if word.encode() in raw or any(each in kept for each in spelt[word])] == []
    told(f"{len(canaries)} canaries in {len(rows)} tables, {len(raw)} bytes of files, 0 found")


@promise("P41")
async def test_no_digit_of_a_number_is_told_by_search_filter_order_or_tag(rounds: Rounds) -> None:
    one, other = await a_full_office(rounds, 2)
    client = await rounds.client_of(rounds.liaison)
    number = one["resident_id"]
    for part in (number[:-1], number[:6], number[-4:], f"{number[:-1]}*", f"{number[:17]}%"):
        answer = await client.post("/v1/elders/search", json={"resident_id": part})
        assert answer.status_code == 422 or answer.json()["data"] == [], part
    for asked in ({"resident_id": number}, {"sort": "resident_id"}, {"order_by": "phone"}, {"phone": "13850330001"}):
        assert code(await client.get("/v1/elders", params=asked)) == "400 query_parameter_unknown"
    shown = [(await client.get(f"/v1/elders/{each['id']}")) for each in (one, other)]
    assert len({answer.headers["etag"] for answer in shown}) == 1  # says which version, not of what
    for each, answer in zip((one, other), shown, strict=True):
        assert each["resident_id"] not in answer.text
        assert each["disability_certificate"] not in answer.text
