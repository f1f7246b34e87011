"""Whom a lead is about: the ID number says so, a name only hints, and nobody is told of somebody out of sight."""

from datetime import date
from typing import Any

from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, SIBLING_VILLAGE, TOWNSHIP, VILLAGE, a_liaison, an_instructor
from tests.duty.office import Office, code
from tests.elders.forms import an_id_number
from tests.leads.naming import HAZARD, a_lead, a_number, at_home, named, told


async def alike(office: Office, lead: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await office.reads(office.instructor, f"/v1/leads/{lead['id']}/alike")).json()[
        "data"
    ]
    return found


async def on_the_roll(office: Office, number: str, **facts: Any) -> str:
    said = {"categories": ["living_alone"], "resident_id": number, **facts}
    return await office.drafted(**said)


async def test_the_number_of_an_elder_makes_a_duplicate_with_its_link(office: Office) -> None:
    number = a_number()
    elder = await on_the_roll(office, number)
    lead = await named(office, resident_id=number.lower(), name="陈婆婆")
    assert (lead["state"], lead["duplicate_of_elder"], lead["duplicate_of_lead"]) == ("duplicate", elder, None)
    assert lead["resident_id"] == f"3503**********{number[-4:]}"


async def test_the_number_of_a_lead_makes_a_duplicate_of_the_first(office: Office) -> None:
    number = a_number()
    first = await named(office, resident_id=number)
    second = await named(office, resident_id=number, source="village")
    assert (first["state"], second["state"], second["duplicate_of_lead"]) == ("new", "duplicate", first["id"])


async def test_who_was_not_found_is_news_when_named_again(office: Office) -> None:
    number = a_number()
    first = await named(office, resident_id=number)
    await told(office, first, "not-found", note="走访前后三户，均称无此人")
    assert (await named(office, resident_id=number))["state"] == "new"


async def test_who_left_the_roll_is_news_when_named_again(office: Office) -> None:
    number = a_number()
    elder = await on_the_roll(office, number)
    gone = {"kind": "moved_out", "last_day_on": "2026-11-02", "source": "family"}
    await office.tells(elder, "exit", **gone)
    lead = await named(office, resident_id=number)
    assert (lead["state"], lead["probable_duplicate"]) == ("new", True)
    assert await alike(office, lead) == [{"elder_id": elder, "lead_id": None, "certain": True}]
    path = f"/v1/leads/{lead['id']}/verify"
    refused = await office.says(office.instructor, path, **at_home(elder={"resident_id": number}))
    assert code(refused) == "409 identity_taken"
    assert refused.json()["params"] == {"elder_id": elder}


async def test_without_a_number_one_village_name_and_year_is_flagged_and_never_merged(office: Office) -> None:
    first = await named(office, birth_year=1944)
    same = await named(office, birth_year=1944, name="郑 阿婆")
    assert (same["state"], same["probable_duplicate"]) == ("new", True)
    assert await alike(office, same) == [{"elder_id": None, "lead_id": first["id"], "certain": False}]
    for other in ({"birth_year": 1951}, {"name": "郑阿公"}, {"resident_id": a_number(), "birth_year": 1950}):
        assert not (await named(office, **other))["probable_duplicate"]


async def test_an_elder_of_that_name_is_flagged_unless_the_numbers_differ(office: Office) -> None:
    elder = await on_the_roll(office, an_id_number(date(1944, 3, 1), 996))
    other = await named(office, name="陈阿婆", resident_id=an_id_number(date(1944, 3, 2), 996))
    assert not other["probable_duplicate"]
    await told(office, other, "not-found", note="无此人")
    lead = await named(office, name="陈阿婆", birth_year=1944)
    assert lead["probable_duplicate"]
    assert await alike(office, lead) == [{"elder_id": elder, "lead_id": None, "certain": False}]


async def test_an_elder_out_of_sight_is_nobody_until_somebody_sees_both(office: Office) -> None:
    number = a_number()
    elder = await on_the_roll(office, number, village=OTHER_VILLAGE)
    lead = await named(office, resident_id=number)
    assert (lead["state"], lead["probable_duplicate"], lead["with_district"]) == ("new", False, False)
    assert await alike(office, lead) == []
    for person, seen in ((office.instructor, []), (office.supervisor, [lead["id"]])):
        listed = (await office.reads(person, "/v1/leads?same_number=true")).json()["data"]
        assert [each["id"] for each in listed] == seen
    seen_by_all = (await office.reads(office.supervisor, f"/v1/leads/{lead['id']}/alike")).json()["data"]
    assert seen_by_all == [{"elder_id": elder, "lead_id": None, "certain": True}]


async def test_what_was_seen_waits_for_the_district_and_is_then_the_elders(office: Office) -> None:
    number = a_number()
    elder = await on_the_roll(office, number, village=OTHER_VILLAGE)
    lead = await named(office)
    found = at_home(elder={"resident_id": number}, hazards=[HAZARD])
    seen = await told(office, lead, "verify", **found)
    assert (seen["lead"]["state"], seen["lead"]["with_district"]) == ("verifying", True)
    assert (seen["lead"]["elder_id"], seen["opened"]["hazards"]) == (None, [])
    path = f"/v1/leads/{lead['id']}/duplicate"
    assert code(await office.says(office.instructor, path, elder_id=elder)) == "422 lead_duplicate_unknown"
    settled = await office.does(office.supervisor, path, elder_id=elder)
    assert (settled["lead"]["state"], settled["lead"]["with_district"]) == ("duplicate", False)
    [hazard] = (await office.reads(office.supervisor, f"/v1/hazards?elder_id={elder}")).json()["data"]
    assert settled["opened"]["hazards"] == [hazard["id"]]


async def test_a_slip_in_the_number_is_put_right_and_nothing_seen_is_lost(office: Office) -> None:
    wrong = a_number()
    await on_the_roll(office, wrong, village=OTHER_VILLAGE)
    lead = await named(office)
    await told(office, lead, "verify", **at_home(elder={"resident_id": wrong}, hazards=[HAZARD]))
    seen = await told(office, lead, "verify", **at_home())
    assert (seen["lead"]["state"], seen["lead"]["with_district"]) == ("verified", False)
    assert len(seen["opened"]["hazards"]) == 1


async def test_whoever_opens_the_door_is_on_the_roll_already(office: Office) -> None:
    number = a_number()
    elder = await on_the_roll(office, number)
    seen = await told(office, await named(office), "verify", **at_home(elder={"resident_id": number}, hazards=[HAZARD]))
    assert (seen["lead"]["state"], seen["lead"]["duplicate_of_elder"]) == ("duplicate", elder)
    assert len(seen["opened"]["hazards"]) == 1


async def test_one_lead_repeats_another_and_never_itself(office: Office) -> None:
    kept, repeated = await named(office), await named(office)
    path = f"/v1/leads/{repeated['id']}/duplicate"
    assert code(await office.says(office.instructor, path, lead_id=repeated["id"])) == "422 lead_duplicate_of_none"
    settled = await office.does(office.instructor, path, lead_id=kept["id"])
    assert (settled["lead"]["state"], settled["lead"]["duplicate_of_lead"]) == ("duplicate", kept["id"])
    back = f"/v1/leads/{kept['id']}/duplicate"
    assert code(await office.says(office.instructor, back, lead_id=repeated["id"])) == "422 lead_duplicate_of_none"
    again = await told(office, repeated, "reopen", reason="不是同一个人")
    assert (again["state"], again["duplicate_of_lead"]) == ("verifying", None)


async def test_where_only_the_township_is_known_the_township_says_where_to_look(office: Office) -> None:
    there = {"village": None, "township": TOWNSHIP, "place_text": "江口大桥下窝棚"}
    lead = await office.does(office.instructor, "/v1/leads", **a_lead(**there))
    assert (lead["village"], lead["place_text"]) == (TOWNSHIP, "江口大桥下窝棚")
    assert (await office.reads(office.liaison, f"/v1/leads/{lead['id']}")).status_code == 404
    elsewhere = await office.says(office.instructor, f"/v1/leads/{lead['id']}/start", village=OTHER_VILLAGE)
    assert code(elsewhere) == "422 village_outside_area"
    nowhere = await office.says(office.instructor, f"/v1/leads/{lead['id']}/verify", **at_home())
    assert [each["pointer"] for each in nowhere.json()["errors"]] == ["/elder/residence/village"]
    lead = await told(office, lead, "start", village=VILLAGE)
    assert (await office.reads(office.liaison, f"/v1/leads/{lead['id']}")).json()["village"] == VILLAGE
    seen = await told(office, lead, "verify", **at_home())
    assert seen["lead"]["village"] == VILLAGE


async def test_who_is_found_next_door_is_filed_there(office: Office) -> None:
    found = at_home(elder={"residence": {"village": SIBLING_VILLAGE, "detail": "3号"}})
    seen = await told(office, await named(office), "verify", **found)
    assert seen["lead"]["village"] == SIBLING_VILLAGE
    assert (await office.reads(office.liaison, f"/v1/leads/{seen['lead']['id']}")).status_code == 404


async def test_a_lead_with_a_file_goes_where_the_elder_goes(office: Office) -> None:
    lead = (await told(office, await named(office), "verify", **at_home()))["lead"]
    await office.tells(lead["elder_id"], "verify")
    await office.tells(lead["elder_id"], "confirm")
    office.on("2026-11-20")
    await office.tells(lead["elder_id"], "transfer", village=SIBLING_VILLAGE)
    path = f"/v1/leads/{lead['id']}"
    assert (await office.reads(office.instructor, path)).json()["village"] == SIBLING_VILLAGE
    assert (await office.reads(office.liaison, path)).status_code == 404


async def test_the_last_metre_is_for_whoever_goes_there(office: Office) -> None:
    lead = await named(office, phone="13850330001", note="耳背，敲门要重")
    last_metre = ("phone", "place_text", "note")
    assert [lead[name] for name in last_metre] == ["13850330001", "后埔旧祠堂旁", "耳背，敲门要重"]
    path = f"/v1/leads/{lead['id']}"
    seen = (await office.reads(office.instructor, path)).json()
    assert [seen[name] for name in last_metre] == ["138****0001", "***", "***"]
    assert seen["etag"] != lead["etag"]
    revealed = await told(office, lead, "reveal", fields=["phone", "resident_id"], purpose="上门前电话联系")
    assert revealed["values"] == {"phone": "13850330001", "resident_id": None}
    assert (await told(office, lead, "start"))["phone"] == "13850330001"


async def test_a_lead_of_another_township_is_none(office: Office) -> None:
    lead = await named(office)
    other = an_instructor(OTHER_TOWNSHIP)
    for path in (f"/v1/leads/{lead['id']}", f"/v1/leads?area={VILLAGE}"):
        assert code(await office.reads(other, path)) == "404 not_found"
    beyond = await office.says(a_liaison(OTHER_VILLAGE), "/v1/leads", **a_lead())
    assert code(beyond) == "422 village_outside_area"
