"""What the whole house promises, each claim by its name; ``make promises`` holds them at their full counts."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx

from api.deps import Service
from api.jobs.retention import purge
from api.jobs.worker import DAILY, HANDLERS, Worker
from api.messages import CATALOGUE
from api.security import Keys
from api.store import tables
from api.store.retention import KEPT_FOR
from api.store.tables import Job
from tests.builders import TOWNSHIP, VILLAGE, settle
from tests.conftest import Urls
from tests.elders.forms import stored_rows
from tests.fingerprints import fingerprints
from tests.imports.sending import CONFIRMED, results, send_roll, send_visits, without_ids
from tests.imports.sheets import a_person, an_id
from tests.imports.sheets import a_visit as a_line
from tests.imports.test_waiting_files import drain
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.promises.servers import Sender, a_line_that_loses_answers, serving
from tests.promises.things import everything_is_there_once, visits_and_reports
from tests.visits.forces import a_force
from tests.visits.rounds import Rounds, a_visit, at, nobody_home, refused

AT_ONCE = 50
KEY = {"Idempotency-Key": "0123456789abcdef-one"}


async def posted(client: httpx.AsyncClient, record: object, **headers: str) -> httpx.Response:
    return await client.post("/v1/visits", json=record, headers=headers)


def stored(database: Urls, table: str) -> int:
    """How many rows a table has."""
    return len(stored_rows(database, f"SELECT 1 FROM {table}"))


async def in_a_batch(client: httpx.AsyncClient, *items: object, **more: Any) -> list[dict[str, Any]]:
    answer = await client.post("/v1/visits/batch", json={"items": items, **more})
    assert answer.status_code == 207, answer.text
    return list(answer.json()["items"])


# --- B1 -----------------------------------------------------------------------------------------------


@promise("P08")
@promise("B1")
async def test_one_record_is_one_visit_whatever_the_retry_schedule(
    rounds: Rounds, service: Service, database: Urls, told: Told
) -> None:
    elder_id = await rounds.elder()
    record = a_visit(elder_id, external_id="A-1")
    client = await rounds.client_of(rounds.liaison)

    at_once = await asyncio.gather(*(posted(client, record, **KEY) for _ in range(AT_ONCE)))

    replayed = sum(answer.headers.get("idempotency-replayed") == "true" for answer in at_once)
    assert Counter(answer.status_code for answer in at_once) == {201: AT_ONCE}
    assert (len({answer.content for answer in at_once}), replayed) == (1, AT_ONCE - 1)

    rounds.clock.now += KEPT_FOR + timedelta(days=1)
    await purge(service, Job())
    assert not stored(database, "idempotency")
    client = await rounds.client_of(rounds.liaison)

    late = (await posted(client, record, **KEY)).json()
    [_, packed] = await in_a_batch(client, a_visit(elder_id, external_id="A-2", **at("2026-11-01")), record)

    assert [each["result"] for each in (late, packed)] == ["unchanged"] * 2
    assert {each["id"] for each in (at_once[0].json(), late, packed)} == {late["id"]}
    assert len([row for row in await rounds.rows(tables.Visit) if row.external_id == "A-1"]) == 1
    told(f"{AT_ONCE} posts at once, 1 visit, {replayed} replays; unchanged after the key, and in a batch")


AS_JSON: dict[str, Any] = {  # what ``a_line`` says in a sheet
    "external_id": "A-1",
    "elder": {"resident_id": an_id()},
    "worker": {"name": "林志远", "kind": "volunteer"},
    "method": "phone",
    "place": "other",
    "outcome": "completed",
    "started_at": "2026-10-20T08:15:00+08:00",
    "ended_at": "2026-10-20T08:45:00+08:00",
    "population_change": {"kind": "no_change"},
    "expression": "no_change",
    "mobility": "better",
    "mood": "worse",
    "disease": {"status": "no_change"},
}


async def as_a_line(client: httpx.AsyncClient) -> dict[str, Any]:
    """What becomes of the record in a file of JSON lines."""
    headers = {"content-type": "application/x-ndjson"}
    answer = await client.post("/v1/visit-imports", content=json.dumps(AS_JSON), headers=headers)
    return dict(answer.json()["items"][0])


@promise("B1")
async def test_the_same_record_as_a_line_of_json_and_in_a_csv_is_one_visit(rounds: Rounds) -> None:
    office = await an_office(rounds)
    first = await as_a_line(office)
    [again] = (await send_visits(office, [a_line()]))["items"]

    assert (first["result"], again["result"], again["id"]) == ("created", "unchanged", first["id"])
    assert len(await rounds.rows(tables.Visit)) == 1


@promise("B1")
async def test_a_providers_record_is_one_visit_singly_in_a_batch_and_in_files(rounds: Rounds, told: Told) -> None:
    await an_office(rounds)
    force = await a_force(rounds)
    await force.contract(TOWNSHIP)
    provider = await rounds.client(force.person)

    first = (await posted(provider, AS_JSON)).json()
    [packed] = await in_a_batch(provider, AS_JSON)
    line = await as_a_line(provider)
    [row] = (await send_visits(provider, [a_line()]))["items"]

    assert (first["result"], first["errors"]) == ("created", [])
    assert [(each["result"], each["id"]) for each in (packed, line, row)] == [("unchanged", first["id"])] * 3
    assert len(await rounds.rows(tables.Visit)) == 1
    told("a provider's record singly, in a batch, as a line of JSON, as a row of CSV: 1 visit")


async def an_office(rounds: Rounds) -> httpx.AsyncClient:
    """The township's, with somebody on its roll whom files name."""
    office = await rounds.client_of(rounds.instructor)
    person = a_person(建档日期="2026-09-10", 是否自愿接受探访="是")
    assert results(await send_roll(office, [person], **CONFIRMED)) == ["created"]
    return office


# --- B3 -----------------------------------------------------------------------------------------------


async def nothing(*_: object) -> dict[str, Any]:
    """What is done daily is not done here."""
    return {}


WRONG: dict[str, dict[str, Any]] = {
    "what it is": {"method": "flying", "mood": 7, "unheard_of": 1},
    "what it leaves out": {"gas_safety": None, "power_safety": None, "indoor": None},
    "by the clock": {"started_at": "2026-11-02T09:30:00+08:00", "ended_at": "2026-11-02T09:00:00+08:00"},
    "ahead of time": at("2026-12-24"),
    "nobody we know": {"elder": {"id": "01890000-0000-7000-8000-000000000000"}},
}


@promise("B3")
async def test_whatever_is_wrong_with_a_record_is_said_alike_on_every_way_in(
    rounds: Rounds, service: Service, told: Told
) -> None:
    elder_id = await rounds.elder()
    office = await rounds.client_of(rounds.instructor)
    records = [
        {name: value for name, value in (a_visit(elder_id, external_id=f"A-{n}") | wrong).items() if value is not None}
        for n, wrong in enumerate(WRONG.values())
    ]
    lines = "\n".join(map(json.dumps, records))

    async def filed(prefer: str = "") -> list[dict[str, Any]]:
        headers = {"content-type": "application/x-ndjson", "prefer": prefer}
        answer = await office.post("/v1/visit-imports", content=lines, headers=headers)
        if answer.status_code == 202:
            await drain(Worker(service, {**HANDLERS, **dict.fromkeys(DAILY, nothing)}))
            answer = await office.get(answer.headers["location"])
        return list(answer.json()["items"])

    singles = [(await posted(office, record)).json() for record in records]
    batch, rehearsed = await in_a_batch(office, *records), await in_a_batch(office, *records, mode="validate")
    file, job = await filed(), await filed("respond-async")

    told_of = [
        [sorted((error["code"], error.get("pointer") or error["column"]) for error in item["errors"]) for item in way]
        for way in (singles, batch, rehearsed, file, job)
    ]
    for way in told_of:
        assert way == told_of[0]
    assert [len(found) for found in told_of[0][:2]] == [3, 3]  # all of them, not the first
    assert [(item["index"], item["external_id"]) for item in batch] == [(n, f"A-{n}") for n in range(len(records))]
    assert [(item["row"], item["external_id"]) for item in file] == [(n + 1, f"A-{n}") for n in range(len(records))]
    for error in (error for way in (singles, batch, file) for item in way for error in item["errors"]):
        assert error["detail"], error
        assert error["fix"], error
        assert error.get("ask", "a file's report asks nobody"), error
        assert error["code"] in CATALOGUE
    told(f"{len(records)} records, {sum(map(len, told_of[0]))} errors, the same on {len(told_of)} ways in")


@promise("B3")
async def test_in_a_sheet_an_error_is_found_by_its_row_and_heading(rounds: Rounds) -> None:
    office = await an_office(rounds)
    wrong = a_line(服务方式="飞行", 探访日期="去年", 记录编号="A-2")
    report = await send_visits(office, [a_line(), wrong])

    [_, item] = report["items"]
    assert (item["row"], {error["column"] for error in item["errors"]}) == (3, {"服务方式", "探访日期"})
    for error in item["errors"]:
        assert error["detail"].startswith(f"第3行 {error['column']}")
        assert error["fix"]


# --- B4 -----------------------------------------------------------------------------------------------


@promise("B4")
async def test_a_dry_run_reports_what_the_commit_reports_and_leaves_its_audit_entry(
    rounds: Rounds, database: Urls, told: Told
) -> None:
    elder_id, other = await rounds.elder(), await rounds.elder(name="林阿公")
    client = await rounds.client_of(rounds.liaison)
    await in_a_batch(client, a_visit(other, external_id="old"), a_visit(other, external_id="older", method="phone"))
    unsafe = {"gas_safety": "unsafe", "needs": [{"kind": "daily_care"}], **at("2026-11-01")}
    items = [
        a_visit(elder_id, external_id="A-1"),
        a_visit(elder_id, external_id="A-1"),
        a_visit(elder_id, external_id="A-2", **unsafe, major_risk={"kind": "gas_leak"}),
        a_visit(elder_id),
        a_visit(elder_id),
        a_visit(None, elder={"village": VILLAGE, "name": "没有这个人"}),
        a_visit(other, external_id="old"),
        a_visit(other, external_id="old", method="online"),
        a_visit(other, external_id="older", external_version=2, method="online"),
        {"external_id": "A-3"},
    ]
    before, entries = await fingerprints(database), stored(database, "audit_entries")

    rehearsed = await in_a_batch(client, *items, mode="validate")

    assert await fingerprints(database) == before
    assert stored(database, "audit_entries") == entries + 1
    taken = await in_a_batch(client, *items)
    assert list(map(without_what_is_new, rehearsed)) == list(map(without_what_is_new, taken))
    assert {item["result"] for item in taken} == {"created", "updated", "unchanged", "held", "rejected"}
    told(f"{len(items)} records, every result among them, no difference")


@promise("B4")
async def test_a_dry_run_of_a_file_reports_what_the_commit_reports(rounds: Rounds, database: Urls) -> None:
    office = await an_office(rounds)
    lines = [a_line(), a_line(), a_line(记录编号="A-2", 服务方式="飞行"), a_line(记录编号="A-3", 姓名="欧阳建国")]
    before = await fingerprints(database)

    rehearsed = await send_visits(office, lines, mode="validate")

    assert await fingerprints(database) == before
    assert without_ids(rehearsed) == without_ids(await send_visits(office, lines))


def without_what_is_new(item: dict[str, Any]) -> dict[str, Any]:
    """How much was opened is no news; under which ids is."""
    return {**item, "id": None, "opened": {plural: len(ids) for plural, ids in item["opened"].items()}}


# --- B1 over a bad line (B2: tests/promises/test_kills.py) -------------------------------------------------


@promise("B1")
@promise("P10")
async def test_a_line_that_loses_one_answer_in_five_doubles_nothing(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, counted: Counted, told: Told
) -> None:
    things = await visits_and_reports(rounds, counted(100, 2_000))
    sender = Sender(await settle(rounds.service, rounds.liaison))

    with serving(database, keys, tmp_path, rounds.clock.now.isoformat()) as server:
        await server.up()
        async with a_line_that_loses_answers(server.url, share=0.2, random=Random(1)) as url:
            await sender.post_all(url, things, lines=8)

    await everything_is_there_once(rounds, database, sender, things)
    assert sender.replays >= len(things) // 10
    told(f"{len(things)} posts, {sender.lost} answers lost, {sender.replays} replays: {len(things)} kept")


# --- B11 ----------------------------------------------------------------------------------------------


@promise("B11")
async def test_every_visit_that_is_taken_in_says_what_it_meets_or_why_nothing(rounds: Rounds, told: Told) -> None:
    general, priority = await rounds.elder(), await rounds.elder(name="林阿公", tier="priority")
    sent = [
        a_visit(elder_id, external_id=f"{elder_id}-{n}", **said)
        for elder_id in (general, priority)
        for n, said in enumerate(
            (
                {},
                at("2026-11-03", 8),
                at("2026-10-07"),
                at("2026-10-27"),
                at("2023-07-20"),
                {"method": "phone", **at("2026-11-01")},
                {"place": "canteen", **at("2026-11-01", 14)},
                nobody_home("2026-10-30"),
                refused("2026-10-29"),
            )
        )
    ]

    items = await in_a_batch(await rounds.client_of(rounds.liaison), *sent)

    assert {item["result"] for item in items} == {"created"}
    for item in items:
        met = [each for each in item["counts_toward"] if each["counted"]]
        assert bool(met) != bool(item["not_counted"]), item
        assert all(each["period"].startswith("20") and each["tier"] for each in item["counts_toward"])
        assert not item["not_counted"] or f"not_counted_{item['not_counted']}" in CATALOGUE
    again = [(await rounds.credit(item["id"])) for item in items]
    assert all(bool(each["not_counted"]) == bool(item["not_counted"]) for each, item in zip(again, items, strict=True))
    reasons = sorted({item["not_counted"] for item in items if item["not_counted"]})
    told(f"{len(items)} visits, {sum(not item['not_counted'] for item in items)} count; {', '.join(reasons)}")
