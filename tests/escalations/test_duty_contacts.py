"""Whom a township is called under at night."""

from tests.builders import DISTRICT, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, an_instructor
from tests.duty.office import code
from tests.escalations.desk import Desk

NIGHT = {"name": "值班室", "phone": "0594-3590110"}


async def test_a_township_names_its_contact_and_its_villages_read_it(desk: Desk) -> None:
    instructor = await desk.client_of(desk.instructor)
    answer = await instructor.put(f"/v1/duty-contacts/{TOWNSHIP}", json=NIGHT)
    assert answer.status_code == 200, answer.text
    other = await desk.client_of(an_instructor(OTHER_TOWNSHIP))
    assert (await other.put(f"/v1/duty-contacts/{OTHER_TOWNSHIP}", json=NIGHT)).is_success
    supervisor = await desk.client_of(desk.supervisor)
    assert (await supervisor.put(f"/v1/duty-contacts/{DISTRICT}", json={**NIGHT, "name": "区值班室"})).is_success

    liaison = await desk.client_of(desk.liaison)
    for query in ({}, {"area": VILLAGE}):
        seen = (await liaison.get("/v1/duty-contacts", params=query)).json()["data"]
        assert [(each["area"], each["name"], each["phone"]) for each in seen] == [
            (DISTRICT, "区值班室", NIGHT["phone"]),
            (TOWNSHIP, "值班室", NIGHT["phone"]),
        ]
    assert len((await supervisor.get("/v1/duty-contacts")).json()["data"]) == 3
    assert code(await liaison.put(f"/v1/duty-contacts/{TOWNSHIP}", json=NIGHT)) == "403 permission_missing"


async def test_it_is_changed_by_whoever_read_the_last_one(desk: Desk) -> None:
    client = await desk.client_of(desk.instructor)
    path = f"/v1/duty-contacts/{TOWNSHIP}"
    first = (await client.put(path, json=NIGHT)).json()
    second = await client.put(path, json={**NIGHT, "name": "夜班"}, headers={"If-Match": first["etag"]})
    assert (second.status_code, second.json()["name"]) == (200, "夜班")
    stale = await client.put(path, json=NIGHT, headers={"If-Match": first["etag"]})
    assert code(stale) == "412 version_changed"


async def test_nobody_names_it_for_others(desk: Desk) -> None:
    client = await desk.client_of(desk.instructor)
    for area in (OTHER_TOWNSHIP, DISTRICT, f"{DISTRICT}999"):
        assert code(await client.put(f"/v1/duty-contacts/{area}", json=NIGHT)) == "404 not_found"
    assert (await client.put(f"/v1/duty-contacts/{VILLAGE}", json=NIGHT)).status_code == 422
