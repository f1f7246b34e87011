"""Files that nobody waits for: a job takes them in, in the name of whoever sent them."""

from typing import Any

import httpx
import pytest

from api.deps import Service
from api.jobs.imports import take_in
from api.jobs.worker import DAILY, HANDLERS, Worker
from api.usecases import imports
from tests.conftest import Urls
from tests.fingerprints import fingerprints
from tests.imports.sending import CONFIRMED, CSV, XLSX, a_roll, records, results
from tests.imports.sheets import a_person, a_visit
from tests.jobs.test_worker import jobs_of

PERSON = a_person(建档日期="2026-09-10")
LATER = {"content-type": XLSX, "prefer": "respond-async"}


@pytest.fixture
def worker(service: Service) -> Worker:
    async def nothing(*_: object) -> dict[str, Any]:
        return {}

    return Worker(service, {**HANDLERS, **dict.fromkeys(DAILY, nothing)})


async def drain(worker: Worker) -> None:
    while await worker.step():
        pass


async def test_a_file_that_nobody_waits_for_is_taken_in_by_a_job(instructor: httpx.AsyncClient, worker: Worker) -> None:
    content = a_roll([PERSON, {**PERSON, "身份证号": "1"}])
    accepted = await instructor.post("/v1/elder-imports", params=CONFIRMED, content=content, headers=LATER)
    assert (accepted.status_code, accepted.json()["state"]) == (202, "running")
    place = accepted.headers["location"]
    assert (await instructor.get(place)).json() == accepted.json()
    await drain(worker)
    report = (await instructor.get(place)).json()
    assert (report["state"], report["id"], results(report)) == ("done", accepted.json()["id"], ["created", "rejected"])
    elder = (await instructor.get(f"/v1/elders/{report['items'][0]['id']}")).json()
    assert elder["status"] == "confirmed"


async def test_a_long_file_becomes_a_job_by_itself(
    instructor: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await instructor.post(
        "/v1/elder-imports", params=CONFIRMED, content=a_roll([PERSON]), headers={"content-type": XLSX}
    )
    monkeypatch.setattr(imports, "MOST_AT_ONCE", 1)
    content = records([a_visit(), a_visit(记录编号="A-2")])
    accepted = await instructor.post("/v1/visit-imports", content=content, headers={"content-type": CSV})
    assert accepted.status_code == 202, accepted.text
    await drain(worker)
    report = (await instructor.get(accepted.headers["location"])).json()
    assert results(report) == ["created", "created"]


async def test_the_same_key_is_answered_with_the_same_promise(instructor: httpx.AsyncClient, worker: Worker) -> None:
    headers = {**LATER, "idempotency-key": "roll-2026-11-03-b"}
    content = a_roll([PERSON])
    first = await instructor.post("/v1/elder-imports", content=content, headers=headers)
    await drain(worker)
    second = await instructor.post("/v1/elder-imports", content=content, headers=headers)
    assert (first.status_code, second.status_code) == (202, 201)
    assert first.json()["id"] == second.json()["id"]
    assert results(second.json()) == ["created"]


async def test_a_job_done_twice_leaves_the_same_behind(
    instructor: httpx.AsyncClient, worker: Worker, service: Service, database: Urls
) -> None:
    await instructor.post("/v1/elder-imports", params=CONFIRMED, content=a_roll([PERSON]), headers=LATER)
    await drain(worker)
    before = await fingerprints(database)
    [job] = await jobs_of(service, "import_file")
    assert (await take_in(service, job))["created"] == 1
    assert await fingerprints(database) == before


async def test_a_file_that_cannot_be_taken_in_after_all_says_why(supervisor: httpx.AsyncClient, worker: Worker) -> None:
    params = {**CONFIRMED, "tracking_starts_on": "2023-06-30"}
    accepted = await supervisor.post("/v1/elder-imports", params=params, content=a_roll([PERSON]), headers=LATER)
    await drain(worker)
    report = (await supervisor.get(accepted.headers["location"])).json()
    assert (report["state"], report["items"]) == ("failed", [])
    assert [problem["code"] for problem in report["problems"]] == ["tracking_before_plan"]
