from collections.abc import Callable

import httpx
import pytest

from tests.builders import (
    OTHER_TOWNSHIP,
    SIBLING_VILLAGE,
    VILLAGE,
    Person,
    a_dashboard,
    a_liaison,
    an_admin,
    an_instructor,
)
from tests.conftest import ClientOf
from tests.elders.forms import a_whole_form, enrolled
from tests.promises.names import promise

NOWHERE = "0199b3a0-0000-7000-8000-000000000000"


async def a_whole_elder(client: httpx.AsyncClient) -> dict[str, object]:
    answer = await client.post("/v1/elders", json=a_whole_form())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@promise("P41")
async def test_numbers_illness_and_income_are_masked_for_everybody(
    instructor: httpx.AsyncClient, liaison: httpx.AsyncClient
) -> None:
    elder = await a_whole_elder(instructor)
    for reader in (instructor, liaison):
        answer = await reader.get(f"/v1/elders/{elder['id']}")
        seen = answer.json()
        assert seen["resident_id"] == "3503**********" + a_whole_form()["resident_id"][-4:]
        assert seen["disability_certificate"] == "3503" + "*" * 16
        assert {"resident_id", "disability_certificate", "disease_history", "disposable_income"} <= set(seen["masked"])
        for secret in (a_whole_form()["resident_id"], "高血压", "812.5", "900", "540", "had_one_child"):
            assert secret not in answer.text


async def test_the_liaison_of_the_village_sees_door_and_phones(
    instructor: httpx.AsyncClient, liaison: httpx.AsyncClient
) -> None:
    elder = await a_whole_elder(instructor)
    near = (await liaison.get(f"/v1/elders/{elder['id']}")).json()
    assert near["phones"][0] == {"number": "13850330001", "owner": "self"}
    assert near["residence"]["detail"] == "后埔12号"
    assert near["primary_contact"]["phone"] == "13850330003"
    assert near["registered_address"]["detail"] == "后埔12号"
    assert "phones" not in near["masked"]


@promise("P41")
async def test_everybody_else_sees_door_and_phones_masked(
    instructor: httpx.AsyncClient, supervisor: httpx.AsyncClient
) -> None:
    elder = await a_whole_elder(instructor)
    for reader in (instructor, supervisor):
        seen = (await reader.get(f"/v1/elders/{elder['id']}")).json()
        assert [phone["number"] for phone in seen["phones"]] == ["138****0001", "********1234"]
        assert seen["residence"] == {"village": VILLAGE, "village_name": "新前村委会", "detail": "***"}
        assert seen["name"] == "林建国"
        assert {"phones", "residence", "primary_contact"} <= set(seen["masked"])


async def test_two_views_have_two_etags_and_an_unchanged_file_answers_304(
    instructor: httpx.AsyncClient, liaison: httpx.AsyncClient
) -> None:
    elder = await enrolled(liaison)
    path = f"/v1/elders/{elder['id']}"
    near, far = await liaison.get(path), await instructor.get(path)
    assert near.headers["etag"] != far.headers["etag"]
    again = await liaison.get(path, headers={"If-None-Match": near.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


async def test_out_of_the_area_is_as_unknown(client_of: ClientOf, liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    for stranger in (a_liaison(SIBLING_VILLAGE), an_instructor(OTHER_TOWNSHIP)):
        client = await client_of(stranger)
        for path in ("", "/tier", "/history", "/family-members"):
            hidden = await client.get(f"/v1/elders/{elder['id']}{path}")
            unknown = await client.get(f"/v1/elders/{NOWHERE}{path}")
            assert hidden.status_code == unknown.status_code == 404
            assert hidden.json()["code"] == unknown.json()["code"] == "not_found"


@pytest.mark.parametrize("person", [an_admin, a_dashboard])
async def test_accounts_without_elder_data_are_refused(
    client_of: ClientOf, liaison: httpx.AsyncClient, person: Callable[[], Person]
) -> None:
    elder = await enrolled(liaison)
    client = await client_of(person())
    for method, path in (("GET", ""), ("GET", f"/{elder['id']}"), ("POST", f"/{elder['id']}/verify")):
        answer = await client.request(method, f"/v1/elders{path}")
        assert answer.status_code == 403, answer.text


async def test_the_register_is_read_page_by_page(instructor: httpx.AsyncClient, supervisor: httpx.AsyncClient) -> None:
    ids = [(await enrolled(instructor))["id"] for _ in range(5)]
    first = (await instructor.get("/v1/elders", params={"page_size": 2})).json()
    second = (
        await instructor.get("/v1/elders", params={"page_size": 2, "page_token": first["next_page_token"]})
    ).json()
    third = (
        await instructor.get("/v1/elders", params={"page_size": 2, "page_token": second["next_page_token"]})
    ).json()
    read = [line["id"] for page in (first, second, third) for line in page["data"]]
    assert sorted(read) == sorted(ids)
    assert (third["has_more"], third["next_page_token"]) == (False, None)
    elsewhere = await supervisor.get("/v1/elders", params={"page_token": first["next_page_token"]})
    assert elsewhere.json()["code"] == "page_token_invalid"


@promise("P41")
async def test_a_list_shows_no_phone_and_masks_the_door(
    instructor: httpx.AsyncClient, liaison: httpx.AsyncClient
) -> None:
    await a_whole_elder(instructor)
    (far,) = (await instructor.get("/v1/elders")).json()["data"]
    (near,) = (await liaison.get("/v1/elders")).json()["data"]
    assert far["address"].endswith("***")
    assert near["address"].endswith("后埔12号")
    assert "phones" not in far


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"area": VILLAGE}, 2),
        ({"status": "draft"}, 1),
        ({"status": "verified"}, 1),
        ({"tier": "priority"}, 1),
        ({"review_due_on.lt": "2030-01-01"}, 0),
    ],
)
async def test_the_register_is_filtered(liaison: httpx.AsyncClient, query: dict[str, str], found: int) -> None:
    await enrolled(liaison, declared_tier="priority")
    other = await enrolled(liaison, categories=["empty_nest"])
    await liaison.post(f"/v1/elders/{other['id']}/verify")
    answer = await liaison.get("/v1/elders", params=query)
    assert len(answer.json()["data"]) == found, answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "林建"},
        {"resident_id": a_whole_form()["resident_id"]},
        {"phone": "0594 3591234"},
        {"name": "林", "phone": "138 5033 0001"},
    ],
)
async def test_elders_are_found_by_what_is_known_of_them(
    instructor: httpx.AsyncClient, liaison: httpx.AsyncClient, wanted: dict[str, str]
) -> None:
    elder = await a_whole_elder(instructor)
    await enrolled(liaison)
    answer = await liaison.post("/v1/elders/search", json=wanted)
    assert [line["id"] for line in answer.json()["data"]] == [elder["id"]], answer.text
    by_number = await liaison.post("/v1/elders/search", json={"short_no": elder["short_no"]})
    assert by_number.json() == {"data": answer.json()["data"], "more": False}


async def test_nobody_is_found_outside_the_area(client_of: ClientOf, liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, resident_id=a_whole_form()["resident_id"])
    stranger = await client_of(an_instructor(OTHER_TOWNSHIP))
    for wanted in ({"short_no": elder["short_no"]}, {"resident_id": a_whole_form()["resident_id"]}):
        answer = await stranger.post("/v1/elders/search", json=wanted)
        assert answer.json() == {"data": [], "more": False}


async def test_a_search_for_nothing_is_refused(liaison: httpx.AsyncClient) -> None:
    answer = await liaison.post("/v1/elders/search", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"][0]["code"] == "search_for_nothing"


async def test_the_missing_boxes_are_listed(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    items = {item["pointer"]: item for item in elder["open_items"]}
    assert {"/phones", "/primary_contact", "/living/water_safe", "/aid/orgs", "/surveyor"} <= set(items)
    assert items["/phones"]["due_on"] is None


async def test_a_child_in_the_township_is_proposed_as_first_contact(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(
        liaison,
        categories=None,
        family_members=[
            {"name": "林大明", "relation": "22", "alive": True, "township": "350304001"},
            {"name": "林小明", "relation": "23", "alive": True, "township": "350303104"},
        ],
    )
    proposal = next(i["proposal"] for i in elder["open_items"] if i["pointer"] == "/primary_contact")
    assert proposal == {"kind": "child_nearby", "member_id": elder["family_members"][1]["id"]}


async def test_for_the_childless_the_township_designates(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, facts={"children_complete": True})
    proposal = next(i["proposal"] for i in elder["open_items"] if i["pointer"] == "/primary_contact")
    assert proposal == {"kind": "designate", "member_id": None}
