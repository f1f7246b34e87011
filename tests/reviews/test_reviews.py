"""The half-yearly review as a round (rule A7): due, looked through by the village, signed by the township."""

import asyncio
from typing import Any

import pytest

from tests.builders import SIBLING_VILLAGE, VILLAGE, a_liaison, an_instructor
from tests.duty.office import Office, code

REVIEWS = "/v1/reviews"
NEW_PHONE = {"phones": [{"number": "13900001111", "owner": "self"}]}
ALIAS = {"alias": "阿芳"}


async def due(office: Office, person: Any = None, **asked: Any) -> list[dict[str, Any]]:
    client = await office.client_of(person or office.instructor)
    answer = await client.get(REVIEWS, params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def looks(office: Office, elder: str, **said: Any) -> dict[str, Any]:
    """What the village answers for."""
    return await office.does(office.liaison, f"/v1/elders/{elder}/reviews", **said)


async def test_what_the_village_submits_is_done_when_the_township_signs_it(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    office.on("2027-05-02")
    submitted = await looks(office, elder, on="2027-04-30", note="情况无变化")
    review = submitted["review"]
    assert (review["state"], review["result"], submitted["review_due_on"]) == ("submitted", "unchanged", "2027-05-03")
    assert code(await office.says(office.liaison, f"{REVIEWS}/{review['id']}/sign")) == "403 permission_missing"

    signed = await office.does(office.instructor, f"{REVIEWS}/{review['id']}/sign")
    assert (signed["state"], signed["reviewed_on"], signed["due_on"]) == ("done", "2027-04-30", "2027-05-03")
    assert signed["signed_by"] != signed["submitted_by"]
    state = (await office.reads(office.instructor, f"/v1/elders/{elder}")).json()
    assert state["review_due_on"] == "2027-10-30"
    again = await office.says(office.instructor, f"{REVIEWS}/{review['id']}/sign")
    assert (code(again), again.json()["params"]["state"]) == ("409 wrong_state", "done")


async def test_changes_become_the_files_when_they_are_signed(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    office.on("2027-05-02")
    review = (await looks(office, elder, changes={**NEW_PHONE, **ALIAS}))["review"]
    assert review["result"] == "changed"
    before = (await office.reads(office.liaison, f"/v1/elders/{elder}")).json()
    assert before["alias"] is None
    shown = (await office.reads(office.instructor, f"{REVIEWS}/{review['id']}")).json()
    assert {each["field"]: each["to"] for each in shown["fields"]} == {
        "alias": "阿芳",
        "phones": [{"number": "139****1111", "owner": "self"}],
    }
    await office.does(office.instructor, f"{REVIEWS}/{review['id']}/sign")
    after = (await office.reads(office.liaison, f"/v1/elders/{elder}")).json()
    assert (after["alias"], after["phones"][0]["number"]) == ("阿芳", "13900001111")
    rounds = (await office.reads(office.instructor, f"/v1/elders/{elder}/reviews")).json()["data"]
    assert [(each["state"], [field["field"] for field in each["fields"]]) for each in rounds] == [
        ("done", ["phones", "alias"])
    ]


async def test_what_the_township_looks_through_itself_is_done_at_once(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    office.on("2027-05-03")
    state = await office.tells(elder, "reviews", changes=ALIAS)
    assert (state["review"]["state"], state["review_due_on"]) == ("done", "2027-11-03")
    assert (await office.reads(office.liaison, f"/v1/elders/{elder}")).json()["alias"] == "阿芳"
    assert code(await office.asks(elder, "reviews", on="2027-05-03")) == "409 reviewed_since"
    assert code(await office.asks(elder, "reviews", on="2027-05-04")) == "422 day_in_future"


async def test_a_change_that_the_form_would_refuse_is_refused_when_it_is_submitted(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    path = f"/v1/elders/{elder}/reviews"
    assert code(await office.says(office.liaison, path, changes={"sex": "green"})) == "422 value_not_listed"
    said = {"result": "unchanged", "changes": ALIAS}
    assert code(await office.says(office.liaison, path, **said)) == "422 changes_without_change"
    draft = await office.drafted()
    assert code(await office.says(office.liaison, f"/v1/elders/{draft}/reviews")) == "409 wrong_state"


async def test_the_township_sends_back_and_the_village_looks_again(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    office.on("2027-05-02")
    review = (await looks(office, elder, changes=ALIAS))["review"]
    assert code(await office.says(office.liaison, f"/v1/elders/{elder}/reviews")) == "409 wrong_state"
    returned = await office.does(office.instructor, f"{REVIEWS}/{review['id']}/return", reason="请补充电话")
    assert (returned["state"], returned["reason"]) == ("returned", "请补充电话")
    assert code(await office.says(office.instructor, f"{REVIEWS}/{review['id']}/sign")) == "409 wrong_state"
    again = (await looks(office, elder, changes=NEW_PHONE))["review"]
    assert (again["id"], again["state"]) == (review["id"], "submitted")
    await office.does(office.instructor, f"{REVIEWS}/{review['id']}/sign")
    file = (await office.reads(office.liaison, f"/v1/elders/{elder}")).json()
    assert (file["alias"], file["phones"][0]["number"]) == (None, "13900001111")


async def test_a_file_that_changed_since_is_not_overwritten(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    review = (await looks(office, elder, changes=ALIAS))["review"]
    client = await office.client_of(office.instructor)
    corrected = await client.patch(f"/v1/elders/{elder}", json={"alias": "芳婶"}, headers={"If-Match": "*"})
    assert corrected.status_code == 200, corrected.text
    answer = await office.says(office.instructor, f"{REVIEWS}/{review['id']}/sign")
    assert (code(answer), answer.json()["params"]["fields"]) == ("409 review_outdated", "alias")


async def test_who_was_not_reached_stays_due_and_is_flagged_after_three_attempts(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    for attempt, day in enumerate(("2027-04-20", "2027-04-27", "2027-05-04"), start=1):
        office.on(day)
        state = await looks(office, elder, result="not_reached", note="敲门无人应")
        review = state["review"]
        assert (review["attempts"], review["flagged"]) == (attempt, attempt == 3)
    assert (state["review_due_on"], review["next_attempt_on"]) == ("2027-05-03", "2027-05-11")
    assert (await looks(office, elder, result="not_reached"))["review"]["attempts"] == 3  # once a day
    [line] = await due(office)
    assert (line["state"], line["overdue"], line["review"]["flagged"]) == ("not_reached", True, True)
    assert (await office.tells(elder, "reviews"))["review"]["state"] == "done"
    assert await due(office) == []


async def test_the_due_day_itself_is_on_time(office: Office) -> None:
    """2023-08-31 → 2024-02-29 (A7)."""
    elder = await office.confirmed("2026-10-05")
    office.on("2027-08-31")
    assert (await office.tells(elder, "reviews"))["review_due_on"] == "2028-02-29"
    office.on("2028-02-29")
    [line] = await due(office)
    assert (line["due_on"], line["overdue"], line["state"]) == ("2028-02-29", False, "due")
    office.on("2028-03-01")
    [line] = await due(office, overdue=True)
    assert line["elder"]["id"] == elder
    office.on("2028-01-29")
    assert await due(office) == []
    assert len(await due(office, **{"due_on.lt": "2028-03-01"})) == 1


async def test_each_sees_the_files_of_the_own_area_in_order_of_due_day(office: Office) -> None:
    office.on("2026-11-03")
    here = [await office.confirmed(f"2026-11-{day:02}") for day in (3, 4, 5)]
    other = await office.confirmed("2026-11-05", village=SIBLING_VILLAGE, categories=["living_alone"])
    office.on("2027-05-10")
    assert [line["elder"]["id"] for line in await due(office, office.liaison)] == here
    assert {line["elder"]["id"] for line in await due(office)} == {*here, other}
    assert [line["elder"]["id"] for line in await due(office, area=SIBLING_VILLAGE)] == [other]
    client = await office.client_of(office.liaison)
    first = (await client.get(REVIEWS, params={"page_size": 2})).json()
    rest = (await client.get(REVIEWS, params={"page_size": 2, "page_token": first["next_page_token"]})).json()
    assert [line["elder"]["id"] for line in (*first["data"], *rest["data"])] == here
    assert (await client.get(REVIEWS, params={"area": SIBLING_VILLAGE})).status_code == 404


async def test_many_are_confirmed_unchanged_in_one_call(office: Office) -> None:
    elders = [await office.confirmed("2026-11-03") for _ in range(4)]
    draft = await office.drafted()
    office.on("2027-05-02")
    assert (await looks(office, elders[3], changes=ALIAS))["review"]["state"] == "submitted"
    path = f"{REVIEWS}/confirm-unchanged"

    def told(answer: dict[str, Any]) -> list[str]:
        return [item["state"] or item["errors"][0]["code"] for item in answer["items"]]

    stranger = "01930000-0000-7000-8000-000000000001"
    ids = [elders[0], draft, stranger, elders[1], elders[3]]
    submitted = await office.does(office.liaison, path, ids=ids)
    assert [item["id"] for item in submitted["items"]] == ids
    assert told(submitted) == ["submitted", "wrong_state", "not_found", "submitted", "wrong_state"]

    signed = await office.does(office.instructor, path, ids=[*elders, elders[0]])
    assert told(signed) == ["done", "done", "done", "review_has_changes", "done"]
    for elder in elders[:3]:
        file = (await office.reads(office.instructor, f"/v1/elders/{elder}")).json()
        assert file["review_due_on"] == "2027-11-02"
        [round_] = (await office.reads(office.instructor, f"/v1/elders/{elder}/reviews")).json()["data"]
        assert (round_["state"], round_["result"], round_["fields"]) == ("done", "unchanged", [])
    history = (await office.reads(office.instructor, f"/v1/elders/{elders[0]}/history")).json()["data"]
    assert history[-1]["command"] == "review"
    assert told(await office.does(office.instructor, path, ids=elders[:1])) == ["reviewed_since"]


async def test_confirming_unchanged_drops_what_was_sent_back(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    review = (await looks(office, elder, changes=ALIAS))["review"]
    await office.does(office.instructor, f"{REVIEWS}/{review['id']}/return", reason="请核对")
    await office.does(office.liaison, f"{REVIEWS}/confirm-unchanged", ids=[elder])
    signed = await office.does(office.instructor, f"{REVIEWS}/{review['id']}/sign")
    assert (signed["result"], signed["fields"]) == ("unchanged", [])
    assert (await office.reads(office.liaison, f"/v1/elders/{elder}")).json()["alias"] is None


async def test_figures_say_what_is_due_and_what_was_done_on_time(office: Office) -> None:
    elders = [await office.confirmed("2026-11-03") for _ in range(4)]
    office.on("2027-05-03")
    await office.tells(elders[0], "reviews")
    await looks(office, elders[1])
    office.on("2027-05-04")
    await office.tells(elders[2], "reviews")
    answer = (await office.reads(office.instructor, f"{REVIEWS}/figures?by=village")).json()
    assert answer["total"] == {
        "due": 2,
        "overdue": 2,
        "submitted": 1,
        "returned": 0,
        "not_reached": 0,
        "flagged": 0,
        "done": 2,
        "on_time": 1,
    }
    assert [row["key"] for row in answer["rows"]] == [VILLAGE]
    assert (answer["since"], answer["until"]) == ("2026-11-05", "2027-05-05")


async def test_an_exit_ends_the_round(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    review = (await looks(office, elder))["review"]
    await office.tells(elder, "exit", kind="institution", last_day_on="2026-11-03", source="family")
    shown = (await office.reads(office.instructor, f"{REVIEWS}/{review['id']}")).json()
    assert shown["state"] == "closed_by_exit"
    assert code(await office.says(office.instructor, f"{REVIEWS}/{review['id']}/sign")) == "409 wrong_state"


@pytest.mark.parametrize("person", [a_liaison(SIBLING_VILLAGE), an_instructor("350303101")])
async def test_a_round_out_of_sight_is_as_unknown(office: Office, person: Any) -> None:
    elder = await office.confirmed("2026-11-03")
    review = (await looks(office, elder, changes=NEW_PHONE))["review"]
    assert (await office.reads(person, f"{REVIEWS}/{review['id']}")).status_code == 404
    assert (await office.reads(person, f"/v1/elders/{elder}/reviews")).status_code == 404


async def test_of_eight_who_sign_at_once_one_does(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    review = (await looks(office, elder))["review"]
    client = await office.client_of(office.instructor)
    answers = await asyncio.gather(*(client.post(f"{REVIEWS}/{review['id']}/sign") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert {answer.json()["params"]["state"] for answer in answers if answer.status_code == 409} == {"done"}


async def test_many_files_are_confirmed_in_as_many_statements_as_few(office: Office) -> None:
    few = [await office.confirmed("2026-11-03") for _ in range(2)]
    many = [await office.confirmed("2026-11-03") for _ in range(9)]
    office.on("2027-05-02")
    counted = []
    for ids in (few, many):
        await office.reads(office.instructor, "/v1/me")  # who asks is known for a moment then, without a statement
        with office.statements() as seen:
            await office.does(office.instructor, f"{REVIEWS}/confirm-unchanged", ids=ids)
        counted.append(len(seen))
    assert counted[0] == counted[1]
