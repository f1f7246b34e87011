from datetime import date

import httpx

from api.deps import Service
from tests.elders.forms import an_id_number, confirmed, enrolled, faults, patched, verified

SON = {"name": "林小明", "relation": "20", "alive": True, "adult": True, "co_resident": False}


async def test_a_new_member_is_a_new_version_of_the_file(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    path = f"/v1/elders/{elder['id']}"
    added = await liaison.post(f"{path}/family-members", json={**SON, "phone": "13850330002"})
    assert added.status_code == 201, added.text
    assert (added.json()["seq"], added.json()["phone"]) == (1, "138****0002")
    after = (await liaison.get(path)).json()
    assert after["version"] > elder["version"]
    assert [member["name"] for member in after["family_members"]] == ["林小明"]
    stale = await liaison.post(f"{path}/family-members", json=SON, headers={"If-Match": elder["etag"]})
    assert stale.status_code == 412


async def test_what_a_member_says_decides_the_category(liaison: httpx.AsyncClient) -> None:
    facts = {"spouse": False, "children_complete": True, "relatives_complete": True}
    elder = await enrolled(liaison, categories=None, facts=facts)
    assert elder["judged_categories"] == ["living_alone"]
    path = f"/v1/elders/{elder['id']}"
    member = (await liaison.post(f"{path}/family-members", json={**SON, "township": "350303104"})).json()
    near = (await liaison.get(path)).json()
    assert near["judged_categories"] == []
    away = await liaison.patch(
        f"{path}/family-members/{member['id']}",
        json={"township": "350304001"},
        headers={"If-Match": near["etag"]},
    )
    assert away.status_code == 200, away.text
    assert (await liaison.get(path)).json()["judged_categories"] == ["living_alone", "empty_nest"]


async def test_a_member_is_changed_with_if_match_and_judged_like_a_new_one(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, family_members=[SON])
    member = f"/v1/elders/{elder['id']}/family-members/{elder['family_members'][0]['id']}"
    assert (await liaison.patch(member, json={"visits_often": True})).status_code == 428
    wrong = await liaison.patch(
        member,
        json={"relation": "01", "resident_id": "1", "left_on": "2027-01-01"},
        headers={"If-Match": elder["etag"]},
    )
    assert faults(wrong) == {"/relation": "relation_not_family", "/resident_id": "value_format"}
    ahead = await liaison.patch(member, json={"left_on": "2027-01-01"}, headers={"If-Match": elder["etag"]})
    assert faults(ahead) == {"/left_on": "day_in_future"}


async def test_who_leaves_the_family_may_stay_first_contact(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, family_members=[SON])
    member_id = elder["family_members"][0]["id"]
    contact = {"name": "林小明", "relation": "20", "member_id": member_id}
    elder = (await patched(liaison, elder, {"primary_contact": contact})).json()
    assert elder["primary_contact"]["member_id"] == member_id
    removed = await liaison.delete(f"/v1/elders/{elder['id']}/family-members/{member_id}")
    assert (removed.status_code, removed.content) == (204, b"")
    after = (await liaison.get(f"/v1/elders/{elder['id']}")).json()
    assert after["family_members"] == []
    assert (after["primary_contact"]["name"], after["primary_contact"]["member_id"]) == ("林小明", None)
    again = await liaison.delete(f"/v1/elders/{elder['id']}/family-members/{member_id}")
    assert again.status_code == 404


async def test_a_contact_of_the_family_must_be_of_it(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison)
    contact = {"name": "林小明", "member_id": elder["id"]}
    refused = faults(await patched(liaison, elder, {"primary_contact": contact}))
    assert refused == {"/primary_contact/member_id": "member_unknown"}


async def test_no_spouse_joins_where_none_is_said_to_be(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, facts={"spouse": False})
    answer = await liaison.post(f"/v1/elders/{elder['id']}/family-members", json={"name": "林阿公", "relation": "11"})
    assert faults(answer) == {"/relation": "spouse_contradicted"}


async def test_a_family_ends_at_thirty(liaison: httpx.AsyncClient) -> None:
    elder = await enrolled(liaison, family_members=[SON] * 30)
    answer = await liaison.post(f"/v1/elders/{elder['id']}/family-members", json=SON)
    assert faults(answer) == {"": "family_full"}


async def test_of_a_confirmed_elder_the_liaison_proposes(service: Service, liaison: httpx.AsyncClient) -> None:
    elder = await verified(liaison, family_members=[SON])
    await confirmed(service, elder)
    path = f"/v1/elders/{elder['id']}/family-members"
    etag = (await liaison.get(f"/v1/elders/{elder['id']}")).headers["etag"]
    member = f"{path}/{elder['family_members'][0]['id']}"
    answers = [
        await liaison.post(path, json={**SON, "name": "林小红"}),
        await liaison.patch(member, json={"visits_often": True}, headers={"If-Match": etag}),
        await liaison.delete(member),
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert all(answer.json()["fields"] == ["family_members"] for answer in answers)
    (unchanged,) = (await liaison.get(path)).json()["data"]
    assert unchanged["visits_often"] is None


async def test_numbers_of_the_family_are_masked(instructor: httpx.AsyncClient) -> None:
    number = an_id_number(date(1970, 5, 5), 999)
    elder = await enrolled(instructor, family_members=[{**SON, "resident_id": number}])
    answer = await instructor.get(f"/v1/elders/{elder['id']}/family-members")
    assert answer.json()["data"][0]["resident_id"] == f"3503**********{number[-4:]}"
    assert number not in answer.text
