"""Whom a force is sent to: by whom, how many at once, until when."""

from typing import Any
from uuid import uuid4

from tests.builders import OTHER_TOWNSHIP, SIBLING_VILLAGE, VILLAGE
from tests.duty.office import Office, code
from tests.providers.forces import a_force, signed

PATH = "/v1/assignments"


async def sent(office: Office, force: dict[str, Any], elder: str, **said: Any) -> dict[str, Any]:
    return await office.does(office.instructor, PATH, provider_id=force["id"], elder_id=elder, **said)


async def test_an_elder_has_two_forces_at_once_and_both_are_known(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    volunteers, company = await a_force(office), await a_force(office, kind="care_worker", name="居家养老公司")
    contract = await signed(office, company)
    first = await sent(office, volunteers, elder, starts_on="2026-11-01")
    second = await sent(office, company, elder, contract_id=contract["id"])
    assert (first["state"], first["starts_on"], first["ends_on"]) == ("running", "2026-11-01", None)
    assert (second["starts_on"], second["contract_id"]) == ("2026-11-03", contract["id"])
    listed = (await office.reads(office.liaison, f"{PATH}?elder_id={elder}&running_on=2026-11-03")).json()["data"]
    assert [each["id"] for each in listed] == [first["id"], second["id"]]
    assert (await office.reads(office.liaison, f"{PATH}/{first['id']}")).json() == first


async def test_the_same_force_is_not_sent_twice_on_one_day(office: Office) -> None:
    elder, force = await office.confirmed("2026-11-03"), await a_force(office)
    first = await sent(office, force, elder, ends_on="2026-11-30")
    body = {"provider_id": force["id"], "elder_id": elder}
    assert code(await office.says(office.instructor, PATH, **body)) == "409 assigned_already"
    assert await sent(office, force, elder, starts_on="2026-12-01")
    ended = await office.does(office.instructor, f"{PATH}/{first['id']}/end", reason="换人")
    assert (ended["state"], ended["ends_on"]) == ("ended", "2026-11-03")
    assert code(await office.says(office.instructor, f"{PATH}/{first['id']}/end")) == "409 wrong_state"


async def test_many_are_assigned_at_once_each_for_himself(office: Office) -> None:
    elders = [await office.confirmed("2026-11-03") for _ in range(3)]
    force = await a_force(office)
    await sent(office, force, elders[0])
    asked = [*elders, elders[2], str(uuid4())]
    answer = await office.says(office.instructor, f"{PATH}/batch", provider_id=force["id"], elder_ids=asked)
    assert answer.status_code == 207, answer.text
    items = answer.json()["items"]
    assert [each["elder_id"] for each in items] == asked
    assert [[error["code"] for error in each["errors"]] for each in items] == [
        ["assigned_already"],
        [],
        [],
        ["assigned_already"],
        ["elder_unknown"],
    ]
    listed = (await office.reads(office.instructor, f"{PATH}?provider_id={force['id']}")).json()["data"]
    assert [each["elder_id"] for each in listed] == elders


async def test_many_take_no_more_statements(office: Office) -> None:
    one, many = await office.confirmed("2026-11-03"), [await office.confirmed("2026-11-03") for _ in range(12)]
    force = await a_force(office)
    await office.reads(office.instructor, PATH)
    with office.statements() as few:
        await office.says(office.instructor, f"{PATH}/batch", provider_id=force["id"], elder_ids=[one])
    with office.statements() as lots:
        await office.says(office.instructor, f"{PATH}/batch", provider_id=force["id"], elder_ids=many)
    assert len(lots) == len(few)


async def test_many_are_ended_at_once_each_for_itself(office: Office) -> None:
    elders = [await office.confirmed("2026-11-03") for _ in range(2)]
    force = await a_force(office)
    ids = [(await sent(office, force, elder))["id"] for elder in elders]
    await office.does(office.instructor, f"{PATH}/{ids[0]}/end")
    unknown = str(uuid4())
    answer = await office.says(office.instructor, f"{PATH}/end", ids=[*ids, unknown], reason="合同到期")
    assert [(each["id"], each["state"]) for each in answer.json()["items"]] == [
        (ids[0], None),
        (ids[1], "ended"),
        (unknown, None),
    ]
    codes = [[error["code"] for error in each["errors"]] for each in answer.json()["items"]]
    assert codes == [["wrong_state"], [], ["not_found"]]


async def test_whoever_cannot_come_is_not_sent(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    beside = await a_force(office, area=OTHER_TOWNSHIP)
    body = {"provider_id": beside["id"], "elder_id": elder}
    assert code(await office.says(office.instructor, PATH, **body)) == "422 provider_unknown"
    assert code(await office.says(office.supervisor, PATH, **body)) == "422 provider_serves_elsewhere"
    force = await a_force(office)
    body = {"provider_id": force["id"], "elder_id": elder}
    over = await office.says(office.instructor, PATH, **body, starts_on="2025-12-31")
    assert code(over) == "422 provider_not_active"
    nobody = await office.says(office.instructor, PATH, **body, worker_id=str(uuid4()))
    assert code(nobody) == "422 worker_of_another_force"
    await office.does(office.supervisor, f"/v1/providers/{force['id']}/suspend", reason="整顿")
    assert code(await office.says(office.instructor, PATH, **body)) == "422 provider_not_active"


async def test_a_contract_is_the_providers_runs_and_covers_the_elder(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    force, other = await a_force(office), await a_force(office, name="另一家")
    beside, others = await signed(office, force, areas=[SIBLING_VILLAGE]), await signed(office, other)
    over = await signed(office, force, ends_on="2026-10-31", services=[])
    listed = await signed(office, force, reach="elders", areas=[])
    body = {"provider_id": force["id"], "elder_id": elder}
    for contract, refused in (
        (beside, "422 contract_covers_elsewhere"),
        (others, "422 contract_of_another_provider"),
        (over, "422 contract_not_running"),
    ):
        assert code(await office.says(office.instructor, PATH, **body, contract_id=contract["id"])) == refused
    assert await sent(office, force, elder, contract_id=listed["id"])


async def test_nobody_is_sent_to_an_elder_who_has_left(office: Office) -> None:
    elder, force = await office.confirmed("2026-11-03"), await a_force(office)
    await office.tells(elder, "exit", kind="institution", last_day_on="2026-11-02", source="family")
    answer = await office.says(office.instructor, PATH, provider_id=force["id"], elder_id=elder)
    assert code(answer) == "422 elder_left"


async def test_a_liaison_sends_her_villages_own_force_alone(office: Office) -> None:
    elder, force = await office.confirmed("2026-11-03"), await a_force(office, area=VILLAGE)
    body = {"provider_id": force["id"], "elder_id": elder}
    assert code(await office.says(office.liaison, PATH, **body)) == "403 own_force_only"
    assignment = await office.does(office.instructor, PATH, **body)
    assert code(await office.says(office.liaison, f"{PATH}/{assignment['id']}/end")) == "403 own_force_only"
    many = (await office.says(office.liaison, f"{PATH}/end", ids=[assignment["id"]])).json()["items"]
    assert [error["code"] for error in many[0]["errors"]] == ["own_force_only"]
