"""The fifteen duties of Annex 1: whose they are, what the office says, what the registers know."""

from typing import Any

from api.usecases.records import take
from api.usecases.taken import Sent
from tests.builders import OTHER_VILLAGE, TOWNSHIP
from tests.duty.office import Office, code
from tests.leads.naming import HAZARD, a_lead, at_home, named, told
from tests.providers.forces import a_force, signed
from tests.visits.test_intake import a_visit


async def duties(office: Office, year: int = 2026) -> dict[int, dict[str, Any]]:
    answer = await office.reads(office.supervisor, f"/v1/duties?year={year}")
    assert answer.status_code == 200, answer.text
    return {duty["number"]: duty for duty in answer.json()["data"]}


async def numbers(office: Office, year: int = 2026) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for duty in (await duties(office, year)).values() for each in duty["numbers"]}


async def report(office: Office, number: int, year: int, **body: Any) -> Any:
    client = await office.client_of(office.supervisor)
    return await client.put(f"/v1/duties/{number}/{year}", json=body)


async def test_the_fifteen_duties_have_their_units(office: Office) -> None:
    found = await duties(office)
    assert list(found) == list(range(1, 16))
    assert [found[number]["unit"] for number in (2, 4, 8, 13, 15)] == [
        "political_legal_affairs",
        "civilisation_office",
        "education",
        "health",
        "township",
    ]
    assert {duty["report"] for duty in found.values()} == {None}


async def test_the_supervisor_keeps_evidence_and_a_note_for_each_year(office: Office) -> None:
    said = await report(office, 3, 2025, evidence="涵文明办〔2025〕8号", note="三个实践站未开展")
    assert (said.status_code, said.headers["etag"]) == (200, '"1"')
    again = await report(office, 3, 2025, evidence="涵文明办〔2025〕8号", note=None)
    assert again.json()["version"] == 2
    kept = (await duties(office, 2025))[3]["report"]
    assert (kept["evidence"], kept["note"]) == ("涵文明办〔2025〕8号", None)
    assert (await duties(office, 2026))[3]["report"] is None
    assert code(await report(office, 3, 2027, note="尚早")) == "422 day_in_future"
    assert (await report(office, 16, 2026, note="没有第十六项")).status_code == 422
    assert code(await office.reads(office.instructor, "/v1/duties")) == "403 permission_missing"


async def test_visits_are_counted_by_the_force_that_made_them(office: Office) -> None:
    elder = await office.confirmed("2026-10-05")
    office.on("2026-11-03")
    client = await office.client_of(office.liaison)
    for number, day in enumerate(("2026-10-20", "2026-11-02"), start=1):
        volunteer = {"name": "林志远", "kind": "volunteer"}
        visit = a_visit(elder, external_id=f"V-{number}", worker=volunteer, visited_on=day)
        sent = await client.post(
            "/v1/visits", json={**visit, "started_at": None, "ended_at": None, "time_unknown": True}
        )
        assert sent.status_code == 201, sent.text
    found = await numbers(office)
    assert (found["volunteer_visits"]["count"], found["volunteer_elders"]["count"]) == (2, 1)
    assert found["student_visits"]["count"] == 0
    assert (await numbers(office, 2025))["volunteer_visits"]["count"] == 0


async def test_left_behind_elders_are_shown_by_township(office: Office) -> None:
    for village in ("350303104201", "350303104202", OTHER_VILLAGE):
        elder = await office.drafted(village=village, categories=["left_behind"])
        for command in ("verify", "confirm"):
            await office.does(office.supervisor, f"/v1/elders/{elder}/{command}")
    found = await numbers(office)
    roll, rate = found["left_behind_elders"], found["left_behind_visit_rate"]
    assert roll["count"] == 3
    assert [(each["name"], each["count"]) for each in roll["by_township"]] == [("白塘镇", 1), ("江口镇", 2)]
    assert (rate["rate"], rate["not_kept"]) == (None, "nothing_due")


async def test_the_rate_of_left_behind_elders_is_that_of_whole_months(office: Office) -> None:
    await office.confirmed("2026-10-05", categories=["left_behind"])
    office.on("2026-11-03")
    rate = (await numbers(office))["left_behind_visit_rate"]
    assert rate["rate"] == "0.00"
    assert [(each["key"], each["rate"]) for each in rate["by_township"]] == [(TOWNSHIP, "0.00")]


async def test_what_a_department_named_is_counted_for_it(office: Office) -> None:
    for name in ("郑阿婆", "郑阿公"):
        await named(office, name=name, source="department", department="disabled_federation")
    lead = await office.does(office.instructor, "/v1/leads", **a_lead(source="department", department="health"))
    await told(office, lead, "verify", **at_home(hazards=[HAZARD]))
    found = await numbers(office)
    counted = ("health_leads", "disabled_federation_leads", "leads_found", "leads_settled", "hazards_found")
    assert [found[key]["count"] for key in counted] == [1, 2, 3, 1, 1]


async def test_cadres_who_keep_in_touch_with_bereaved_parents_are_counted(office: Office) -> None:
    bereaved = await office.confirmed("2026-11-03", categories=["family_planning_special"])
    other = await office.confirmed("2026-11-03")
    for elder in (bereaved, bereaved, other):
        await office.does(office.instructor, "/v1/pairings", elder_id=elder, unit="区卫健局", contact="陈主任")
    assert (await numbers(office))["one_to_one_contacts"]["count"] == 1


async def test_purchased_visits_are_those_of_a_day_on_which_a_contract_ran(office: Office) -> None:
    elder, force = await office.confirmed("2026-10-05"), await a_force(office)
    await office.does(office.supervisor, "/v1/assignments", elder_id=elder, provider_id=force["id"])
    await signed(office, force, starts_on="2026-10-10")
    office.on("2026-11-03")
    async with office.opened(writes=True) as registers:
        source = f"provider:{force['id']}"
        for number, day in enumerate(("2026-10-09", "2026-10-10"), start=1):
            visit = a_visit(elder, external_id=f"V-{number}", worker={"name": "林志远", "kind": "volunteer"})
            said = {**visit, "visited_on": day, "started_at": None, "ended_at": None, "time_unknown": True}
            [taken] = await take(registers, [Sent(0, 0, source, said)])
            assert taken.id is not None, taken.errors
    assert (await numbers(office))["purchased_visits"]["count"] == 1
    assert (await numbers(office))["billable_visits"]["count"] == 0


async def test_what_no_register_holds_says_why(office: Office) -> None:
    found = await numbers(office)
    assert {key: each["not_kept"] for key, each in found.items() if each["not_kept"]} == {
        "student_credit_hours": "certificates_not_issued",
        "family_doctor_signed": "field_not_kept",
        "left_behind_visit_rate": "nothing_due",
    }
