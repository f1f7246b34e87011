import asyncio
from datetime import date

import httpx

from api.deps import Service
from tests.builders import SIBLING_VILLAGE
from tests.conftest import Urls
from tests.elders.forms import an_id_number, confirmed, enrolled, faults, patched, stored_rows, verified


async def test_a_change_needs_the_version_it_was_read_at(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    path = f"/v1/elders/{elder['id']}"
    assert (await liaison.patch(path, json={"alias": "阿芳"})).status_code == 428
    assert (await patched(liaison, elder, {"alias": "阿芳"})).status_code == 200
    stale = await patched(liaison, elder, {"alias": "阿英"})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_changed")


async def test_a_patch_changes_what_it_names_and_null_takes_out(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, alias="阿芳", phones=[{"number": "13850330001"}], disease_history="糖尿病")
    answer = await patched(
        liaison, elder, {"alias": None, "phones": [{"number": "13850330009"}], "living": {"water_safe": True}}
    )
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert changed["alias"] is None
    assert changed["phones"][0]["number"] == "13850330009"
    assert changed["living"]["water_safe"] is True
    assert "disease_history" in changed["masked"]
    assert changed["version"] == elder["version"] + 1
    by_new = await liaison.post("/v1/elders/search", json={"phone": "13850330009"})
    by_old = await liaison.post("/v1/elders/search", json={"phone": "13850330001"})
    assert (len(by_new.json()["data"]), len(by_old.json()["data"])) == (1, 0)


async def test_a_patch_of_nothing_new_makes_no_version(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, alias="阿芳")
    same = await patched(liaison, elder, {"alias": "阿芳"})
    assert same.json()["etag"] == elder["etag"]


async def test_a_patch_is_judged_like_a_form(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    answer = await patched(
        liaison, elder, {"name": None, "status": "confirmed", "ability": {"level": "worst"}, "version": 9}
    )
    assert faults(answer) == {
        "/name": "field_missing",
        "/status": "field_unknown",
        "/version": "field_unknown",
        "/ability/level": "value_not_listed",
    }


async def test_facts_change_categories_and_tier_of_a_draft(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, categories=None)
    assert elder["tier"] is None
    changed = (await patched(liaison, elder, {"ability": {"level": "moderate"}})).json()
    assert (changed["tier"], changed["judged_categories"]) == ("priority", ["impaired"])


async def test_a_new_number_is_found_and_the_former_one_still_fits_the_certificate(
    liaison: httpx.AsyncClient,
) -> None:
    old, new = an_id_number(date(1946, 1, 1), 998), an_id_number(date(1946, 1, 2), 998)
    elder = await enrolled(liaison, resident_id=old, disability_certificate=old + "44")
    changed = await patched(liaison, elder, {"resident_id": new})
    assert changed.status_code == 200, changed.text
    assert changed.json()["born_on"] == "1946-01-02"
    found = await liaison.post("/v1/elders/search", json={"resident_id": new})
    assert [line["id"] for line in found.json()["data"]] == [elder["id"]]


async def test_a_number_that_is_taken_changes_nothing(liaison: httpx.AsyncClient) -> None:
    number = an_id_number(date(1946, 1, 1), 998)
    holder = await enrolled(liaison, resident_id=number)
    elder = await enrolled(liaison)
    answer = await patched(liaison, elder, {"resident_id": number})
    assert (answer.status_code, answer.json()["code"]) == (409, "identity_taken")
    assert answer.json()["params"] == {"elder_id": holder["id"]}
    assert (await liaison.get(f"/v1/elders/{elder['id']}")).json()["etag"] == elder["etag"]


async def test_a_draft_moves_to_another_village_of_the_area(instructor: httpx.AsyncClient) -> None:
    elder = await enrolled(instructor)
    moved = await patched(instructor, elder, {"residence": {"village": SIBLING_VILLAGE}})
    assert moved.status_code == 200, moved.text
    assert moved.json()["residence"]["village"] == SIBLING_VILLAGE


async def test_a_confirmed_elder_moves_by_transfer_only(service: Service, instructor: httpx.AsyncClient) -> None:
    elder = await verified(instructor)
    await confirmed(service, elder)
    elder = (await instructor.get(f"/v1/elders/{elder['id']}")).json()
    answer = await patched(instructor, elder, {"residence": {"village": SIBLING_VILLAGE}})
    assert faults(answer) == {"/residence/village": "residence_by_transfer"}


async def test_a_liaison_proposes_what_the_township_decides(
    service: Service, liaison: httpx.AsyncClient, instructor: httpx.AsyncClient
) -> None:
    elder = await verified(liaison)
    await confirmed(service, elder)
    elder = (await liaison.get(f"/v1/elders/{elder['id']}")).json()
    proposed = await patched(liaison, elder, {"alias": "阿芳"})
    assert proposed.status_code == 202, proposed.text
    assert proposed.json()["fields"] == ["alias"]
    assert (await liaison.get(f"/v1/elders/{elder['id']}")).json()["alias"] is None
    direct = await patched(instructor, (await instructor.get(f"/v1/elders/{elder['id']}")).json(), {"alias": "阿芳"})
    assert (direct.status_code, direct.json()["alias"]) == (200, "阿芳")


async def test_the_missing_boxes_of_a_confirmed_elder_have_their_days(
    service: Service, liaison: httpx.AsyncClient
) -> None:
    elder = await verified(liaison)
    await confirmed(service, elder)
    items = (await liaison.get(f"/v1/elders/{elder['id']}")).json()["open_items"]
    due = {item["pointer"]: item["due_on"] for item in items}
    assert due["/primary_contact"] == "2026-10-12"
    assert due["/phones"] == "2026-11-04"


async def test_a_file_is_verified_once(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    path = f"/v1/elders/{elder['id']}/verify"
    answers = await asyncio.gather(*(liaison.post(path) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert late.json()["params"] == {"state": "verified", "allowed": "draft"}


async def test_of_many_changes_of_one_version_one_wins(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    answers = await asyncio.gather(*(patched(liaison, elder, {"alias": f"阿{c}"}) for c in "芳英梅兰菊"))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_the_residence_of_a_draft_follows_the_form(database: Urls, instructor: httpx.AsyncClient) -> None:
    elder = await enrolled(instructor)
    await patched(instructor, elder, {"residence": {"village": SIBLING_VILLAGE}, "filed_on": "2026-09-01"})
    (residence,) = stored_rows(database, "SELECT lives_in, from_day, village FROM elder_residences")
    assert {name: str(value) for name, value in residence.items()} == {
        "lives_in": SIBLING_VILLAGE,
        "from_day": "2026-09-01",
        "village": SIBLING_VILLAGE,
    }
