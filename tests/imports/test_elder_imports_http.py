"""Rolls of elders over HTTP: who is filed, who is confirmed, and what never happens to anybody."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.deps import Service
from api.domain.access import Actor, Role
from api.store import Trace
from api.store.tables import Proposal, Task, table_of
from tests.builders import DISTRICT, OTHER_TOWNSHIP, TOWNSHIP, Person, a_liaison, an_instructor
from tests.conftest import ClientOf, Clock, Urls
from tests.fingerprints import fingerprints
from tests.imports.sending import CONFIRMED, CSV, XLSX, a_roll, errors, results, send_roll, without_ids
from tests.imports.sheets import a_person, an_id

FIRST = a_person(建档日期="2026-09-10")
SECOND = a_person(姓名="林阿妹", 身份证号=an_id("19500505", 992), 建档日期="2026-09-12")
WRONG = a_person(姓名="黄秀兰", 身份证号=an_id("19510505", 992)[:-1] + "Y")


async def the_elder(client: httpx.AsyncClient, report: dict[str, Any], index: int = 0) -> dict[str, Any]:
    answer = await client.get(f"/v1/elders/{report['items'][index]['id']}")
    assert answer.status_code == 200, answer.text
    elder: dict[str, Any] = answer.json()
    return elder


async def rows_of(service: Service, model: Any) -> list[Any]:
    actor = Actor.system(DISTRICT, "test")
    async with service.store.opened(actor, Trace("test", "test", "local"), writes=False) as registers:
        return list((await registers.desk.session.execute(select(table_of(model)))).all())


# --- what is wrong with a file ------------------------------------------------------------------------


async def test_each_error_is_one_sentence_that_an_official_can_act_on(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(
        instructor, [FIRST, a_person(身份证号=an_id()[:-1] + ("1" if an_id()[-1] != "1" else "2"))]
    )
    [error] = report["items"][1]["errors"]
    assert error == {
        "column": "身份证号",
        "code": "id_checksum",
        "detail": "第3行 身份证号：末位校验不符，请对照身份证更正",
        "fix": "请对照身份证更正",
    }
    assert report["stats"] == {
        "rows": 2, "created": 1, "updated": 0, "unchanged": 0, "proposed": 0, "held": 0, "rejected": 1
    }  # fmt: skip
    english = await instructor.get(f"/v1/elder-imports/{report['id']}", headers={"accept-language": "en"})
    assert english.headers["content-language"] == "en"
    assert english.json()["items"][1]["errors"][0]["detail"].startswith("Row 3 身份证号: ")
    again = await instructor.get(f"/v1/elder-imports/{report['id']}")
    assert again.json() == report


async def test_a_file_comes_as_a_body_or_in_a_form(instructor: httpx.AsyncClient) -> None:
    csv = "村（居）,姓名,性别,身份证号,对象类型\n石东村,陈金花,女," + an_id() + ",独居\n"
    form = {"file": ("江口镇.csv", csv.encode("gb18030"), "application/octet-stream")}
    sent = await instructor.post("/v1/elder-imports", files=form)
    assert sent.status_code == 201, sent.text
    assert sent.headers["location"] == f"/v1/elder-imports/{sent.json()['id']}"
    assert (results(sent.json()), sent.json()["items"][0]["sheet"]) == (["created"], "江口镇")
    body = await instructor.post("/v1/elder-imports", content=csv.encode(), headers={"content-type": CSV})
    assert results(body.json()) == ["unchanged"]


async def test_other_media_types_are_told_what_is_taken(instructor: httpx.AsyncClient) -> None:
    answer = await instructor.post("/v1/elder-imports", content=b"{}", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")
    assert answer.headers["accept-post"] == f"{XLSX}, text/csv, multipart/form-data"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "file_empty"), (b"%PDF-1.7", 422, "file_needs_xlsx"), (b"a,b\n1,2\n", 422, "headings_not_found")],
)
async def test_what_is_no_roll_is_refused_as_a_whole(
    instructor: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await instructor.post("/v1/elder-imports", content=content, headers={"content-type": CSV})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_file_may_be_32_mib_long_and_no_longer(instructor: httpx.AsyncClient) -> None:
    answer = await instructor.post(
        "/v1/elder-imports", content=b"x" * (33 * 1024 * 1024), headers={"content-type": CSV}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


# --- who may ------------------------------------------------------------------------------------------


async def test_a_liaison_imports_nothing(service: Service, client_of: ClientOf) -> None:
    liaison = await client_of(a_liaison())
    answer = await liaison.post("/v1/elder-imports", content=a_roll([FIRST]), headers={"content-type": XLSX})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")


async def test_tracking_is_the_districts_to_start(instructor: httpx.AsyncClient) -> None:
    params = {"tracking_starts_on": "2026-10-01"}
    content, headers = a_roll([FIRST]), {"content-type": XLSX}
    answer = await instructor.post("/v1/elder-imports", params=params, content=content, headers=headers)
    assert (answer.status_code, answer.json()["params"]) == (403, {"permission": "policy_manage"})


async def test_tracking_does_not_start_before_the_plan(supervisor: httpx.AsyncClient) -> None:
    params, headers = {"tracking_starts_on": "2023-06-30"}, {"content-type": XLSX}
    answer = await supervisor.post("/v1/elder-imports", params=params, content=a_roll([FIRST]), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "tracking_before_plan")


async def test_a_township_files_only_its_own_people(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(instructor, [a_person(**{"乡镇（街道）": "白塘镇", "村（居）": "埭里村"})])
    assert errors(report) == [["village_outside_area"]]
    assert report["items"][0]["errors"][0]["column"] == "村（居）"


async def test_a_report_is_for_those_who_work_in_its_area(
    instructor: httpx.AsyncClient, supervisor: httpx.AsyncClient, client_of: ClientOf
) -> None:
    report = await send_roll(instructor, [FIRST])
    neighbour = await client_of(an_instructor(OTHER_TOWNSHIP))
    assert (await supervisor.get(f"/v1/elder-imports/{report['id']}")).status_code == 200
    assert (await neighbour.get(f"/v1/elder-imports/{report['id']}")).status_code == 404
    assert (await instructor.get(f"/v1/visit-imports/{report['id']}")).status_code == 404


async def test_a_report_on_two_townships_is_for_those_who_work_in_both(
    client_of: ClientOf, supervisor: httpx.AsyncClient
) -> None:
    both = await client_of(Person(tuple((Role.TOWNSHIP_INSTRUCTOR, area) for area in (OTHER_TOWNSHIP, TOWNSHIP))))
    colleagues = [await client_of(an_instructor(area)) for area in (OTHER_TOWNSHIP, TOWNSHIP)]
    report = await send_roll(both, [FIRST, SECOND])

    answers = [await each.get(f"/v1/elder-imports/{report['id']}") for each in (both, supervisor, *colleagues)]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 404]


async def test_a_number_taken_out_of_sight_is_refused_without_a_hint(
    instructor: httpx.AsyncClient, supervisor: httpx.AsyncClient
) -> None:
    elsewhere = a_person(**{"乡镇（街道）": "白塘镇", "村（居）": "埭里村"})
    assert results(await send_roll(supervisor, [elsewhere])) == ["created"]
    report = await send_roll(instructor, [FIRST])
    assert (results(report), errors(report)) == (["rejected"], [["identity_taken"]])
    assert report["items"][0]["id"] is None


# --- drafts -------------------------------------------------------------------------------------------


async def test_a_draft_follows_the_file_and_the_same_file_changes_nothing(
    instructor: httpx.AsyncClient, database: Urls
) -> None:
    first = await send_roll(instructor, [FIRST, SECOND])
    assert (await the_elder(instructor, first))["status"] == "draft"
    changed = {**FIRST, "健康情况": "中度失能", "是否自愿接受探访": "是", "重点/一般": "重点"}
    assert results(await send_roll(instructor, [changed, SECOND])) == ["updated", "unchanged"]
    elder = await the_elder(instructor, first)
    assert (elder["tier"], elder["consent"]) == ("priority", "given")
    before = await fingerprints(database)
    assert results(await send_roll(instructor, [changed, SECOND])) == ["unchanged", "unchanged"]
    assert await fingerprints(database) == before


async def test_an_empty_cell_takes_nothing_back(instructor: httpx.AsyncClient) -> None:
    await send_roll(instructor, [{**FIRST, "联系电话": "13800138000"}])
    assert results(await send_roll(instructor, [FIRST])) == ["unchanged"]


async def test_a_roll_of_drafts_is_confirmed_by_sending_it_again_as_confirmed(
    instructor: httpx.AsyncClient, database: Urls
) -> None:
    people = [{**FIRST, "是否自愿接受探访": "是", "重点/一般": "重点"}, {**SECOND, "是否自愿接受探访": "否"}]
    await send_roll(instructor, people)
    report = await send_roll(instructor, people, **CONFIRMED)
    assert results(report) == ["updated", "updated"]
    elders = [await the_elder(instructor, report, index) for index in (0, 1)]
    assert [(e["status"], e["tier"]) for e in elders] == [("confirmed", "priority"), ("declined", "general")]
    before = await fingerprints(database)
    assert results(await send_roll(instructor, people, **CONFIRMED)) == ["unchanged", "unchanged"]
    assert await fingerprints(database) == before


async def test_a_draft_who_said_no_since_is_not_confirmed_by_an_older_yes(instructor: httpx.AsyncClient) -> None:
    person = {**FIRST, "是否自愿接受探访": "是"}
    elder = await the_elder(instructor, await send_roll(instructor, [person]))
    said = {"word": "refused", "by": "self", "on": "2026-10-20"}
    heard = await instructor.post(f"/v1/elders/{elder['id']}/consents", json=said)
    assert heard.status_code in (200, 201), heard.text
    report = await send_roll(instructor, [person], **CONFIRMED)
    assert errors(report) == [["consent_withheld"]]


# --- as confirmed -------------------------------------------------------------------------------------


async def test_the_filing_date_of_the_row_is_the_day_of_its_decisions(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(instructor, [{**FIRST, "重点/一般": "重点", "是否自愿接受探访": "是"}], **CONFIRMED)
    elder = await the_elder(instructor, report)
    assert (elder["status"], elder["confirmed_on"], elder["tier"]) == ("confirmed", "2026-09-10", "priority")
    why = (await instructor.get(f"/v1/elders/{elder['id']}/tier")).json()
    assert {reason["criterion"] for reason in why["reasons"]} == {"living_alone_at_advanced_age", "raised_by_township"}
    assert "名册（江口镇第2行）写明重点对象" in str(why["reasons"])


async def test_whoever_answered_no_is_on_the_roll_and_owed_nothing(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(instructor, [{**FIRST, "是否自愿接受探访": "否"}], **CONFIRMED)
    elder = await the_elder(instructor, report)
    assert (elder["status"], elder["consent"]) == ("declined", "refused")
    rates = await instructor.get("/v1/visit-rates", params={"month": "2026-10"})
    total = rates.json()["total"]
    assert (total["due_elders"], total["declined"]) == (0, 1)


async def test_first_reviews_are_spread_and_what_is_open_is_one_task_each(
    instructor: httpx.AsyncClient, service: Service
) -> None:
    people = [
        a_person(身份证号=an_id(f"1945{month:02}{day:02}", 990), 建档日期="2026-09-10")
        for month in range(1, 13)
        for day in (3, 17)
    ]
    report = await send_roll(instructor, people, **CONFIRMED)
    assert results(report) == ["created"] * 24
    tasks = [task for task in await rows_of(service, Task) if task.kind != "first_visit"]
    assert [task.kind for task in tasks] == ["complete_at_review"] * 24
    due = {task.due_on for task in tasks}
    assert len(due) > 12
    assert date(2026, 11, 3) < min(due)
    assert max(due) <= date(2027, 5, 2)


async def test_a_confirmed_persons_differing_row_is_a_proposal_made_once(
    instructor: httpx.AsyncClient, service: Service, database: Urls
) -> None:
    report = await send_roll(instructor, [FIRST], **CONFIRMED)
    before = await the_elder(instructor, report)
    changed = {**FIRST, "健康情况": "重度失能", "重点/一般": "重点", "是否自愿接受探访": "否"}
    proposed = await send_roll(instructor, [changed], **CONFIRMED)
    assert (results(proposed), proposed["items"][0]["id"]) == (["proposed"], before["id"])
    assert await the_elder(instructor, report) == before
    [proposal] = await rows_of(service, Proposal)
    assert (proposal.kind, proposal.state) == ("roll_row", "proposed")
    stands = await fingerprints(database)
    assert results(await send_roll(instructor, [changed], **CONFIRMED)) == ["proposed"]
    assert await fingerprints(database) == stands


async def test_what_the_facts_deny_is_not_even_proposed(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(instructor, [{**FIRST, "健康情况": "能力完好"}], **CONFIRMED)
    assert results(report) == ["created"]
    changed = await send_roll(instructor, [{**FIRST, "对象类型": "失能", "健康情况": "能力完好"}])
    assert errors(changed) == [["declared_category_contradicted"]]


async def test_nobody_leaves_the_roll_by_being_absent(instructor: httpx.AsyncClient, database: Urls) -> None:
    both = await send_roll(instructor, [FIRST, SECOND], **CONFIRMED)
    before = await fingerprints(database)
    assert results(await send_roll(instructor, [SECOND], **CONFIRMED)) == ["unchanged"]
    assert await fingerprints(database) == before
    assert (await the_elder(instructor, both))["status"] == "confirmed"


async def test_whoever_died_is_not_brought_back_by_an_old_file(instructor: httpx.AsyncClient) -> None:
    report = await send_roll(instructor, [FIRST], **CONFIRMED)
    elder = await the_elder(instructor, report)
    gone = {"kind": "death", "last_day_on": "2026-10-30", "source": "village"}
    left = await instructor.post(f"/v1/elders/{elder['id']}/exit", json=gone)
    assert left.status_code == 200, left.text
    assert results(await send_roll(instructor, [FIRST], **CONFIRMED)) == ["unchanged"]
    assert (await the_elder(instructor, report))["status"] == "exited"


# --- rehearsals, all or nothing, once -----------------------------------------------------------------


async def test_a_rehearsal_says_what_would_happen_and_does_nothing(
    instructor: httpx.AsyncClient, database: Urls
) -> None:
    await send_roll(instructor, [SECOND], **CONFIRMED)
    people = [FIRST, {**SECOND, "健康情况": "重度失能"}, WRONG, FIRST]
    before = await fingerprints(database)
    rehearsed = await send_roll(instructor, people, mode="validate", **CONFIRMED)
    assert await fingerprints(database) == before
    taken = await send_roll(instructor, people, **CONFIRMED)
    assert results(taken) == ["created", "proposed", "rejected", "rejected"]
    assert without_ids(rehearsed) == without_ids(taken)
    assert rehearsed["items"][0]["id"] is None


async def test_all_or_nothing_takes_nothing_in_with_one_bad_row(instructor: httpx.AsyncClient, database: Urls) -> None:
    before = await fingerprints(database)
    refused = await send_roll(instructor, [FIRST, WRONG], atomic="all", **CONFIRMED)
    assert [codes[0] for codes in errors(refused)] == ["batch_refused", "id_format"]
    assert await fingerprints(database) == before
    assert results(await send_roll(instructor, [FIRST, SECOND], atomic="all", **CONFIRMED)) == ["created"] * 2


async def test_a_key_answers_the_same_file_with_the_same_report(instructor: httpx.AsyncClient) -> None:
    headers = {"content-type": XLSX, "idempotency-key": "roll-2026-11-03-a"}
    content = a_roll([FIRST])
    first = await instructor.post("/v1/elder-imports", content=content, headers=headers)
    second = await instructor.post("/v1/elder-imports", content=content, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    other = await instructor.post("/v1/elder-imports", content=a_roll([SECOND]), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_two_offices_with_one_file_at_once_file_everybody_once(
    instructor: httpx.AsyncClient, supervisor: httpx.AsyncClient
) -> None:
    people = [a_person(身份证号=an_id(f"1945{month:02}03", 990), 建档日期="2026-09-10") for month in range(1, 13)]
    reports = await asyncio.gather(*(send_roll(client, people, **CONFIRMED) for client in (instructor, supervisor)))
    for one, other in zip(*(report["items"] for report in reports), strict=True):
        assert {one["result"], other["result"]} == {"created", "unchanged"}
        assert one["id"] == other["id"]


async def test_tracking_starts_where_the_file_says_and_the_months_are_planned(
    supervisor: httpx.AsyncClient, clock: Clock
) -> None:
    person = {**FIRST, "建档日期": "2025-09-10", "是否自愿接受探访": "是"}
    await send_roll(supervisor, [person], tracking_starts_on="2026-10-01", **CONFIRMED)
    rates = {}
    for month in ("2026-09", "2026-10"):
        rates[month] = (await supervisor.get("/v1/visit-rates", params={"month": month})).json()
    assert (rates["2026-09"]["state"], rates["2026-09"]["total"]["due_elders"]) == ("not_tracked", 0)
    assert (rates["2026-10"]["state"], rates["2026-10"]["total"]["due_elders"]) == ("open", 1)
