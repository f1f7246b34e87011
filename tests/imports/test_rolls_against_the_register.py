"""A new roll against the register: what differs is proposed, who is absent is listed, and nobody leaves by a file."""

from typing import Any

import httpx

from tests.builders import OTHER_TOWNSHIP, a_liaison, an_instructor
from tests.conftest import ClientOf
from tests.duty.office import code
from tests.imports.sending import CONFIRMED, results, send_roll
from tests.imports.sheets import a_person, an_id

FIRST = a_person(建档日期="2026-09-10")
SECOND = a_person(姓名="林阿妹", 身份证号=an_id("19500505", 992), 建档日期="2026-09-12")
THIRD = a_person(姓名="黄秀兰", 身份证号=an_id("19510505", 992), 建档日期="2026-09-12")
PROPOSALS = "/v1/change-proposals"


async def proposals(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return list((await client.get(f"{PROPOSALS}?state=proposed")).json()["data"])


async def accepted(client: httpx.AsyncClient, proposal: dict[str, Any], **how: Any) -> httpx.Response:
    return await client.post(f"{PROPOSALS}/{proposal['id']}/accept", json=how)


async def file_of(client: httpx.AsyncClient, report: dict[str, Any], index: int = 0) -> dict[str, Any]:
    return dict((await client.get(f"/v1/elders/{report['items'][index]['id']}")).json())


async def test_a_differing_row_is_shown_field_by_field_and_accepted(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(instructor, [FIRST], **CONFIRMED)
    changed = {**FIRST, "健康情况": "重度失能", "是否自愿接受探访": "否"}
    assert results(await send_roll(instructor, [changed], **CONFIRMED)) == ["proposed"]
    [proposal] = await proposals(instructor)
    fields = {field["field"]: (field["from"], field["to"]) for field in proposal["fields"]}
    assert fields["ability"][1]["level"] == "severe"
    answer = await accepted(instructor, proposal)
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    file = await file_of(instructor, report)
    assert (file["ability"]["level"], file["status"]) == ("severe", "declined")
    assert results(await send_roll(instructor, [changed], **CONFIRMED)) == ["unchanged"]


async def test_a_remark_is_a_proposal_made_once(instructor: httpx.AsyncClient) -> None:
    await send_roll(instructor, [FIRST, SECOND, THIRD], **CONFIRMED)
    remarked = [
        {**FIRST, "备注": "2026年11月1日去世"},
        {**SECOND, "备注": "住院"},
        {**THIRD, "备注": "子女外出务工"},
    ]
    assert results(await send_roll(instructor, remarked, **CONFIRMED)) == ["proposed", "proposed", "unchanged"]
    death, stay = sorted(await proposals(instructor), key=lambda proposal: str(proposal["kind"]))
    assert (death["kind"], stay["kind"]) == ("exit_death", "suspension")
    assert (await accepted(instructor, death)).status_code == 200
    unsaid = await accepted(instructor, stay)
    assert code(unsaid) == "422 validation_failed"
    pointers = {error["pointer"] for error in unsaid.json()["errors"]}
    assert pointers == {"/overrides/starts_on", "/overrides/ends_on"}
    days = {"starts_on": "2026-11-01", "ends_on": "2026-11-20"}
    assert (await accepted(instructor, stay, overrides=days)).status_code == 200
    again = await send_roll(instructor, remarked, **CONFIRMED)
    assert results(again) == ["unchanged", "unchanged", "unchanged"]
    assert await proposals(instructor) == []
    assert [(await file_of(instructor, again, index))["status"] for index in range(3)] == [
        "exited",
        "suspended",
        "confirmed",
    ]


async def test_who_is_in_no_row_is_listed_and_stays(instructor: httpx.AsyncClient, client_of: ClientOf) -> None:
    everybody = await send_roll(instructor, [FIRST, SECOND, THIRD], **CONFIRMED)
    left = everybody["items"][2]["id"]
    gone = {"kind": "moved_out", "last_day_on": "2026-11-02", "source": "family"}
    assert (await instructor.post(f"/v1/elders/{left}/exit", json=gone)).is_success
    report = await send_roll(instructor, [SECOND], **CONFIRMED)
    path = f"/v1/elder-imports/{report['id']}/missing"
    missing = (await instructor.get(path)).json()
    assert [(line["id"], line["name"]) for line in missing["data"]] == [(everybody["items"][0]["id"], FIRST["姓名"])]
    village = missing["data"][0]["village"]
    assert len((await instructor.get(f"{path}?area={village}")).json()["data"]) == 1
    assert code(await instructor.get(f"{path}?area={OTHER_TOWNSHIP}")) == "404 not_found"
    assert code(await (await client_of(an_instructor(OTHER_TOWNSHIP))).get(path)) == "404 not_found"
    assert code(await (await client_of(a_liaison())).get(path)) == "403 permission_missing"
    assert (await file_of(instructor, everybody))["status"] == "confirmed"


async def test_a_row_that_was_refused_is_not_an_absent_person(instructor: httpx.AsyncClient) -> None:
    everybody = await send_roll(instructor, [FIRST, SECOND], **CONFIRMED)
    refused = await send_roll(instructor, [{**FIRST, "对象类型": "没有这一类"}, SECOND], **CONFIRMED)
    assert results(refused) == ["rejected", "unchanged"]
    assert refused["items"][0]["id"] == everybody["items"][0]["id"]
    assert (await instructor.get(f"/v1/elder-imports/{refused['id']}/missing")).json()["data"] == []


async def test_a_file_that_was_refused_as_a_whole_has_nobody_missing(instructor: httpx.AsyncClient) -> None:
    refused = await send_roll(instructor, [{**FIRST, "对象类型": "没有这一类"}], atomic="all")
    assert code(await instructor.get(f"/v1/elder-imports/{refused['id']}/missing")) == "409 wrong_state"


async def test_a_roll_that_still_has_the_old_number_means_the_same_person(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(instructor, [FIRST], **CONFIRMED)
    path = f"/v1/elders/{report['items'][0]['id']}"
    number = an_id("19480304", 992)
    patch = {"resident_id": number, "sex": None}
    assert (await instructor.patch(path, json=patch, headers={"If-Match": "*"})).status_code == 200
    again = await send_roll(instructor, [FIRST], **CONFIRMED)
    assert (results(again), again["items"][0]["id"]) == (["unchanged"], report["items"][0]["id"])
    namesake = await send_roll(instructor, [{**FIRST, "姓名": "吴秀英"}], **CONFIRMED)
    assert results(namesake) == ["created"]
