"""The working calendar: the published days, and the district's last word on its own."""

from datetime import date
from typing import Any

import pytest

from api.deps import Service
from api.domain.access import Actor
from api.domain.working_days import WorkingDays
from api.store import Trace
from tests.builders import DISTRICT, a_dashboard, a_liaison, a_supervisor, an_instructor

FREE = {"kind": "free", "name": "台风停工"}
WORKED = {"kind": "moved", "name": "防汛值守"}
SATURDAY, NATIONAL_DAY, FRIDAY = "2026-10-17", "2026-10-01", "2026-10-16"


async def working_days(service: Service) -> WorkingDays:
    trace = Trace(operation="test", request_id="test", source="test")
    async with service.store.opened(Actor.system(DISTRICT, "test"), trace, writes=False) as registers:
        return await registers.calendar.working_days()


async def day_of(client: Any, day: str) -> dict[str, Any] | None:
    days = (await client.get("/v1/calendar", params={"year": day[:4]})).json()["data"]
    return next((each for each in days if each["day"] == day), None)


async def test_everybody_who_is_signed_in_reads_the_published_days_of_this_year(client_of: Any) -> None:
    answer = (await (await client_of(a_dashboard())).get("/v1/calendar")).json()
    assert (answer["year"], answer["published"]) == (2026, True)
    days = [each["day"] for each in answer["data"]]
    assert days == sorted(set(days))
    assert {"day": NATIONAL_DAY, "kind": "free", "name": "国庆节", "source": "published"} in answer["data"]
    assert {"day": "2026-10-10", "kind": "moved", "name": "国庆节", "source": "published"} in answer["data"]


async def test_a_year_that_nobody_published_yet_says_so(client_of: Any, service: Service) -> None:
    answer = (await (await client_of(a_liaison())).get("/v1/calendar", params={"year": 2190})).json()
    assert answer == {"year": 2190, "published": False, "data": []}
    days = await working_days(service)
    assert not days.works(date(2190, 1, 2))  # a Saturday
    assert days.works(date(2190, 1, 1))


@pytest.mark.parametrize("day", [FRIDAY, SATURDAY, NATIONAL_DAY, "2026-10-10"])
async def test_the_supervisor_has_the_last_word_until_it_is_taken_back(
    client_of: Any, service: Service, day: str
) -> None:
    supervisor = await client_of(a_supervisor())
    published, worked = await day_of(supervisor, day), (await working_days(service)).works(date.fromisoformat(day))
    for form, works in ((FREE, False), (WORKED, True), (FREE, False)):
        said = {"day": day, **form, "source": "district"}
        answer = await supervisor.put(f"/v1/calendar/{day}", json=form)
        assert (answer.status_code, answer.json()) == (200, said)
        assert await day_of(supervisor, day) == said
        assert (await working_days(service)).works(date.fromisoformat(day)) is works
    assert (await supervisor.delete(f"/v1/calendar/{day}")).status_code == 204
    assert await day_of(supervisor, day) == published
    assert (await working_days(service)).works(date.fromisoformat(day)) is worked


async def test_what_the_district_did_not_set_cannot_be_taken_back(client_of: Any) -> None:
    supervisor = await client_of(a_supervisor())
    assert (await supervisor.delete(f"/v1/calendar/{NATIONAL_DAY}")).status_code == 404


@pytest.mark.parametrize("person", [an_instructor(), a_liaison()], ids=["instructor", "liaison"])
async def test_nobody_else_changes_the_calendar(client_of: Any, person: Any) -> None:
    client = await client_of(person)
    assert (await client.put(f"/v1/calendar/{FRIDAY}", json=FREE)).status_code == 403
    assert (await client.delete(f"/v1/calendar/{FRIDAY}")).status_code == 403
    assert await day_of(client, FRIDAY) is None


async def test_a_day_is_written_as_a_date(client_of: Any) -> None:
    supervisor = await client_of(a_supervisor())
    answer = await supervisor.put("/v1/calendar/2026-13-01", json=FREE)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "date_format"
