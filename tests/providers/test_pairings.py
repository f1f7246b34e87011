"""Cadres and units who keep in touch with elders."""

from tests.builders import SIBLING_VILLAGE
from tests.duty.office import Office, code

PATH = "/v1/pairings"
CADRE = {"unit": "江口镇人民政府", "contact": "林国栋", "phone": "13800000000"}


async def test_a_cadre_keeps_in_touch_until_it_is_ended(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    pairing = await office.does(office.liaison, PATH, elder_id=elder, help="代购药品", **CADRE)
    assert (pairing["state"], pairing["starts_on"], pairing["contact"]) == ("running", "2026-11-03", "林国栋")
    also = await office.does(office.instructor, PATH, elder_id=elder, unit="区民政局", contact="陈主任")
    listed = (await office.reads(office.liaison, f"{PATH}?elder_id={elder}&state=running")).json()["data"]
    assert [each["id"] for each in listed] == [pairing["id"], also["id"]]
    office.on("2026-11-20")
    path = f"{PATH}/{pairing['id']}"
    assert code(await office.says(office.liaison, f"{path}/end", on="2026-11-21")) == "422 day_in_future"
    assert code(await office.says(office.liaison, f"{path}/end", on="2026-11-02")) == "422 dates_out_of_order"
    ended = await office.does(office.liaison, f"{path}/end", reason="调离")
    assert (ended["state"], ended["ends_on"]) == ("ended", "2026-11-20")
    assert code(await office.says(office.liaison, f"{path}/end")) == "409 wrong_state"
    assert (await office.reads(office.liaison, path)).json() == ended


async def test_only_elders_of_the_roll_within_reach_are_paired(office: Office) -> None:
    beside = await office.confirmed("2026-11-03", village=SIBLING_VILLAGE)
    assert code(await office.says(office.liaison, PATH, elder_id=beside, **CADRE)) == "422 elder_unknown"
    days = {"starts_on": "2026-11-03", "ends_on": "2026-11-02"}
    assert code(await office.says(office.instructor, PATH, elder_id=beside, **CADRE, **days)) == (
        "422 dates_out_of_order"
    )
    await office.tells(beside, "exit", kind="institution", last_day_on="2026-11-02", source="family")
    assert code(await office.says(office.instructor, PATH, elder_id=beside, **CADRE)) == "422 elder_left"
