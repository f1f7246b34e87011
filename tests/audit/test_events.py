"""Who did what is read by auditors, and of one elder by the supervisor; whoever reads it is in it too."""

from typing import Any

import httpx

from api.usecases.auditing import link_up
from tests.builders import DISTRICT, VILLAGE, an_auditor, an_instructor
from tests.duty.office import Office, code
from tests.elders.forms import a_whole_form
from tests.leads.naming import a_lead
from tests.visits.test_intake import a_visit

ELDER = ("陈阿婆", "后埔12号")


async def events(auditor: httpx.AsyncClient, **wanted: Any) -> list[dict[str, Any]]:
    answer = await auditor.get("/v1/audit-events", params=wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def test_an_auditor_reads_who_did_what_and_no_elder_data(office: Office) -> None:
    elder_id = await office.verified()
    await office.asks(elder_id, "confirm", status="wrong")
    await link_up(office.service.store)
    auditor = await office.client_of(an_auditor())

    read = await events(auditor)

    assert [(each["operation"], each["result"]) for each in read[:3]] == [
        ("confirm_elder", "validation_failed"),
        ("verify", "ok"),
        ("enrol", "ok"),
    ]
    assert elder_id in read[1]["object_ids"]
    assert read[1]["actor_name"] == "测试人员"
    assert (read[1]["roles"], read[1]["areas"]) == (["district_supervisor"], [DISTRICT])
    assert not [word for word in ELDER if word in str(read)]


async def test_entries_are_found_by_actor_object_operation_result_and_day(office: Office) -> None:
    office.on("2026-11-03")
    first = await office.verified()
    office.on("2026-11-04")
    second = await office.drafted()
    await office.reads(office.supervisor, f"/v1/elders/{second}")
    await office.reads(office.supervisor, "/v1/elders/018f0000-0000-7000-8000-000000000000")
    office.clock.now = office.clock.now.replace(hour=12)
    await link_up(office.service.store)
    auditor = await office.client_of(an_auditor())
    whose = (await events(auditor, operation="enrol"))[0]["actor_id"]

    def named(rows: list[dict[str, Any]]) -> list[str]:
        return [each["operation"] for each in rows]

    assert named(await events(auditor, object_id=first)) == ["verify", "enrol"]
    assert named(await events(auditor, actor_id=whose)) == ["show_elder", "show_elder", "enrol", "verify", "enrol"]
    assert named(await events(auditor, result="not_found")) == ["show_elder"]
    third = {"on.gte": "2026-11-03", "on.lt": "2026-11-04"}
    assert named(await events(auditor, actor_id=whose, **third)) == ["verify", "enrol"]
    assert named(await events(auditor, operation="enrol", **{"on.gte": "2026-11-04"})) == ["enrol"]


async def test_the_audit_is_read_page_by_page_and_each_page_is_an_entry(office: Office) -> None:
    for _ in range(3):
        await office.drafted()
    auditor = await office.client_of(an_auditor())

    first = (await auditor.get("/v1/audit-events", params={"page_size": 2, "operation": "enrol"})).json()
    token = first["next_page_token"]
    rest = (
        await auditor.get("/v1/audit-events", params={"page_size": 2, "operation": "enrol", "page_token": token})
    ).json()
    strange = await auditor.get("/v1/audit-events", params={"page_token": token})

    assert ([len(each["data"]) for each in (first, rest)], rest["has_more"]) == ([2, 1], False)
    assert len({each["seq"] for each in [*first["data"], *rest["data"]]}) == 3
    assert code(strange) == "400 page_token_invalid"
    assert len(await events(auditor, operation="list_audit_events", result="ok")) == 2


async def test_who_looked_at_an_elder_is_told_with_the_purpose(office: Office) -> None:
    elder = await office.does(office.instructor, "/v1/elders", **a_whole_form())
    await office.reads(office.liaison, f"/v1/elders/{elder['id']}")
    await office.reads(office.liaison, "/v1/elders")
    await office.tells(elder["id"], "reveal", fields=["resident_id"], purpose="核对残疾人证")
    office.clock.now = office.clock.now.replace(minute=1)
    await link_up(office.service.store)

    told = (await office.reads(office.supervisor, f"/v1/elders/{elder['id']}/accesses")).json()["data"]

    assert [(each["operation"], each["purpose"]) for each in told] == [
        ("reveal", "核对残疾人证"),
        ("list_elders", None),
        ("show_elder", None),
        ("enrol", None),
    ]
    assert told[0]["fields"] == ["resident_id"]
    assert told[0]["actor_id"] != told[1]["actor_id"]
    assert a_whole_form()["resident_id"] not in str(told)
    refused = await office.reads(an_instructor(), f"/v1/elders/{elder['id']}/accesses")
    assert code(refused) == "403 permission_missing"


async def test_whoever_is_given_a_stored_answer_again_has_looked_again(office: Office) -> None:
    liaison = await office.client_of(office.liaison)
    elder_id = await office.confirmed("2026-11-01")
    office.on("2026-11-03")
    keys = [{"Idempotency-Key": f"a-key-that-is-asked-{n}"} for n in range(2)]
    visit = a_visit(elder_id)
    for _ in range(2):
        filed = await liaison.post("/v1/elders", json=a_whole_form(), headers=keys[0])
        posted = await liaison.post("/v1/visits", json=visit, headers=keys[1])
    await link_up(office.service.store)
    auditor = await office.client_of(an_auditor())

    looks = await events(auditor, operation="post_visit", result="ok")

    assert [each.headers["idempotency-replayed"] for each in (filed, posted)] == ["true", "true"]
    assert [posted.json()["id"] in each["object_ids"] for each in looks] == [True, True]
    files = [each for each in await events(auditor, operation="enrol") if filed.json()["id"] in each["object_ids"]]
    assert len(files) == 2


async def test_whoever_reads_that_a_lead_names_an_elder_again_has_seen_the_elder(office: Office) -> None:
    elder_id = await office.confirmed("2026-11-01")
    office.on("2026-11-03")
    lead = await office.does(office.liaison, "/v1/leads", **a_lead())
    await office.does(office.instructor, f"/v1/leads/{lead['id']}/duplicate", elder_id=elder_id)
    shown = await office.reads(office.liaison, "/v1/leads")
    await link_up(office.service.store)

    [look] = await events(await office.client_of(an_auditor()), operation="list_leads")

    assert elder_id in shown.text
    assert elder_id in look["object_ids"]


async def test_what_is_handed_to_the_whole_district_is_entered_with_the_role_it_came_from(office: Office) -> None:
    await office.does(office.liaison, "/v1/escalations", kind="other", place_text="江口菜场", village=VILLAGE)
    period = {"starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    await office.does(office.liaison, "/v1/visits/reconcile", period=period, items=[])
    await link_up(office.service.store)
    auditor = await office.client_of(an_auditor())

    told = [(await events(auditor, operation=name))[0] for name in ("report_escalation", "reconcile_visits")]

    assert [each["roles"] for each in told] == [["village_liaison"]] * 2
    assert [each["areas"] for each in told] == [[DISTRICT]] * 2
