"""How long a list is, for who asks: ``count=exact``."""

import httpx
import pytest
from fastapi import FastAPI

from tests.builders import OTHER_VILLAGE
from tests.contract.test_document import Document, operations
from tests.duty.office import code
from tests.providers.forces import a_force
from tests.visits.rounds import Rounds, at


@pytest.fixture
async def reader(rounds: Rounds) -> httpx.AsyncClient:
    """Of a township in which three elders were visited, one of them in danger."""
    for day in ("2026-10-30", "2026-11-01", "2026-11-02"):
        elder_id = await rounds.elder()
        await rounds.sends(elder_id, mobility="worse", needs=[{"kind": "daily_care"}], **at(day))
    await rounds.sends(elder_id, major_risk={"kind": "gas_leak"}, **at("2026-11-03"))
    return await rounds.client_of(rounds.instructor)


@pytest.fixture
def counted(application: FastAPI) -> list[str]:
    """The lists that say how long they are."""
    document: Document = application.openapi()
    return [
        name.removeprefix("GET ")
        for name, operation in operations(document)
        if any(parameter["name"] == "count" for parameter in operation.get("parameters", ()))
    ]


async def test_a_list_says_how_long_it_is_on_whatever_page_and_only_if_asked(reader: httpx.AsyncClient) -> None:
    for path, total in (("/v1/elders", 3), ("/v1/visits", 4), ("/v1/needs", 3), ("/v1/escalations", 1)):
        asked = (await reader.get(path, params={"count": "exact", "page_size": 2})).json()
        plain = (await reader.get(path)).json()

        assert (asked["total"], len(asked["data"])) == (total, min(total, 2)), path
        assert plain.keys() == {"data", "next_page_token", "has_more"}
        if asked["has_more"]:
            behind = {"count": "exact", "page_size": 2, "page_token": asked["next_page_token"]}
            assert (await reader.get(path, params=behind)).json()["total"] == total


async def test_every_list_that_counts_counts_what_it_shows(
    rounds: Rounds, reader: httpx.AsyncClient, counted: list[str]
) -> None:
    assert {"/v1/elders", "/v1/visits", "/v1/tasks", "/v1/leads", "/v1/change-proposals"} <= set(counted)
    force = await a_force(rounds)
    await rounds.does(rounds.supervisor, f"/v1/providers/{force['id']}/workers", name="吴小妹", kind="volunteer")
    for path in counted:
        place = path.format(provider_id=force["id"], month="2026-10")
        answer = await reader.get(place, params={"count": "exact", "page_size": 200})
        if answer.status_code != 403:
            assert answer.json()["total"] == len(answer.json()["data"]), path


async def test_a_total_is_of_what_was_asked_for_and_of_the_readers_own_area(
    rounds: Rounds, reader: httpx.AsyncClient
) -> None:
    await rounds.elder(village=OTHER_VILLAGE)

    here = (await reader.get("/v1/visits", params={"count": "exact", "visited_on.gte": "2026-11-02"})).json()
    mine = (await reader.get("/v1/elders", params={"count": "exact"})).json()
    everybody = (await rounds.reads(rounds.supervisor, "/v1/elders?count=exact")).json()

    assert (here["total"], mine["total"], everybody["total"]) == (2, 3, 4)


async def test_another_way_of_counting_is_refused_and_so_is_counting_where_nobody_does(
    reader: httpx.AsyncClient,
) -> None:
    assert code(await reader.get("/v1/elders?count=about")).startswith("422 ")
    assert code(await reader.get("/v1/divisions?count=exact")) == "400 query_parameter_unknown"


async def test_counting_is_one_statement_more(rounds: Rounds, reader: httpx.AsyncClient) -> None:
    await reader.get("/v1/visits")  # whose session it is, is remembered for a moment
    with rounds.statements() as plain:
        await reader.get("/v1/visits")
    with rounds.statements() as counting:
        await reader.get("/v1/visits?count=exact")

    assert len(counting) == len(plain) + 1
