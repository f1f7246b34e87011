"""The register of service forces: who keeps it, who reads it, what it remembers."""

from tests.builders import OTHER_TOWNSHIP, SIBLING_VILLAGE, TOWNSHIP, VILLAGE, Person
from tests.duty.office import Office, code
from tests.providers.forces import a_force


async def test_a_force_is_registered_corrected_and_read_where_it_serves(office: Office) -> None:
    force = await a_force(office, contact="林志强", phone="13800000000", vetting="已核查无违规记录")
    client = await office.client_of(office.supervisor)
    path = f"/v1/providers/{force['id']}"
    changed = await client.patch(path, json={"vetting": None, "ends_on": "2027-12-31"}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["vetting"], changed.json()["ends_on"], changed.json()["etag"]) == (None, "2027-12-31", '"2"')
    assert changed.json()["phone"] == "13800000000"
    for person in (office.instructor, office.liaison):
        assert (await office.reads(person, path)).json() == changed.json()
    assert code(await client.patch(path, json={"name": "新名"}, headers={"If-Match": '"1"'})) == "412 version_changed"


async def test_a_force_serves_the_villages_of_its_area_and_is_not_known_beside_it(office: Office) -> None:
    township = await a_force(office)
    village = await a_force(office, area=SIBLING_VILLAGE, kind="elders_association", name="老年协会")
    await a_force(office, area=OTHER_TOWNSHIP, name="白塘镇志愿队")

    async def listed(person: Person, query: str = "") -> list[str]:
        answer = await office.reads(person, f"/v1/providers{query}")
        return [each["id"] for each in answer.json()["data"]]

    assert await listed(office.liaison) == [township["id"]]
    assert await listed(office.instructor) == [township["id"], village["id"]]
    assert await listed(office.supervisor, f"?area={VILLAGE}") == [township["id"]]
    assert await listed(office.supervisor, "?kind=elders_association") == [village["id"]]
    assert len(await listed(office.supervisor)) == 3
    assert code(await office.reads(office.liaison, f"/v1/providers/{village['id']}")) == "404 not_found"


async def test_a_township_registers_its_own_forces_and_no_others(office: Office) -> None:
    form = {"kind": "volunteer", "name": "巾帼志愿队", "starts_on": "2026-01-01"}
    own = await office.does(office.instructor, "/v1/providers", area=TOWNSHIP, **form)
    assert (await office.says(office.instructor, f"/v1/providers/{own['id']}/suspend", reason="整顿")).is_success
    elsewhere = await office.says(office.instructor, "/v1/providers", area=OTHER_TOWNSHIP, **form)
    assert code(elsewhere) == "404 not_found"
    districts = await a_force(office, area="350303")
    refused = await office.says(office.instructor, f"/v1/providers/{districts['id']}/suspend", reason="整顿")
    assert code(refused) == "404 not_found"
    assert code(await office.says(office.liaison, "/v1/providers", area=VILLAGE, **form)) == "403 permission_missing"


async def test_a_suspension_has_a_day_a_reason_and_an_end(office: Office) -> None:
    office.on("2026-11-03")
    path = f"/v1/providers/{(await a_force(office))['id']}"
    suspended = await office.does(office.supervisor, f"{path}/suspend", reason="记录不实", on="2026-11-01")
    assert suspended["state"] == "suspended"
    assert suspended["stand_downs"] == [
        {"state": "suspended", "starts_on": "2026-11-01", "ends_on": None, "reason": "记录不实"}
    ]
    assert code(await office.says(office.supervisor, f"{path}/suspend")) == "409 wrong_state"
    assert code(await office.says(office.supervisor, f"{path}/resume")) == "422 field_missing"
    early = await office.says(office.supervisor, f"{path}/resume", reason="已整改", on="2026-10-31")
    assert code(early) == "422 dates_out_of_order"
    office.on("2026-11-20")
    resumed = await office.does(office.supervisor, f"{path}/resume", reason="已整改")
    assert (resumed["state"], resumed["stand_downs"][0]["ends_on"]) == ("active", "2026-11-19")
    removed = await office.does(office.supervisor, f"{path}/remove", reason="再次弄虚作假")
    assert (removed["state"], len(removed["stand_downs"])) == ("removed", 2)
    assert code(await office.says(office.supervisor, f"{path}/resume", reason="恢复")) == "409 wrong_state"


async def test_nobody_is_suspended_ahead_of_time(office: Office) -> None:
    office.on("2026-11-03")
    path = f"/v1/providers/{(await a_force(office))['id']}/suspend"
    assert code(await office.says(office.supervisor, path, reason="整顿", on="2026-11-04")) == "422 day_in_future"


async def test_what_cannot_be_is_refused_with_everything_that_is_wrong(office: Office) -> None:
    form = {"kind": "volunteer", "name": "队", "starts_on": "2026-01-01", "ends_on": "2025-01-01", "area": "350303999"}
    answer = await office.says(office.supervisor, "/v1/providers", **form)
    assert {error["code"] for error in answer.json()["errors"]} == {"division_unknown", "dates_out_of_order"}
