"""Who comes to see an elder who leaves, comes back, moves, or turns out to have two files."""

from typing import Any

from tests.builders import DISTRICT, OTHER_VILLAGE, SIBLING_VILLAGE, VILLAGE
from tests.duty.office import Office
from tests.providers.forces import a_force, signed

EXIT = {"kind": "institution", "last_day_on": "2026-11-02", "source": "family"}


async def sent(office: Office, force: dict[str, Any], elder: str, **said: Any) -> dict[str, Any]:
    body = {"provider_id": force["id"], "elder_id": elder, "starts_on": "2026-10-05", **said}
    return await office.does(office.supervisor, "/v1/assignments", **body)


async def paired(office: Office, elder: str) -> dict[str, Any]:
    return await office.does(office.supervisor, "/v1/pairings", elder_id=elder, unit="区民政局", contact="陈主任")


async def lasting(office: Office, thing: dict[str, Any], path: str = "/v1/assignments") -> tuple[str, str | None]:
    now = (await office.reads(office.supervisor, f"{path}/{thing['id']}")).json()
    return now["state"], now["ends_on"]


async def test_an_exit_ends_them_and_its_undoing_brings_them_back(office: Office) -> None:
    elder = await office.confirmed("2026-10-05")
    open_ended = await sent(office, await a_force(office), elder)
    planned = await sent(office, await a_force(office, name="另一支"), elder, ends_on="2026-12-31")
    over = await sent(office, await a_force(office, name="第三支"), elder, ends_on="2026-10-31")
    ahead = await sent(office, await a_force(office, name="第四支"), elder, starts_on="2026-12-01")
    pairing = await paired(office, elder)
    office.on("2026-11-03")
    await office.tells(elder, "exit", **EXIT)
    ended = [await lasting(office, each) for each in (open_ended, planned, over, ahead)]
    assert ended == [("ended", day) for day in ("2026-11-03", "2026-11-03", "2026-10-31", "2026-12-01")]
    assert await lasting(office, pairing, "/v1/pairings") == ("ended", "2026-11-03")
    await office.tells(elder, "reinstate", reason="登记有误")
    back = [await lasting(office, each) for each in (open_ended, planned, over, ahead)]
    assert back == [("running", day) for day in (None, "2026-12-31", "2026-10-31", None)]
    assert await lasting(office, pairing, "/v1/pairings") == ("running", None)


async def test_whoever_serves_the_new_village_goes_on_after_a_move(office: Office) -> None:
    elder = await office.confirmed("2026-10-05")
    township, village = await a_force(office), await a_force(office, area=VILLAGE, name="老年协会")
    stays, leaves = await sent(office, township, elder), await sent(office, village, elder)
    company = await a_force(office, name="居家养老公司")
    contract = await signed(office, company, areas=[VILLAGE])
    bought = await sent(office, company, elder, contract_id=contract["id"])
    pairing = await paired(office, elder)
    office.on("2026-11-10")
    await office.tells(elder, "transfer", village=SIBLING_VILLAGE)
    assert await lasting(office, stays) == ("running", None)
    assert await lasting(office, leaves) == await lasting(office, bought) == ("ended", "2026-11-09")
    assert await lasting(office, pairing, "/v1/pairings") == ("running", None)


async def test_a_planned_move_ends_them_on_its_day(office: Office) -> None:
    elder = await office.confirmed("2026-10-05")
    village = await sent(office, await a_force(office, area=VILLAGE), elder)
    district = await sent(office, await a_force(office, area=DISTRICT, name="全区的"), elder)
    office.on("2026-11-03")
    await office.does(
        office.supervisor, f"/v1/elders/{elder}/transfer", village=OTHER_VILLAGE, **{"from": "2026-11-10"}
    )
    assert await lasting(office, village) == ("running", None)
    office.on("2026-11-10")
    await office.new_day(elder)
    assert await lasting(office, village) == ("ended", "2026-11-09")
    assert await lasting(office, district) == ("running", None)


async def test_of_two_files_of_one_person_each_force_goes_on_once(office: Office) -> None:
    keep = await office.confirmed("2026-10-05")
    number = {"resident_id": None, "id_type": "none", "no_id_reason": "证件遗失", "born_on": "1950-03-01"}
    drop = await office.confirmed("2026-10-05", categories=["living_alone"], sex="female", **number)
    both, only = await a_force(office), await a_force(office, name="另一支")
    later = await sent(office, both, keep, starts_on="2026-10-10")
    earlier, other = await sent(office, both, drop), await sent(office, only, drop)
    office.on("2026-11-03")
    merged = await office.does(office.instructor, "/v1/elder-merges", keep=keep, drop=drop, reason="同一人两次建档")
    assert merged["moved"]["assignments"] == 2
    assert await lasting(office, earlier) == await lasting(office, other) == ("running", None)
    assert await lasting(office, later) == ("ended", "2026-11-03")
    listed = (await office.reads(office.instructor, f"/v1/assignments?elder_id={keep}")).json()["data"]
    assert len(listed) == 3
