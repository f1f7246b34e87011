"""A file that brought a great deal is taken back by a job, part by part, while everybody else goes on working."""

from typing import Any

import httpx
import pytest

from api.deps import Service
from api.domain.jobs import MOST_ATTEMPTS, wait_after
from api.jobs.worker import DAILY, HANDLERS, Worker
from api.store import Registers
from api.store import imports as kept
from api.usecases import rollbacks
from tests.builders import an_instructor
from tests.conftest import ClientOf, Clock
from tests.imports.sending import send_visits
from tests.imports.sheets import AT_HOME, a_visit
from tests.imports.test_rollbacks import STRANGER, office, roll_back, standings, three, visited
from tests.jobs.test_worker import jobs_of

__all__ = ["office"]


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are much, and each is a part of its own."""
    monkeypatch.setattr(rollbacks, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(kept, "_ROWS_IN_A_PART", 1)


@pytest.fixture
def worker(service: Service) -> Worker:
    async def nothing(*_: object) -> dict[str, Any]:
        return {}

    return Worker(service, {**HANDLERS, **dict.fromkeys(DAILY, nothing)})


async def drain(worker: Worker) -> None:
    while await worker.step():
        pass


async def report_on(client: httpx.AsyncClient, report: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = (await client.get(f"/v1/visit-imports/{report['id']}")).json()
    return said


def failing_at(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away in the middle of a part."""
    take_back_part = rollbacks._take_back_part

    async def cut(registers: Registers, report: Any) -> None:
        await take_back_part(registers, report)
        if report.rows_done == part:
            raise OSError

    monkeypatch.setattr(rollbacks, "_take_back_part", cut)


async def test_a_long_file_is_taken_back_by_one_job_however_often_somebody_asks(
    office: httpx.AsyncClient, worker: Worker, service: Service
) -> None:
    report = await send_visits(office, [*three(**AT_HOME), a_visit(**STRANGER)])
    answer = await office.post(f"/v1/visit-imports/{report['id']}/rollback")
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/visit-imports/{report['id']}")
    assert (answer.json()["state"], answer.json()["rows_done"], answer.json()["items"]) == ("undoing", 0, [])
    await roll_back(office, report, 202)
    assert await standings(office) == ["accepted"] * 3

    await drain(worker)

    assert len(await jobs_of(service, "roll_back_file")) == 1
    back = await report_on(office, report)
    assert (back["state"], back["rows_done"], back["problems"], len(back["items"])) == ("withdrawn", 4, [], 4)
    assert (await standings(office), await visited(office)) == (["withdrawn"] * 3, 0)
    assert [held["state"] for held in (await office.get("/v1/held-visits")).json()["data"]] == ["dismissed"]
    assert (await roll_back(office, report, 409))["code"] == "wrong_state"


async def test_what_is_in_the_way_from_the_first_leaves_all_of_it_standing(
    office: httpx.AsyncClient, worker: Worker, client_of: ClientOf
) -> None:
    report = await send_visits(office, three())
    colleague = await client_of(an_instructor())
    voided = report["items"][2]
    assert (await colleague.post(f"/v1/visits/{voided['id']}/void", json={"reason": "不是这一天"})).status_code == 200
    await roll_back(office, report, 202)

    await drain(worker)

    said = await report_on(office, report)
    assert (said["state"], [problem["code"] for problem in said["problems"]]) == ("done", ["row_changed_since"])
    assert f"第{voided['row']}行" in said["problems"][0]["detail"]
    assert sorted(await standings(office)) == ["accepted", "accepted", "voided"]


async def test_a_record_that_is_changed_meanwhile_stays_as_it_is_and_is_named(
    office: httpx.AsyncClient, worker: Worker, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await send_visits(office, three())
    colleague, last = await client_of(an_instructor()), report["items"][2]
    look = rollbacks._all_in_the_way

    async def then_void(registers: Registers, imported: Any) -> Any:
        found = await look(registers, imported)
        await colleague.post(f"/v1/visits/{last['id']}/void", json={"reason": "不是这一天"})
        return found

    monkeypatch.setattr(rollbacks, "_all_in_the_way", then_void)
    await roll_back(office, report, 202)

    await drain(worker)

    said = await report_on(office, report)
    assert (said["state"], [problem["code"] for problem in said["problems"]]) == ("withdrawn", ["row_changed_since"])
    assert sorted(await standings(office)) == ["voided", "withdrawn", "withdrawn"]


async def test_a_job_that_is_cut_goes_on_where_it_stopped(
    office: httpx.AsyncClient, worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await send_visits(office, three())
    await roll_back(office, report, 202)
    with monkeypatch.context() as patch:
        failing_at(1, patch)
        await drain(worker)
    said = await report_on(office, report)
    assert (said["state"], said["rows_done"]) == ("undoing", 1)
    assert sorted(await standings(office)) == ["accepted", "accepted", "withdrawn"]
    clock.now += wait_after(1)

    await drain(worker)

    assert (await report_on(office, report))["state"] == "withdrawn"
    assert await standings(office) == ["withdrawn"] * 3


async def test_one_that_fails_every_time_says_so_and_may_be_asked_for_again(
    office: httpx.AsyncClient, worker: Worker, clock: Clock, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await send_visits(office, three())
    await roll_back(office, report, 202)
    with monkeypatch.context() as patch:
        failing_at(2, patch)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            await drain(worker)
            clock.now += wait_after(attempt)
    later = await client_of(an_instructor())
    said = await report_on(later, report)
    [problem] = said["problems"]
    assert (said["state"], said["rows_done"], problem["code"]) == ("undoing", 2, "rollback_stopped")

    again = await roll_back(later, report, 202)
    assert (again["rows_done"], again["problems"]) == (2, [])
    await drain(worker)

    assert (await report_on(later, report))["state"] == "withdrawn"
    assert await standings(later) == ["withdrawn"] * 3
