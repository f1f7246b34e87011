"""What is not somebody's own: nobody reaches, writes or sets it (P26, P28: tests/matrix)."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI

from api.deps import Service
from tests.builders import a_supervisor, an_instructor
from tests.conftest import ClientOf, Urls
from tests.promises.calls import Calls, calls_to
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told
from tests.promises.test_input import assert_refused, unchanged
from tests.visits.rounds import Rounds

SERVER_OWNED: dict[str, Any] = {
    "id": "01930000-0000-7000-8000-000000000001",
    "village_id": "350303101201",
    "created_by": "01930000-0000-7000-8000-000000000001",
    "created_at": "2026-11-01T00:00:00+08:00",
    "approved_by": "01930000-0000-7000-8000-000000000001",
    "standing": "accepted",
    "is_active": True,
    "version": 9,
    "role": "admin",
    "scope": "350303",
    "audit_seq": 1,
    "hash": "00",
    "key_id": 1,
}


@pytest.fixture
async def calls(app: FastAPI, service: Service) -> AsyncIterator[Calls]:
    async with calls_to(app, service) as made:
        yield made


# --- P27 ----------------------------------------------------------------------------------------------


@promise("P27")
async def test_a_list_is_not_read_on_with_somebody_elses_place_in_it(rounds: Rounds, client_of: ClientOf) -> None:
    for _ in range(2):
        await rounds.elder()
    instructor, supervisor = await client_of(an_instructor()), await client_of(a_supervisor())
    place = (await supervisor.get("/v1/elders", params={"page_size": 1})).json()["next_page_token"]

    answer = await instructor.get("/v1/elders", params={"page_size": 1, "page_token": place})

    assert answer.status_code == 400, answer.text


# --- P29 ----------------------------------------------------------------------------------------------


@promise("P29")
async def test_what_the_service_sets_is_refused_from_everybody_else(
    calls: Calls, app: FastAPI, database: Urls, counted: Counted, told: Told
) -> None:
    named = named_in(app.openapi())
    made = await calls.of(calls.some(counted(6, 1000), lambda each: each.takes_json))
    made = [each for each in made if isinstance(each.body, dict)]
    before, sent = await unchanged(database), 0
    for call in made:
        for name, value in SERVER_OWNED.items():
            if f'"{name}"' not in named[call.operation.id]:
                answer = await call.send_body(call.body | {name: value})
                sent += 1
                assert_refused(answer)
    assert await unchanged(database) == before
    told(f"{len(made)} operations, {sent} fields that are not for callers, none taken")


def named_in(document: Mapping[str, Any]) -> Mapping[str, str]:
    """What the document says of each operation's body, with all that it refers to."""
    schemas = document["components"]["schemas"]
    found = [each for methods in document["paths"].values() for each in methods.values()]
    return {each["operationId"]: _spelled(each.get("requestBody", {}), schemas) for each in found}


def _spelled(part: Any, schemas: Mapping[str, Any]) -> str:
    text = json.dumps(part)
    return text + "".join(_spelled(schemas[name], schemas) for name in re.findall(r"#/components/schemas/(\w+)", text))
