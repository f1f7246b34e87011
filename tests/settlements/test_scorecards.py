"""What a provider did in a month, and how well."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from api.store.tables import Training, Visit, Worker, table_of
from tests.builders import DISTRICT, OTHER_TOWNSHIP, a_dashboard, a_liaison, an_instructor
from tests.duty.office import code
from tests.settlements.purchases import HOME, Purchases

_VISITS, _WORKERS, _TRAININGS = table_of(Visit), table_of(Worker), table_of(Training)


async def scorecard(purchases: Purchases, provider: str, by: Any = None, month: str = "2026-11") -> dict[str, Any]:
    path = f"/v1/providers/{provider}/scorecard?month={month}"
    answer = await purchases.reads(by or purchases.supervisor, path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def changed(purchases: Purchases, visit: str, **values: Any) -> None:
    async with purchases.opened(writes=True) as registers:
        await registers.desk.session.execute(update(_VISITS).where(_VISITS.c.id == UUID(visit)).values(values))


async def test_a_month_without_anything_is_all_noughts(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider(HOME)
    shown = await scorecard(purchases, provider)
    assert shown["visits"]["posted"] == 0
    assert (shown["visits"]["proxy_share"], shown["rates"]["rate"], shown["follow_ups"]["success_rate"]) == (None,) * 3


async def test_visits_are_counted_by_the_day_they_were_made(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    visits = [await purchases.visited(provider, elder, f"2026-11-{day:02}") for day in (2, 9, 16, 23, 26)]
    await purchases.visited(provider, elder, "2026-10-30")
    await purchases.sends(elder, started_at="2026-11-27T09:00:00+08:00", ended_at="2026-11-27T09:30:00+08:00")
    late = [{"code": "late_entry", "params": {"days": 9}}, {"code": "gps_far", "params": {"band": "1-3km"}}]
    await changed(purchases, visits[0], late=True, flags=late, by_proxy=True)
    await changed(purchases, visits[1], late=False, flags=[late[1]], by_proxy=False)
    for visit in visits[2:4]:
        await changed(purchases, visit, late=False, flags=[], by_proxy=False)
    await changed(purchases, visits[4], late=False, flags=[], by_proxy=None, standing="voided")
    assert (await scorecard(purchases, provider))["visits"] == {
        "posted": 5,
        "completed": 5,
        "on_time": 4,
        "late": 1,
        "not_standing": 1,
        "flagged": 2,
        "flags": [{"code": "late_entry", "count": 1}, {"code": "gps_far", "count": 2}],
        "to_be_signed": 4,
        "by_proxy": 1,
        "proxy_share": "25.00",
    }


async def test_hazards_and_second_looks_come_from_the_providers_visits(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    hazard = {"kind": "power", "reminded": False, "text": "插座松动"}
    visit = await purchases.visited(provider, elder, "2026-11-29", power_safety="unsafe", hazards=[hazard])
    other = await purchases.sends(elder, started_at="2026-11-27T09:00:00+08:00", ended_at="2026-11-27T09:30:00+08:00")
    chosen = {"visit_ids": [visit, other["id"]], "reason": "chosen"}
    for inspection in (await purchases.does(purchases.supervisor, "/v1/inspections", **chosen))["inspections"]:
        found = {"finding": "not_visited", "method": "phone"}
        await purchases.does(purchases.supervisor, f"/v1/inspections/{inspection}/conclude", **found)
    shown = await scorecard(purchases, provider)
    assert shown["hazards"] == {"found": 1, "followed_up": 0, "resolved": 0}
    assert shown["inspections"] == {"passed": 0, "failed": 1, "open": 0, "pass_rate": "0.00"}
    [listed] = (await purchases.reads(purchases.supervisor, "/v1/hazards")).json()["data"]
    reminded = {"means": "in_person", "to": "本人"}
    await purchases.does(purchases.liaison, f"/v1/hazards/{listed['id']}/remind", **reminded)
    assert (await scorecard(purchases, provider))["hazards"]["followed_up"] == 1


async def test_complaints_are_about_its_visits_or_its_workers(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    visit = await purchases.visited(provider, elder, "2026-11-02")
    said = {"kind": "attitude", "complainant": "elder", "text": "态度不好"}
    about_visit = await purchases.does(purchases.liaison, "/v1/complaints", visit_id=visit, **said)
    await purchases.does(purchases.liaison, "/v1/complaints", elder_id=elder, **said)
    await purchases.does(purchases.supervisor, f"/v1/complaints/{about_visit['id']}/uphold", note="已核实")
    assert (await scorecard(purchases, provider))["complaints"] == {"received": 1, "upheld": 1}


async def test_trainings_count_until_they_run_out(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider = await purchases.provider(HOME)
    async with purchases.opened(writes=True) as registers:
        desk = registers.desk
        whose = {"source": f"provider:{provider}", "provider_id": UUID(provider), "kind": "care_worker"}
        workers = [
            {"id": desk.new_id(), "name": name, "status": status, "created_at": desk.now, "version": 1, **whose}
            for name, status in (("林一", "active"), ("林二", "active"), ("林三", "removed"))
        ]
        await desk.session.execute(insert(_WORKERS), workers)
        told = {
            "provider_id": UUID(provider),
            "area": DISTRICT,
            "topic": "探访规范",
            "created_at": desk.now,
            "version": 1,
        }
        days = {"held_on": desk.today.replace(day=5), "valid_until": desk.today}
        run_out = {"held_on": desk.today.replace(day=1), "valid_until": desk.today.replace(day=20)}
        trainings = [
            {"id": desk.new_id(), "worker_id": workers[0]["id"], **told, **days},
            {"id": desk.new_id(), "worker_id": workers[1]["id"], **told, **run_out},
        ]
        await desk.session.execute(insert(_TRAININGS), trainings)
    assert (await scorecard(purchases, provider))["trainings"] == {"held": 2, "workers": 2, "trained": 1}


async def test_whether_it_helped_is_told_of_what_the_visits_revealed(purchases: Purchases) -> None:
    purchases.on("2026-11-20")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    risk = {"kind": "gas_leak", "discovered_at": "2026-11-20T09:10:00+08:00", "text": "煤气味"}
    sent = await purchases.sends(
        elder, started_at="2026-11-20T09:00:00+08:00", ended_at="2026-11-20T09:30:00+08:00", major_risk=risk
    )
    await purchases.came_from(provider, sent["id"])
    [escalation] = sent["opened"]["escalations"]
    path = f"/v1/escalations/{escalation}"
    await purchases.does(purchases.instructor, f"{path}/acknowledge")
    await purchases.does(purchases.instructor, f"{path}/mitigate", text="已关阀通风")
    heard = {"method": "phone", "result": "eased", "text": "已无异味"}
    await purchases.does(purchases.supervisor, f"{path}/follow-ups", **heard)
    assert (await scorecard(purchases, provider))["follow_ups"] == {
        "followed_up": 1,
        "eased": 1,
        "not_eased": 0,
        "not_reached": 0,
        "success_rate": "100.00",
    }
    assert (await scorecard(purchases, await purchases.provider()))["follow_ups"]["followed_up"] == 0


async def test_an_office_sees_its_area_and_a_provider_itself(purchases: Purchases) -> None:
    purchases.on("2026-11-30")
    provider, other = await purchases.provider(HOME), await purchases.provider(HOME)
    await purchases.visited(provider, await purchases.elder(), "2026-11-02")
    manager = await purchases.manager(provider)
    for person, posted in ((purchases.instructor, 1), (manager, 1), (an_instructor(OTHER_TOWNSHIP), 0)):
        assert (await scorecard(purchases, provider, by=person))["visits"]["posted"] == posted
    assert code(await purchases.reads(manager, f"/v1/providers/{other}/scorecard")) == "404 not_found"
    for person in (a_liaison(), a_dashboard()):
        assert code(await purchases.reads(person, f"/v1/providers/{provider}/scorecard")) == "403 permission_missing"
