"""The sandbox: whoever writes a system tries everything there, and nothing of it is seen or counted elsewhere."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.demo.sandbox import OFFICE, Made, make_sandbox
from api.deps import Service
from api.domain.access import Scope
from api.domain.sandbox import SANDBOX
from api.jobs.worker import Worker
from api.main import enveloped
from api.settings import Settings
from api.usecases.resealing import require_fitting_keys
from api.usecases.verifying import verify
from tests.accounts.signing import bearing
from tests.builders import DISTRICT, a_client, a_supervisor, an_admin
from tests.duty.office import code
from tests.elders.forms import an_id_number
from tests.providers.forces import a_force, signed
from tests.visits.rounds import Rounds, a_visit

VILLAGE = f"{SANDBOX}101201"
KEY = {"Idempotency-Key": "a-key-of-a-machine"}
LINES = {"content-type": "application/x-ndjson"}


@dataclass
class System:
    """Another system, signed in."""

    http: httpx.AsyncClient
    headers: Mapping[str, str]

    async def asks(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query, headers=self.headers)

    async def sends(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.http.post(path, json=body, headers={**self.headers, **headers})

    async def batch(self, *items: Any, **more: Any) -> list[dict[str, Any]]:
        answer = await self.sends("/v1/visits/batch", {"items": items, **more})
        assert answer.status_code == 207, answer.text
        return list(answer.json()["items"])


@dataclass
class Both:
    """A provider's system of the sandbox, and its real one."""

    rounds: Rounds
    sandbox: System
    real: System
    client: dict[str, Any]
    made: Made

    async def office(self) -> System:
        """Whoever is the sandbox's township and district."""
        form = {"grant_type": "password", "username": OFFICE, "password": self.made.password}
        return System(self.real.http, bearing((await self.real.http.post("/oauth/token", data=form)).json()))

    async def elders(self) -> list[dict[str, Any]]:
        return list((await self.sandbox.asks("/v1/elders", page_size=200)).json()["data"])


@pytest.fixture
async def both(rounds: Rounds, service: Service, client: httpx.AsyncClient, maker: httpx.AsyncClient) -> Both:
    made = await make_sandbox(service, maker)
    force = await a_force(rounds)
    await signed(rounds, force)

    async def system(**said: Any) -> tuple[System, dict[str, Any]]:
        form = {"provider_id": force["id"], "name": "系统", "scopes": [scope.value for scope in Scope], **said}
        opened = await rounds.does(rounds.supervisor, "/v1/clients", **form)
        given = await rounds.does(rounds.supervisor, f"/v1/clients/{opened['id']}/secrets")
        asked = {"grant_type": "client_credentials", "client_id": opened["id"], "client_secret": given["secret"]}
        return System(client, bearing((await client.post("/oauth/token", data=asked)).json())), opened

    sandbox, opened = await system(sandbox=True)
    real, _ = await system()
    return Both(rounds, sandbox, real, opened, made)


@pytest.fixture
async def maker(app: FastAPI, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(enveloped(app, settings)) as client:
        yield client


async def test_it_holds_made_up_elders_who_are_due(both: Both) -> None:
    elders = await both.elders()
    assert len(elders) == both.made.elders == 40
    assert {each["village"][:6] for each in elders} == {SANDBOX}
    assert (await both.sandbox.asks("/v1/worklist")).json()["data"]
    units = (await both.sandbox.asks("/v1/divisions")).json()["data"]
    assert {unit["code"][:6] for unit in units} == {SANDBOX}
    assert both.client["sandbox"]


async def test_everything_is_tried_there(both: Both) -> None:
    [first, second, *_] = await both.elders()
    visit = a_visit(first["id"], external_id="A-1")
    [rehearsed] = await both.sandbox.batch(visit, mode="validate")
    unknown = {**a_visit(None, external_id="A-2"), "elder": {"village": VILLAGE, "name": "查无此人"}}
    workers = [{"external_id": "W-1", "name": "沙小明", "kind": "care_worker"}]
    taken, held, wrong = await both.sandbox.batch(visit, unknown, {"external_id": "A-3"}, workers=workers)
    assert (rehearsed["result"], taken["result"], held["result"], wrong["result"]) == (
        "created",
        "created",
        "held",
        "rejected",
    )
    [met] = [each for each in taken["counts_toward"] if each["counted"]]
    assert met

    line = a_visit(second["id"], external_id="F-1", method="phone")
    file = await both.sandbox.sends("/v1/visit-imports", line, **LINES, **KEY)
    assert file.json()["stats"]["created"] == 1, file.text
    period = {"starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    compared = (await both.sandbox.sends("/v1/visits/reconcile", {"period": period, "items": []})).json()
    assert compared["unexpected"] == ["A-1", "A-2", "F-1"]
    withdrawn = await both.sandbox.sends(f"/v1/visits/{taken['id']}/withdraw", {"reason": "试"})
    assert withdrawn.status_code == 200, withdrawn.text

    assigned = await (await both.office()).sends(f"/v1/held-visits/{held['id']}/assign", {"elder_id": second["id"]})
    assert assigned.status_code == 200, assigned.text


async def test_a_danger_reported_there_reaches_nobody_else(both: Both, service: Service) -> None:
    report = {"village": VILLAGE, "place_text": "村口", "kind": "gas_leak"}
    lost = {"village": f"{DISTRICT}104201", "place_text": "村口", "kind": "gas_leak"}
    for number, told in enumerate((report, lost)):
        answer = await both.sandbox.sends(
            "/v1/escalations", told, **{"Idempotency-Key": f"a-key-of-a-machine-{number}"}
        )
        assert answer.status_code == 202, answer.text
    both.rounds.clock.now += timedelta(hours=3)
    worker = Worker(service)
    while await worker.step():
        continue
    risks = (await (await both.office()).asks("/v1/escalations")).json()["data"]
    assert [(risk["village"][:6], risk["level"]) for risk in risks] == [(SANDBOX, "district")] * 2
    for path in ("/v1/escalations", "/v1/late"):
        assert (await both.rounds.reads(a_supervisor(), path)).json()["data"] == []


async def test_nothing_of_it_counts_in_the_district(both: Both, service: Service) -> None:
    await both.sandbox.batch(*(a_visit(each["id"], external_id=each["id"]) for each in (await both.elders())[:5]))
    supervisor = a_supervisor()
    rates = (await both.rounds.reads(supervisor, "/v1/visit-rates?month=2026-11&by=township")).json()
    assert (rates["total"]["due_elders"], rates["total"]["visited_home"]) == (0, 0)
    assert all(row["key"].startswith(DISTRICT) for row in rates["rows"])
    for noun in ("elders", "visits", "held-visits", "providers", "workers", "contracts", "assignments", "divisions"):
        listed = await both.rounds.reads(supervisor, f"/v1/{noun}?page_size=200")
        assert listed.status_code == 200, listed.text
        assert SANDBOX not in listed.text
    due = (await (await both.office()).asks("/v1/visit-rates", month="2026-11", by="township")).json()
    assert (due["total"]["due_elders"], due["total"]["visited_home"]) != (0, 0)
    for district in (DISTRICT, SANDBOX):
        assert [each async for each in verify(service.store, district)] == []


async def test_a_number_is_neither_told_nor_taken_from_the_one_to_the_other(both: Both) -> None:
    number, other = an_id_number(date(1948, 5, 5), 991), an_id_number(date(1948, 5, 6), 991)
    form = {"name": "林试", "filed_on": "2026-11-01", "categories": ["living_alone"]}
    real = form | {"residence": {"village": f"{DISTRICT}104201", "detail": "1号"}}
    made_up = form | {"residence": {"village": VILLAGE, "detail": "1号"}}
    office, supervisor = await both.office(), a_supervisor()

    first = await both.rounds.says(supervisor, "/v1/elders", **real, resident_id=number)
    tried = [await office.sends("/v1/elders", made_up | {"resident_id": each}) for each in (number, other)]
    second = await both.rounds.says(supervisor, "/v1/elders", **real, resident_id=other)
    again = await office.sends("/v1/elders", made_up | {"resident_id": number})

    assert [each.status_code for each in (first, *tried, second)] == [201] * 4
    assert code(again) == "409 identity_taken"
    found = await office.sends("/v1/elders/search", {"resident_id": number})
    assert [each["id"] for each in found.json()["data"]] == [tried[0].json()["id"]]
    await require_fitting_keys(both.rounds.service.store)


async def test_the_calendar_of_the_district_is_left_alone_there(both: Both) -> None:
    office = await both.office()
    said = {"kind": "free", "name": "试一试"}
    set_there = await office.http.put("/v1/calendar/2026-12-01", json=said, headers=office.headers)
    unset = await office.http.delete("/v1/calendar/2026-12-01", headers=office.headers)
    assert [code(each) for each in (set_there, unset)] == ["403 calendar_shared"] * 2


async def test_neither_reaches_the_others_elders(both: Both) -> None:
    real = await both.rounds.confirmed("2026-11-03")
    [made_up, *_] = await both.elders()
    for system, other in ((both.sandbox, real), (both.real, made_up["id"])):
        [item] = await system.batch(a_visit(other, external_id="X-1"))
        assert [error["code"] for error in item["errors"]] == ["elder_unknown"]
        assert code(await system.asks(f"/v1/elders/{other}")) == "404 not_found"
        assert other not in (await system.asks("/v1/elders")).text
    number = {**a_visit(None, external_id="X-2"), "elder": {"short_no": made_up["short_no"]}}
    [item] = await both.real.batch(number)
    assert [error["code"] for error in item["errors"]] == ["elder_unknown"]
    [own] = await both.real.batch(a_visit(real, external_id="X-1"))
    assert own["result"] == "created"
    assert code(await both.sandbox.asks(f"/v1/visits/{own['id']}")) == "404 not_found"


async def test_made_again_it_is_as_in_the_beginning_and_secrets_still_open_it(
    both: Both, service: Service, maker: httpx.AsyncClient
) -> None:
    before = await both.elders()
    visit = a_visit(before[0]["id"], external_id="A-1")
    assert (await both.sandbox.sends("/v1/visits", visit, **KEY)).status_code == 201
    report = {"elder_id": before[0]["id"], "kind": "gas_leak"}
    assert (await both.sandbox.sends("/v1/escalations", report, **KEY)).status_code == 202

    again = await make_sandbox(service, maker)

    after = await both.elders()
    assert again.password is None
    assert [(each["village"], each["name"]) for each in after] == [(each["village"], each["name"]) for each in before]
    assert not {each["id"] for each in after} & {each["id"] for each in before}
    office = await both.office()
    for noun, left in (("visits", 0), ("escalations", 0), ("assignments", 10), ("workers", 3)):
        assert len((await office.asks(f"/v1/{noun}")).json()["data"]) == left
    [anew] = await both.sandbox.batch(a_visit(after[0]["id"], external_id="A-1"))
    assert anew["result"] == "created"


async def test_without_a_sandbox_nobody_is_let_into_it(rounds: Rounds) -> None:
    force = await a_force(rounds)
    form = {"provider_id": force["id"], "name": "系统", "scopes": ["visits:write"], "sandbox": True}
    refused = await rounds.says(an_admin(), "/v1/clients", **form)
    [error] = refused.json()["errors"]
    assert (error["code"], error["pointer"]) == ("sandbox_missing", "/sandbox")
