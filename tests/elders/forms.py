"""Forms of made-up elders as clients send them."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import create_engine, text

from api.deps import Service
from api.domain.access import Actor
from api.store import Trace
from api.store.dialect import normalised
from tests.builders import DISTRICT, VILLAGE
from tests.conftest import Urls

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_days = count()


def an_id_number(born: date, serial: int = 999) -> str:
    """A number that passes its check; serials 990–999 belong to nobody. Odd serials are men's."""
    digits = f"350303{born:%Y%m%d}{serial}"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return digits + "10X98765432"[total % 11]


def a_form(**said: Any) -> dict[str, Any]:
    """The least that makes a draft; every form has another ID number."""
    day = date.fromordinal(date(1941, 1, 1).toordinal() + next(_days))
    form = {
        "name": "陈阿婆",
        "resident_id": an_id_number(day, 998),
        "residence": {"village": VILLAGE, "detail": "后埔12号"},
        "categories": ["living_alone"],
        "filed_on": "2026-10-05",
    }
    return {name: value for name, value in {**form, **said}.items() if value is not None}


def a_whole_form(**said: Any) -> dict[str, Any]:
    """Every box of Annex 3."""
    number = an_id_number(date(1944, 3, 5), 999)
    form = a_form(
        name="林建国",
        sex="male",
        resident_id=number,
        phones=[{"number": "13850330001"}, {"number": "0594-3591234", "owner": "neighbour"}],
        emergency_contact={"name": "林小明", "relation": "20", "phone": "13850330002"},
        primary_contact={"name": "王邻居", "relation": "neighbour", "phone": "13850330003"},
        registered_address={"village": VILLAGE, "detail": "后埔12号", "rural": True},
        ability={"level": "mild", "basis": "formal", "assessed_on": "2026-09-01", "score": 80},
        disease_history="高血压",
        economic_kind="minimum_allowance",
        disposable_income="812.50",
        income_sources=["pension", "children"],
        categories=["living_alone", "severely_disabled"],
        facts={"spouse": False, "certificate_valid": True, "family_planning": {"had_one_child": True}},
        disability_certificate=number + "42",
        living={"water_safe": True, "power_safe": True, "housing_safe": False, "household_income": 900},
        pension={"has": True, "amount": "230"},
        benefits={"items": ["minimum_allowance"], "amount": 540.5},
        aid={"orgs": ["volunteer"], "person": "李志愿", "measures": "每周上门"},
        surveyor={"signed_on": "2026-10-06"},
        family_members=[
            {
                "name": "林小明",
                "relation": "20",
                "visits_often": True,
                "alive": True,
                "adult": True,
                "co_resident": False,
                "township": "350304001",
                "resident_id": an_id_number(date(1970, 1, 1), 999),
                "phone": "13850330002",
            }
        ],
    )
    return {**form, **said}


async def enrolled(client: httpx.AsyncClient, **said: Any) -> dict[str, Any]:
    """A draft made over HTTP."""
    answer = await client.post("/v1/elders", json=a_form(**said))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def verified(client: httpx.AsyncClient, **said: Any) -> dict[str, Any]:
    elder = await enrolled(client, **said)
    answer = await client.post(f"/v1/elders/{elder['id']}/verify")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def faults(answer: httpx.Response) -> dict[str, str]:
    """Pointer → code of a refusal."""
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


async def patched(client: httpx.AsyncClient, elder: dict[str, object], patch: dict[str, object]) -> httpx.Response:
    headers = {"If-Match": str(elder["etag"])}
    return await client.patch(f"/v1/elders/{elder['id']}", json=patch, headers=headers)


async def confirmed(service: Service, elder: dict[str, object]) -> None:
    """On the roll, as far as the file is concerned."""
    actor, trace = Actor.system(DISTRICT, "test"), Trace("test", "test-test", "test")
    async with service.store.opened(actor, trace, writes=True) as registers:
        row = await registers.elders.locked(UUID(str(elder["id"])))
        await registers.elders.change(row, "confirm", {"status": "confirmed", "confirmed_on": date(2026, 10, 5)})


_WHOLE_DISTRICT = ("tanfang.low", DISTRICT), ("tanfang.high", DISTRICT + ":"), ("tanfang.auditor", "on")


def stored_rows(database: Urls, query: str) -> list[dict[str, object]]:
    """Rows as they lie in the database, of the whole district."""
    url = normalised(database.owner).replace("+asyncpg", "+psycopg").replace("+aiosqlite", "")
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            for name, value in _WHOLE_DISTRICT:
                connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
        rows = [dict(row) for row in connection.execute(text(query)).mappings()]
    engine.dispose()
    return rows
