"""From a word about a stranger to somebody on the roll."""

from tests.builders import VILLAGE
from tests.duty.office import Office, code
from tests.leads.naming import HAZARD, NEED, a_number, at_home, named, told

FALLEN = {"village": VILLAGE, "place_text": "后埔桥头", "kind": "acute_illness", "text": "老人倒地"}


async def test_a_stranger_is_named_seen_at_home_and_taken_on_the_roll(office: Office) -> None:
    office.on("2026-11-03")
    lead = await named(office, phone="13850330001", note="独居，腿脚不便")
    assert (lead["state"], lead["due_on"], lead["probable_duplicate"]) == ("new", None, False)

    lead = await told(office, lead, "start")
    assert (lead["state"], lead["due_on"]) == ("verifying", "2026-11-10")

    office.on("2026-11-05")
    seen = await told(office, lead, "verify", **at_home(hazards=[HAZARD], needs=[NEED]))
    lead = seen["lead"]
    assert (lead["state"], lead["village"], lead["ended_on"]) == ("verified", VILLAGE, "2026-11-05")
    assert [len(seen["opened"][kind]) for kind in ("hazards", "needs", "escalations")] == [1, 1, 0]

    elder = (await office.reads(office.liaison, f"/v1/elders/{lead['elder_id']}")).json()
    assert (elder["name"], elder["status"], elder["filed_on"]) == ("郑阿婆", "draft", "2026-11-05")
    assert elder["residence"]["detail"] == "后埔旧祠堂旁"
    [hazard] = (await office.reads(office.liaison, f"/v1/hazards?elder_id={elder['id']}")).json()["data"]
    assert (hazard["kind"], hazard["id"]) == ("gas", seen["opened"]["hazards"][0])
    [need] = (await office.reads(office.liaison, f"/v1/needs?elder_id={elder['id']}")).json()["data"]
    assert (need["kind"], need["state"]) == ("daily_care", "requested")

    await office.tells(elder["id"], "verify")
    assert (await office.tells(elder["id"], "confirm"))["status"] == "confirmed"
    again = await office.says(office.instructor, f"/v1/leads/{lead['id']}/not-found", note="查无此人")
    assert code(again) == "409 wrong_state"
    assert again.json()["params"] == {"state": "verified", "allowed": "new, verifying"}


async def test_a_report_about_a_stranger_ends_as_the_elders(office: Office) -> None:
    office.on("2026-11-03")
    heard = await office.does(office.liaison, "/v1/escalations", **FALLEN)
    lead = await named(office, escalation_id=heard["id"])
    path = f"/v1/escalations/{heard['id']}"
    assert (await office.reads(office.instructor, path)).json()["lead_id"] == lead["id"]
    seen = await told(office, lead, "verify", **at_home())
    assert (await office.reads(office.instructor, path)).json()["elder_id"] == seen["lead"]["elder_id"]


async def test_a_report_about_somebody_known_is_the_elders_at_once(office: Office) -> None:
    number = a_number()
    elder = await office.drafted(resident_id=number, categories=["living_alone"])
    heard = await office.does(office.liaison, "/v1/escalations", **FALLEN)
    await named(office, escalation_id=heard["id"], resident_id=number)
    path = f"/v1/escalations/{heard['id']}"
    assert (await office.reads(office.instructor, path)).json()["elder_id"] == elder


async def test_a_report_goes_with_the_lead_that_is_kept(office: Office) -> None:
    heard = await office.does(office.liaison, "/v1/escalations", **FALLEN)
    kept, repeated = await named(office), await named(office, escalation_id=heard["id"])
    await told(office, repeated, "duplicate", lead_id=kept["id"])
    path = f"/v1/escalations/{heard['id']}"
    assert (await office.reads(office.instructor, path)).json()["lead_id"] == kept["id"]
    seen = await told(office, kept, "verify", **at_home())
    assert (await office.reads(office.instructor, path)).json()["elder_id"] == seen["lead"]["elder_id"]
