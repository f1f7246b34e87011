"""Elders are told of benefits and helped to apply; what the office says is recorded (R42)."""

from tests.builders import OTHER_TOWNSHIP, an_instructor
from tests.duty.office import code
from tests.referrals.helping import Helping


async def test_told_helped_applied_and_granted(office: Helping) -> None:
    elder = await office.elder()
    told = await office.does(
        office.liaison, "/v1/policy-applications", elder_id=elder, benefit="advanced_age_allowance", on="2026-11-01"
    )
    assert (told["state"], told["informed_on"]) == ("signposted", "2026-11-01")
    path = f"/v1/policy-applications/{told['id']}"
    helped = await office.does(office.liaison, f"{path}/help", help_given="协助填表", on="2026-11-02")
    assert (helped["state"], helped["help_given"]) == ("helped", "协助填表")
    assert (await office.does(office.liaison, f"{path}/apply"))["applied_on"] == "2026-11-03"
    office.on("2026-11-20")
    granted = await office.does(office.instructor, f"{path}/decide", decision="granted", note="十二月起发放")
    assert (granted["state"], granted["decided_on"], granted["note"]) == ("granted", "2026-11-20", "十二月起发放")
    assert code(await office.says(office.liaison, f"{path}/cancel", reason="误")) == "409 wrong_state"
    [line] = (await office.shows("/v1/policy-applications?state=granted&benefit=advanced_age_allowance"))["data"]
    assert line["id"] == told["id"]
    assert (await office.shows(path))["help_given"] == "协助填表"


async def test_a_refusal_is_kept_too(office: Helping) -> None:
    told = await office.does(
        office.liaison, "/v1/policy-applications", elder_id=await office.elder(), benefit="temporary_relief"
    )
    path = f"/v1/policy-applications/{told['id']}"
    assert code(await office.says(office.liaison, f"{path}/decide", decision="refused")) == "409 wrong_state"
    await office.does(office.liaison, f"{path}/apply")
    assert (await office.does(office.liaison, f"{path}/decide", decision="refused"))["state"] == "refused"


async def test_steps_follow_one_another_in_time(office: Helping) -> None:
    told = await office.does(
        office.liaison, "/v1/policy-applications", elder_id=await office.elder(), benefit="other", on="2026-11-02"
    )
    path = f"/v1/policy-applications/{told['id']}"
    assert code(await office.says(office.liaison, f"{path}/apply", on="2026-11-01")) == "422 dates_out_of_order"
    assert code(await office.says(office.liaison, f"{path}/apply", on="2026-11-04")) == "422 day_in_future"
    assert code(await office.reads(an_instructor(OTHER_TOWNSHIP), path)) == "404 not_found"
    assert (await office.does(office.liaison, f"{path}/cancel", reason="本人不愿"))["state"] == "cancelled"
