"""Every lead is somebody's to settle, by a day; and what becomes of it is counted by village."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.builders import DISTRICT, OTHER_TOWNSHIP, SIBLING_VILLAGE, TOWNSHIP, VILLAGE, an_instructor
from tests.duty.office import Office, code
from tests.leads.naming import HAZARD, NEED, a_lead, a_number, at_home, named, told


@pytest.mark.parametrize(
    ("said", "pointer", "fault"),
    [
        ({"village": None}, "", "lead_place"),
        ({"township": TOWNSHIP}, "", "lead_place"),
        ({"village": None, "township": TOWNSHIP, "place_text": None}, "", "lead_place"),
        ({"name": None, "place_text": None}, "", "lead_says_nothing"),
        ({"department": "health"}, "", "lead_department"),
        ({"resident_id": "350303194405069980"}, "/resident_id", "id_checksum"),
        ({"village": "350303104999"}, "/village", "village_code_unknown"),
        ({"village": None, "township": OTHER_TOWNSHIP}, "/township", "village_outside_area"),
        ({"village": None, "township": "350303999"}, "/township", "township_code_unknown"),
        ({"birth_year": 2027}, "/birth_year", "day_in_future"),
        ({"reported_on": "2026-11-04"}, "/reported_on", "day_in_future"),
        ({"escalation_id": "01a3f5c0-0000-7000-8000-000000000000"}, "/escalation_id", "lead_escalation_unknown"),
    ],
)
async def test_what_cannot_be_looked_for_is_refused(
    office: Office, said: dict[str, Any], pointer: str, fault: str
) -> None:
    refused = await office.says(office.instructor, "/v1/leads", **a_lead(**said))
    assert refused.status_code == 422, refused.text
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, fault)]


async def test_a_verifier_works_there(office: Office) -> None:
    lead = await named(office)
    me = (await office.reads(office.liaison, "/v1/me")).json()["id"]
    stranger = (await office.reads(an_instructor(OTHER_TOWNSHIP), "/v1/me")).json()["id"]
    path = f"/v1/leads/{lead['id']}/start"
    assert code(await office.says(office.instructor, path, verifier_id=stranger)) == "422 lead_verifier_unknown"
    assert code(await office.says(office.instructor, path, due_on="2026-11-02")) == "422 day_in_past"
    assert (await told(office, lead, "start", verifier_id=me))["verifier_id"] == me
    assert code(await office.says(office.instructor, path)) == "409 wrong_state"
    handed = await told(office, lead, "hand-over", due_on="2026-11-20")
    assert (handed["verifier_id"] != me, handed["due_on"]) == (True, "2026-11-20")


async def test_of_eight_who_start_at_once_one_does(office: Office) -> None:
    lead = await named(office)
    client = await office.client_of(office.instructor)
    asked = [client.post(f"/v1/leads/{lead['id']}/start", json={}) for _ in range(8)]
    answers: list[httpx.Response] = await asyncio.gather(*asked)
    assert sorted(each.status_code for each in answers) == [200, *[409] * 7]
    assert {each.json()["params"]["state"] for each in answers if each.status_code == 409} == {"verifying"}


async def test_two_who_name_one_person_at_once_see_each_other(office: Office) -> None:
    client, number = await office.client_of(office.liaison), a_number()
    asked = [client.post("/v1/leads", json=a_lead(resident_id=number)) for _ in range(5)]
    states = [each.json()["state"] for each in await asyncio.gather(*asked)]
    assert sorted(states) == [*["duplicate"] * 4, "new"]


async def test_who_is_too_young_is_not_eligible_until_somebody_looks_again(office: Office) -> None:
    lead = await named(office)
    closed = await told(office, lead, "not-eligible", reason="too_young", note="1970年生")
    assert (closed["state"], closed["reason"], closed["ended_on"]) == ("not_eligible", "too_young", "2026-11-03")
    again = await told(office, lead, "reopen", reason="户口本上是1950年")
    assert (again["state"], again["reason"], again["due_on"]) == ("verifying", None, "2026-11-10")


async def test_everything_wrong_with_a_file_is_named_where_it_was_said(office: Office) -> None:
    lead = await named(office)
    path = f"/v1/leads/{lead['id']}/verify"
    refused = await office.says(office.instructor, path, elder={"resident_id": "350303194405069980"})
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/elder/resident_id", "id_checksum")
    ]
    refused = await office.says(office.instructor, path, elder={"sex": "both", "beard": True})
    assert {each["pointer"] for each in refused.json()["errors"]} == {"/elder/sex", "/elder/beard"}
    refused = await office.says(office.instructor, path, seen_on="2026-11-04", **at_home())
    assert code(refused) == "422 day_in_future"


async def test_an_unsafe_box_is_a_hazard_and_a_major_one_a_risk(office: Office) -> None:
    living = {"water_safe": True, "power_safe": False, "housing_safe": False}
    collapse = {"kind": "housing", "severity": "major", "text": "山墙开裂"}
    found = at_home(elder={"living": living}, hazards=[collapse])
    seen = await told(office, await named(office), "verify", **found)
    assert [len(seen["opened"][kind]) for kind in ("hazards", "escalations")] == [2, 1]


async def test_old_paper_keeps_hazards_and_raises_no_alarm(office: Office) -> None:
    collapse = {"kind": "housing", "severity": "major", "text": "山墙开裂"}
    found = at_home(seen_on="2026-10-20", hazards=[collapse], needs=[NEED])
    seen = await told(office, await named(office), "verify", **found)
    assert [len(seen["opened"][kind]) for kind in ("hazards", "needs", "escalations")] == [1, 1, 0]


async def test_one_household_is_seen_in_one_call(office: Office) -> None:
    leads = [await named(office, name=name) for name in ("郑阿婆", "郑阿公")]
    persons = [{"lead_id": lead["id"], **at_home()} for lead in leads]
    home = {"residence": {"village": VILLAGE, "detail": "后埔12号"}, "living": {"power_safe": False}}
    seen = await office.does(office.instructor, "/v1/leads/verify-household", **home, hazards=[HAZARD], persons=persons)
    assert [len(each["opened"]["hazards"]) for each in seen["persons"]] == [2, 0]
    for each in seen["persons"]:
        elder = (await office.reads(office.liaison, f"/v1/elders/{each['lead']['elder_id']}")).json()
        assert (elder["household_id"], elder["residence"]["detail"]) == (seen["household_id"], "后埔12号")
        assert elder["living"]["power_safe"] is False


async def test_one_person_who_cannot_be_filed_keeps_the_household_out(office: Office) -> None:
    leads = [await named(office, name=name) for name in ("郑阿婆", "郑阿公")]
    young = at_home(elder={"resident_id": "350303199001019969"})
    persons = [{"lead_id": leads[0]["id"], **at_home()}, {"lead_id": leads[1]["id"], **young}]
    home = {"residence": {"village": VILLAGE, "detail": "后埔12号"}, "persons": persons}
    path = "/v1/leads/verify-household"
    refused = await office.says(office.instructor, path, **home)
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/persons/1/elder/resident_id"]
    assert (await office.reads(office.instructor, f"/v1/leads/{leads[0]['id']}")).json()["state"] == "new"
    twice = await office.says(office.instructor, path, **{**home, "persons": [persons[0], persons[0]]})
    assert code(twice) == "422 lead_named_twice"


async def test_progress_counts_every_village(office: Office) -> None:
    office.on("2026-11-01")
    first, second = await named(office), await named(office, name="郑阿公")
    await named(office, name="郑大爷", reported_on="2026-10-20")
    await office.does(
        office.instructor,
        "/v1/leads",
        **a_lead(village=None, township=TOWNSHIP, place_text="江口大桥下", name=None),
    )
    await told(office, first, "verify", **at_home())
    await told(office, second, "not-found", note="无此人")
    office.on("2026-11-05")
    path = "/v1/leads/progress"
    seen = (await office.reads(office.instructor, path)).json()
    rows = {row["key"]: row for row in seen["rows"]}
    counted = ("found", "new", "verified", "not_found", "done", "oldest_days")
    assert [rows[VILLAGE][name] for name in counted] == [3, 1, 1, 1, "66.67", 16]
    assert [rows[TOWNSHIP][name] for name in counted] == [1, 1, 0, 0, "0.00", 4]
    assert [rows[SIBLING_VILLAGE][name] for name in counted] == [0, 0, 0, 0, None, None]
    assert (seen["villages"], seen["villages_done"], seen["total"]["found"]) == (len(rows) - 1, 0, 4)
    by_township = (await office.reads(office.supervisor, f"{path}?by=township&area={DISTRICT}")).json()
    [row] = [row for row in by_township["rows"] if row["found"]]
    assert (row["key"], row["name"], row["found"]) == (TOWNSHIP, "江口镇", 4)


async def test_the_unverified_are_listed_page_by_page(office: Office) -> None:
    leads = [await named(office, name=name) for name in ("郑阿婆", "郑阿公", "郑大爷")]
    await told(office, leads[1], "not-found", note="无此人")
    path = "/v1/leads?unverified=true&source=grid_worker&page_size=1"
    first = (await office.reads(office.liaison, path)).json()
    assert ([each["id"] for each in first["data"]], first["has_more"]) == ([leads[0]["id"]], True)
    rest = (await office.reads(office.liaison, f"{path}&page_token={first['next_page_token']}")).json()
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == ([leads[2]["id"]], False)
    assert (await office.reads(office.liaison, "/v1/leads?state=duplicate")).json()["data"] == []
    await told(office, leads[2], "start", due_on="2026-11-09")
    late = (await office.reads(office.liaison, "/v1/leads?unverified=true&due_on.lt=2026-11-10")).json()["data"]
    assert [each["id"] for each in late] == [leads[2]["id"]]
