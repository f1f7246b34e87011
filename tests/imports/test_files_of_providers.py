"""Files of a force's visits: brought by the force, or by the township for it; they are the force's either way."""

import json
from typing import Any

import httpx

from api.store import tables
from tests.builders import TOWNSHIP, Person
from tests.imports.sending import errors, results
from tests.visits.forces import Force, a_force
from tests.visits.rounds import Rounds, a_visit, at

LINES = "application/x-ndjson"


async def a_company(rounds: Rounds) -> Force:
    force = await a_force(rounds)
    await force.contract(TOWNSHIP)
    return force


def three(elder_id: str, **said: Any) -> list[dict[str, Any]]:
    return [a_visit(elder_id, external_id=f"A-{day}", **at(f"2026-11-0{day}"), **said) for day in (3, 4, 5)]


async def sends_a_file(
    rounds: Rounds, person: Person, records: list[dict[str, Any]], status: int = 201, **params: Any
) -> dict[str, Any]:
    client = await rounds.client(person)
    content = "\n".join(json.dumps(record) for record in records).encode()
    answer = await client.post("/v1/visit-imports", params=params, content=content, headers={"content-type": LINES})
    assert answer.status_code == status, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def asks(rounds: Rounds, person: Person, path: str, method: str = "GET") -> httpx.Response:
    return await (await rounds.client(person)).request(method, f"/v1/visit-imports/{path}")


async def test_a_force_brings_its_own_visits_and_reads_what_became_of_them(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    report = await sends_a_file(rounds, force.person, three(elder_id))
    assert (results(report), report["source"]) == (["created"] * 3, force.source)
    assert {(row.source, row.provider_id) for row in await rounds.rows(tables.Visit)} == {(force.source, force.id)}
    assert await rounds.met(elder_id)
    shown = await asks(rounds, force.person, report["id"])
    assert (shown.status_code, shown.json()["items"]) == (200, report["items"])


async def test_a_force_brings_nobody_that_it_does_not_serve(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    report = await sends_a_file(rounds, force.person, three(elder_id)[:1])
    assert (results(report), errors(report)) == (["rejected"], [["elder_unknown"]])


async def test_a_force_names_no_source_but_itself(rounds: Rounds) -> None:
    force, other, elder_id = await a_company(rounds), await a_company(rounds), await rounds.elder()
    refused = await sends_a_file(rounds, force.person, three(elder_id), 422, source=str(other.id))
    assert refused["code"] == "source_unknown"
    assert results(await sends_a_file(rounds, force.person, three(elder_id), source=str(force.id))) == ["created"] * 3


async def test_a_force_takes_its_own_file_back_and_no_other(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    other = await a_company(rounds)
    report = await sends_a_file(rounds, force.person, three(elder_id))
    assert (await asks(rounds, other.person, report["id"])).status_code == 404
    assert (await asks(rounds, other.person, f"{report['id']}/rollback", "POST")).status_code == 404
    back = await asks(rounds, force.person, f"{report['id']}/rollback", "POST")
    assert (back.status_code, back.json().get("state")) == (200, "withdrawn"), back.text
    assert not await rounds.met(elder_id)
    assert results(await sends_a_file(rounds, force.person, three(elder_id))) == ["created"] * 3


async def test_the_corrected_words_of_a_force_are_taken_back_too(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    first = await sends_a_file(rounds, force.person, three(elder_id))
    second = await sends_a_file(rounds, force.person, three(elder_id, mood="worse"), supersedes=first["id"])
    assert results(second) == ["updated"] * 3
    back = await asks(rounds, force.person, f"{second['id']}/rollback", "POST")
    assert back.status_code == 200, back.text
    assert results(await sends_a_file(rounds, force.person, three(elder_id))) == ["unchanged"] * 3


async def test_the_township_brings_a_forces_file_and_it_is_the_forces(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    report = await sends_a_file(rounds, rounds.instructor, three(elder_id), source=str(force.id))
    assert (results(report), report["source"]) == (["created"] * 3, force.source)
    assert {(row.source, row.provider_id) for row in await rounds.rows(tables.Visit)} == {(force.source, force.id)}
    again = await sends_a_file(rounds, force.person, three(elder_id))
    assert results(again) == ["unchanged"] * 3
    corrected = three(elder_id)[:2]
    await sends_a_file(rounds, rounds.instructor, corrected, source=str(force.id), supersedes=report["id"])
    assert sorted(row.standing for row in await rounds.rows(tables.Visit)) == ["accepted", "accepted", "withdrawn"]


async def test_nobody_brings_a_file_for_a_force_that_there_is_not(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    for source in ("01890000-0000-7000-8000-000000000000", "user:1"):
        refused = await sends_a_file(rounds, rounds.instructor, three(elder_id), 422, source=source)
        assert refused["code"] == "source_unknown"
