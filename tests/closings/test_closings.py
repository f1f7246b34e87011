"""Closing a month over HTTP (rule A14): frozen once, restated beside, with everything that changed it since."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from api.deps import Service
from api.domain.facts import ElderFacts, Residence
from tests.builders import (
    DISTRICT,
    OTHER_VILLAGE,
    SIBLING_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    a_dashboard,
    a_liaison,
    a_supervisor,
    an_instructor,
)
from tests.conftest import ClientOf, Clock
from tests.domain.duties import general, priority, visit
from tests.populations import settled
from tests.visits.test_intake import a_visit

TRACKING = date(2026, 8, 1)
PATH = "/v1/month-closings"
CLOSED = f"{PATH}/2026-09"


def sep(day: int) -> date:
    return date(2026, 9, day)


def on(clock: Clock, day: date) -> None:
    clock.now = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)


def code(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['code']}"


async def ok(client: httpx.AsyncClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def posts(client: httpx.AsyncClient, elder: ElderFacts, day: date, **said: Any) -> dict[str, Any]:
    """A home visit of that day, taken in."""
    times = {"started_at": f"{day}T09:00:00+08:00", "ended_at": f"{day}T09:30:00+08:00"}
    answer = await client.post("/v1/visits", json=a_visit(elder.elder_id, **times, **said))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.fixture
async def hundred(service: Service, clock: Clock) -> list[ElderFacts]:
    """Due in September, 98 of them visited; it is the 5th working day of October."""
    people = [general(visit(sep(8))) for _ in range(98)] + [general(), general()]
    await settled(service, people, tracking=TRACKING)
    on(clock, date(2026, 10, 13))
    return people


async def test_a_late_visit_changes_the_restated_figure_and_never_the_frozen_one(
    hundred: list[ElderFacts], client_of: ClientOf, clock: Clock
) -> None:
    """100 due, 98 visited; closed 13 Oct; a home visit of 28 Sep posted 20 Oct: frozen 98.00, restated 99.00."""
    supervisor, liaison = await client_of(a_supervisor()), await client_of(a_liaison())
    closed = await supervisor.post(PATH, json={"month": "2026-09"})
    assert closed.status_code == 201, closed.text
    assert (closed.json()["state"], closed.json()["proposed_on"]) == ("closed", "2026-10-13")
    assert (closed.json()["closed_at"], closed.headers["location"]) == ("2026-10-13T02:00:00Z", CLOSED)
    assert closed.json()["policy_versions"] == ["涵民〔2023〕53号"]

    on(clock, date(2026, 10, 20))
    supervisor, liaison = await client_of(a_supervisor()), await client_of(a_liaison())
    item = await posts(liaison, hundred[99], sep(28))
    assert item["counts_toward"] == [{"period": "2026-09-M", "tier": "general", "counted": True}]
    assert [flag["code"] for flag in item["flags"]] == ["late_entry"]

    figures = await ok(supervisor, "/v1/visit-rates", month="2026-09")
    assert figures["state"] == "closed"
    [row] = [row for row in figures["rows"] if row["key"] == VILLAGE]
    for shown in (figures["total"], row):
        assert (shown["frozen"]["visit_rate"], shown["restated"]["visit_rate"]) == ("98.00", "99.00")
        assert (shown["due_elders"], shown["visited_home"], shown["progress"]) == (100, 99, None)

    compared = await ok(liaison, CLOSED)
    total = compared["total"]
    assert (total["frozen"]["counts"]["visited_home"], total["restated"]["counts"]["visited_home"]) == (98, 99)
    assert total["difference"] == {
        "visited_home": 1,
        "visited_any": 1,
        "fully_compliant": 1,
        "obligations_met": 1,
        "late": 1,
    }
    [change] = (await ok(liaison, f"{CLOSED}/changes"))["data"]
    assert (change["operation"], change["elder"]["id"]) == ("post_visit", str(hundred[99].elder_id))
    assert (change["difference"], change["village"], change["tier"]) == (total["difference"], VILLAGE, "general")
    assert change["elder"].keys() == {"id", "short_no"}


async def test_only_the_supervisor_closes_a_month_and_only_once(hundred: list[ElderFacts], client_of: ClientOf) -> None:
    supervisor, instructor = await client_of(a_supervisor()), await client_of(an_instructor())
    assert code(await instructor.post(PATH, json={"month": "2026-09"})) == "403 permission_missing"
    assert code(await supervisor.post(PATH, json={"month": "2026-10"})) == "409 month_still_running"
    assert code(await supervisor.post(PATH, json={"month": "2027-03"})) == "409 month_still_running"
    assert code(await supervisor.post(PATH, json={"month": "2026-07"})) == "422 month_not_tracked"
    assert (await supervisor.post(PATH, json={"month": "2026-09"})).status_code == 201
    again = await supervisor.post(PATH, json={"month": "2026-09"})
    assert (code(again), again.json()["params"]["state"]) == ("409 wrong_state", "closed")


async def test_closing_is_proposed_from_the_fifth_working_day_on(
    hundred: list[ElderFacts], client_of: ClientOf, clock: Clock
) -> None:
    on(clock, date(2026, 10, 12))
    supervisor = await client_of(a_supervisor())

    async def listed(client: httpx.AsyncClient, **asked: Any) -> list[tuple[str, str, str]]:
        page = await ok(client, PATH, **asked)
        return [(each["month"], each["state"], each["proposed_on"]) for each in page["data"]]

    assert await listed(supervisor) == [
        ("2026-10", "running", "2026-11-06"),
        ("2026-09", "open", "2026-10-13"),
        ("2026-08", "proposed", "2026-09-07"),
    ]
    await supervisor.put("/v1/calendar/2026-10-12", json={"kind": "free", "name": "台风停工"})
    assert ("2026-09", "open", "2026-10-14") in await listed(supervisor)
    await supervisor.delete("/v1/calendar/2026-10-12")
    await supervisor.post(PATH, json={"month": "2026-09"})

    on(clock, date(2026, 10, 13))
    dashboard = await client_of(a_dashboard())
    assert await listed(dashboard, state="proposed") == [("2026-08", "proposed", "2026-09-07")]
    assert await listed(dashboard, state="closed") == [("2026-09", "closed", "2026-10-13")]
    first = await ok(dashboard, PATH, page_size=2)
    rest = await ok(dashboard, PATH, page_size=2, page_token=first["next_page_token"])
    assert [each["month"] for each in (*first["data"], *rest["data"])] == ["2026-10", "2026-09", "2026-08"]


async def test_a_month_that_is_not_closed_has_nothing_frozen(hundred: list[ElderFacts], client_of: ClientOf) -> None:
    supervisor = await client_of(a_supervisor())
    proposed = await ok(supervisor, CLOSED)
    assert (proposed["state"], proposed["total"]["frozen"], proposed["total"]["difference"]) == ("proposed", None, {})
    assert proposed["total"]["restated"]["rates"]["visit_rate"] == "98.00"
    running = await ok(supervisor, f"{PATH}/2026-10")
    assert (running["state"], running["total"]["restated"]["rates"]) == ("running", None)
    for month in ("2026-07", "2026-11"):
        assert code(await supervisor.get(f"{PATH}/{month}")) == "404 not_found"
    assert (await ok(supervisor, f"{CLOSED}/changes"))["data"] == []


async def test_every_difference_is_told_with_what_made_it(service: Service, client_of: ClientOf, clock: Clock) -> None:
    """Late and voided records, an absence that the district approved: the list adds up to the difference."""
    moves = (Residence(date(2023, 8, 1), VILLAGE), Residence(date(2026, 10, 2), OTHER_VILLAGE))
    seen, unseen, absent, mover = (
        general(),
        priority(visit(sep(3)), village=SIBLING_VILLAGE),
        general(),
        general(village=OTHER_VILLAGE, residences=moves),
    )
    await settled(service, [seen, unseen, absent, mover], tracking=TRACKING)
    on(clock, sep(8))
    record = await posts(await client_of(a_liaison()), seen, sep(8))
    on(clock, date(2026, 10, 13))
    assert (await (await client_of(a_supervisor())).post(PATH, json={"month": "2026-09"})).status_code == 201

    on(clock, date(2026, 10, 20))
    supervisor, instructor = await client_of(a_supervisor()), await client_of(an_instructor())
    voided = await instructor.post(f"/v1/visits/{record['id']}/void", json={"reason": "不是本人"})
    assert voided.status_code == 200, voided.text
    await posts(instructor, unseen, sep(20))
    away = {"starts_on": "2026-09-01", "ends_on": "2026-09-30", "reason": "away"}
    told = await instructor.post(f"/v1/elders/{absent.elder_id}/suspensions", json=away)
    assert told.status_code == 200, told.text
    [exception] = (await ok(supervisor, "/v1/exceptions"))["data"]
    assert (await supervisor.post(f"/v1/exceptions/{exception['id']}/approve", json={})).status_code == 200
    outside = await client_of(an_instructor(OTHER_VILLAGE[:9]))
    await posts(outside, mover, sep(28))

    changes: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"page_size": 2}
    while True:
        page = await ok(supervisor, f"{CLOSED}/changes", **asked)
        changes += page["data"]
        if not page["has_more"]:
            break
        asked["page_token"] = page["next_page_token"]
    assert [(each["operation"], each["elder"]["id"]) for each in changes] == [
        ("void_visit", str(seen.elder_id)),
        ("post_visit", str(unseen.elder_id)),
        ("suspend_elder", str(absent.elder_id)),
        ("approve_exception", str(absent.elder_id)),
        ("post_visit", str(mover.elder_id)),
    ]
    for client in (supervisor, instructor, await client_of(a_liaison(VILLAGE))):
        for by in ("village", "township", "tier"):
            await _adds_up(client, by)
    listed = (await ok(await client_of(a_liaison(VILLAGE)), f"{CLOSED}/changes"))["data"]
    assert str(mover.elder_id) in {each["elder"]["id"] for each in listed}  # counted where he lived then
    assert str(unseen.elder_id) not in {each["elder"]["id"] for each in listed}


async def _adds_up(client: httpx.AsyncClient, by: str) -> None:
    """Frozen, with all differences that are listed, is restated: in all, by place, by tier."""
    compared = await ok(client, CLOSED, by=by)
    changes = (await ok(client, f"{CLOSED}/changes"))["data"]
    for row in (compared["total"], *compared["rows"]):
        if by == "tier":
            mine = [each for each in changes if row.get("key") in (None, each["tier"])]
        else:
            mine = [each for each in changes if each["village"].startswith(row.get("key", DISTRICT))]
        added: Counter[str] = Counter(row["frozen"]["counts"])
        for each in mine:
            added.update(each["difference"])
        assert added == Counter(row["restated"]["counts"])
        assert all(row["restated"]["counts"][n] - row["frozen"]["counts"][n] for n in row["difference"])


async def test_a_record_of_the_day_before_is_late_once_its_month_is_closed(
    service: Service, client_of: ClientOf, clock: Clock
) -> None:
    elder = general()
    await settled(service, [elder], tracking=TRACKING)
    on(clock, date(2026, 10, 1))
    supervisor, liaison = await client_of(a_supervisor()), await client_of(a_liaison())
    assert (await posts(liaison, elder, sep(29)))["flags"] == []
    await supervisor.post(PATH, json={"month": "2026-09"})
    assert [flag["code"] for flag in (await posts(liaison, elder, sep(30)))["flags"]] == ["late_entry"]


async def test_a_record_older_than_ninety_days_restates_only_after_the_townships_acceptance(
    service: Service, client_of: ClientOf, clock: Clock
) -> None:
    elder = general()
    await settled(service, [elder], tracking=TRACKING)
    on(clock, date(2026, 9, 8))
    await (await client_of(a_supervisor())).post(PATH, json={"month": "2026-08"})
    on(clock, date(2026, 12, 10))
    supervisor, liaison, instructor = [await client_of(each) for each in (a_supervisor(), a_liaison(), an_instructor())]
    late = await posts(liaison, elder, date(2026, 8, 20))
    assert late["not_counted"] == "awaiting_acceptance"
    path = f"{PATH}/2026-08"
    assert "visited_home" not in (await ok(supervisor, path))["total"]["difference"]
    accepted = await instructor.post(f"/v1/visits/{late['id']}/accept", json={"reason": "已核实"})
    assert accepted.status_code == 200, accepted.text
    assert (await ok(supervisor, path))["total"]["difference"]["visited_home"] == 1


async def test_closing_plans_the_month_that_nobody_had_read(hundred: list[ElderFacts], client_of: ClientOf) -> None:
    supervisor = await client_of(a_supervisor())
    assert (await supervisor.post(PATH, json={"month": "2026-08"})).status_code == 201
    compared = await ok(supervisor, f"{PATH}/2026-08", by="village", area=TOWNSHIP)
    assert compared["total"]["frozen"]["counts"]["due_elders"] == 100
    assert (await ok(supervisor, f"{PATH}/2026-08/changes"))["data"] == []


async def test_a_dashboard_reads_closed_rates_and_no_names(hundred: list[ElderFacts], client_of: ClientOf) -> None:
    await (await client_of(a_supervisor())).post(PATH, json={"month": "2026-09"})
    dashboard = await client_of(a_dashboard())
    total = (await ok(dashboard, "/v1/visit-rates", month="2026-09"))["total"]
    assert (total["frozen"]["visit_rate"], total["restated"]["visit_rate"]) == ("98.00", "98.00")
    for path in (CLOSED, f"{CLOSED}/changes"):
        assert code(await dashboard.get(path)) == "403 permission_missing"
    instructor = await client_of(an_instructor())
    for path in (CLOSED, f"{CLOSED}/changes"):
        assert code(await instructor.get(path, params={"area": OTHER_VILLAGE})) == "404 not_found"


async def test_of_eight_who_close_at_once_one_does(hundred: list[ElderFacts], client_of: ClientOf) -> None:
    supervisors = [await client_of(a_supervisor()) for _ in range(8)]
    answers = await asyncio.gather(*(each.post(PATH, json={"month": "2026-09"}) for each in supervisors))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json()["params"]["state"] for answer in answers if answer.status_code == 409} == {"closed"}


async def test_every_visit_that_comes_while_a_month_is_closed_is_either_frozen_or_listed(
    service: Service, client_of: ClientOf, clock: Clock
) -> None:
    people = [general() for _ in range(6)]
    await settled(service, people, tracking=TRACKING)
    on(clock, date(2026, 10, 13))
    supervisor, liaison = await client_of(a_supervisor()), await client_of(a_liaison())
    await ok(supervisor, CLOSED)
    closing = supervisor.post(PATH, json={"month": "2026-09"})
    *_, closed = await asyncio.gather(*(posts(liaison, elder, sep(28)) for elder in people), closing)
    assert closed.status_code == 201
    total = (await ok(supervisor, CLOSED))["total"]
    assert total["restated"]["counts"]["visited_home"] == 6
    await _adds_up(supervisor, "village")
