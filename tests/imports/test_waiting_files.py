"""Files that nobody waits for: a job takes them in, in the name of whoever sent them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from api.deps import Service
from api.domain.jobs import LEASE, MOST_ATTEMPTS, wait_after
from api.jobs import imports as waiting_files
from api.jobs.retention import purge
from api.jobs.worker import DAILY, HANDLERS, Worker
from api.store.retention import KEPT_FOR
from api.store.tables import ImportPart, Job, table_of
from api.usecases import imports
from tests.builders import a_supervisor
from tests.conftest import ClientOf, Clock, Urls
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
    assert (await waiting_files.take_in(service, job))["created"] == 1
    assert await fingerprints(database) == before


async def test_a_file_that_cannot_be_taken_in_after_all_says_why(supervisor: httpx.AsyncClient, worker: Worker) -> None:
    params = {**CONFIRMED, "tracking_starts_on": "2023-06-30"}
    accepted = await supervisor.post("/v1/elder-imports", params=params, content=a_roll([PERSON]), headers=LATER)
    await drain(worker)
    report = (await supervisor.get(accepted.headers["location"])).json()
    assert (report["state"], report["items"]) == ("failed", [])
    assert [problem["code"] for problem in report["problems"]] == ["tracking_before_plan"]


async def posted(instructor: httpx.AsyncClient) -> str:
    """Where the report will be of a roll that waits."""
    accepted = await instructor.post("/v1/elder-imports", params=CONFIRMED, content=a_roll([PERSON]), headers=LATER)
    return str(accepted.headers["location"])


async def uploads(service: Service) -> list[UUID]:
    """Of which imports the file itself is still kept."""
    parts = table_of(ImportPart).c
    async with service.store.chores(writes=False) as chores:
        query = select(parts.import_id).where(parts.kind == "upload").distinct()
        return list(await chores.jobs._session.scalars(query))


def undone(report: dict[str, Any]) -> bool:
    """Whether a report says that its file was not taken in, and what to do."""
    [problem] = report["problems"]
    said = (report["state"], report["items"], problem["code"], problem["fix"])
    return said == ("failed", [], "file_not_taken_in", "请重新上传这个文件，已导入的不会重复")


async def test_a_file_that_takes_every_worker_down_is_given_up_and_says_so(
    instructor: httpx.AsyncClient, worker: Worker, service: Service, clock: Clock
) -> None:
    place = await posted(instructor)
    for _ in range(MOST_ATTEMPTS):
        async with service.store.chores() as chores:
            assert await chores.jobs.claim(uuid4()) is not None  # and nothing is heard of this worker again
        clock.now += LEASE
    assert len(await uploads(service)) == 1

    await drain(worker)

    report = (await instructor.get(place)).json()
    assert undone(report)
    assert report["finished_at"] is not None
    assert await uploads(service) == []


async def test_a_file_that_fails_every_time_is_given_up_and_says_so(
    instructor: httpx.AsyncClient, service: Service, clock: Clock, client_of: ClientOf
) -> None:
    async def broken(*_: object) -> dict[str, Any]:
        raise RuntimeError

    worker = Worker(service, {**HANDLERS, **dict.fromkeys((*DAILY, "import_file"), broken)})
    place = await posted(instructor)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert (await instructor.get(place)).json()["state"] == "running"
        await drain(worker)
        clock.now += wait_after(attempt)

    supervisor = await client_of(a_supervisor())
    assert undone((await supervisor.get(place)).json())
    assert await uploads(service) == []


async def test_what_a_worker_takes_in_after_it_was_given_up_is_reported_as_taken_in(
    instructor: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, taken = await posted(instructor), waiting_files._taken
    [job] = await jobs_of(service, "import_file")

    async def slowly(*args: Any) -> Any:
        await waiting_files.give_up(service, job)
        assert undone((await instructor.get(place)).json())
        return await taken(*args)

    monkeypatch.setattr(waiting_files, "_taken", slowly)
    await waiting_files.take_in(service, job)
    await waiting_files.give_up(service, job)

    assert (await instructor.get(place)).json()["state"] == "done"


async def test_a_file_that_waited_for_longer_than_files_are_kept_is_forgotten_and_says_so(
    service: Service, clock: Clock, instructor: httpx.AsyncClient, worker: Worker, client_of: ClientOf
) -> None:
    place = await posted(instructor)
    await purge(service, Job())
    assert len(await uploads(service)) == 1

    clock.now += KEPT_FOR + timedelta(seconds=1)
    assert (await purge(service, Job()))["uploads"] == 2  # its name, and all of its content
    await drain(worker)

    supervisor = await client_of(a_supervisor())
    assert undone((await supervisor.get(place)).json())
