"""What a provider and a visitor may read: whom they serve today, what they need to know of them, their own records."""

import json
from asyncio import sleep
from typing import Any
from uuid import UUID

import pytest

from api.store import tables
from tests.accounts.test_traces import entries
from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, SIBLING_VILLAGE, TOWNSHIP, VILLAGE, Person
from tests.conftest import Urls
from tests.duty.office import GENERAL, code
from tests.visits.forces import Force, a_force, a_visitor
from tests.visits.rounds import Rounds, a_visit, at

UNKNOWN = "01890000-0000-7000-8000-000000000000"
PHONE = "13805940001"


async def sees(rounds: Rounds, person: Person) -> list[str]:
    """Whom the register shows somebody, on all its pages."""
    page = (await rounds.reads(person, "/v1/elders?page_size=200")).json()
    assert not page["has_more"]
    return sorted(line["id"] for line in page["data"])


async def of_worklist(rounds: Rounds, person: Person) -> dict[str, Any]:
    """The lines of a worklist by elder."""
    answer = await rounds.reads(person, "/v1/worklist?page_size=200")
    assert answer.status_code == 200, answer.text
    return {line["elder"]["id"]: line["elder"] for line in answer.json()["data"]}


async def asks_for(rounds: Rounds, person: Person, elder_id: str) -> str:
    """The status and code with which a file is shown or not."""
    answer = await rounds.reads(person, f"/v1/elders/{elder_id}")
    return "200" if answer.status_code == 200 else code(answer)


async def sent_under_a_clause(force: Force, elder_id: str) -> None:
    """Under a contract by list, whose data clause lets the force know whom it comes to."""
    await force.sent_to(elder_id, VILLAGE, contract_id=await force.contract())


async def with_phone(rounds: Rounds, **said: Any) -> str:
    """Somebody whose file says how to reach her; it is the tenth of November."""
    phones = [{"number": PHONE, "owner": "self"}]
    return await rounds.confirmed("2026-11-10", phones=phones, **GENERAL, **said)


async def test_a_provider_without_a_contract_or_an_assignment_sees_nobody(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()

    assert await sees(rounds, force.person) == []
    assert await of_worklist(rounds, force.person) == {}
    assert await asks_for(rounds, force.person, elder_id) == "404 not_found"


async def test_a_contract_by_area_opens_its_villages_and_no_others(rounds: Rounds) -> None:
    force, mine, another = await a_force(rounds), await rounds.elder(), await rounds.elder(village=OTHER_VILLAGE)
    await force.contract(TOWNSHIP)

    assert await sees(rounds, force.person) == [mine]
    assert await asks_for(rounds, force.person, mine) == "200"
    assert await asks_for(rounds, force.person, another) == "404 not_found"
    assert list(await of_worklist(rounds, force.person)) == [mine]


async def test_an_assignment_opens_one_elder_and_not_his_neighbours(rounds: Rounds) -> None:
    force, mine, _ = await a_force(rounds), await rounds.elder(), await rounds.elder()
    await force.sent_to(mine, VILLAGE)

    assert await sees(rounds, force.person) == [mine]
    assert list(await of_worklist(rounds, force.person)) == [mine]


async def test_a_search_finds_whom_the_provider_serves_alone(rounds: Rounds) -> None:
    force, mine = await a_force(rounds), await with_phone(rounds)
    for village in (VILLAGE, SIBLING_VILLAGE, OTHER_VILLAGE):
        await with_phone(rounds, village=village)
    await force.sent_to(mine, VILLAGE)

    for asked in ({"name": "陈"}, {"phone": PHONE}):
        found = (await rounds.says(force.person, "/v1/elders/search", **asked)).json()
        assert ([line["id"] for line in found["data"]], found["more"]) == ([mine], False)


async def test_a_stranger_is_answered_as_one_who_does_not_exist(rounds: Rounds) -> None:
    force, stranger = await a_force(rounds), await rounds.elder()
    await force.contract(OTHER_TOWNSHIP)

    answers = [(await rounds.reads(force.person, f"/v1/elders/{each}")).json() for each in (stranger, UNKNOWN)]
    for answer in answers:
        del answer["instance"], answer["request_id"]
    assert answers[0] == answers[1]


async def test_whoever_once_served_an_elder_is_told_when_that_ended(rounds: Rounds) -> None:
    sent, bought = await a_force(rounds), await a_force(rounds)
    elder_id = await rounds.elder()
    await sent.sent_to(elder_id, VILLAGE, ends_on="2026-11-05")
    await bought.contract(TOWNSHIP, ends_on="2026-11-08")

    for force, last_day in ((sent, "2026-11-05"), (bought, "2026-11-08")):
        answer = await rounds.reads(force.person, f"/v1/elders/{elder_id}")
        assert (code(answer), answer.json()["params"]) == ("403 assignment_ended", {"ended_on": last_day})
        assert await sees(rounds, force.person) == []


async def test_an_assignment_ends_with_its_contract(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.sent_to(elder_id, VILLAGE, contract_id=await force.contract(ends_on="2026-11-09"))

    assert await asks_for(rounds, force.person, elder_id) == "403 assignment_ended"
    assert await sees(rounds, force.person) == []


async def test_the_last_day_of_an_assignment_is_still_open(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.sent_to(elder_id, VILLAGE, ends_on="2026-11-10")

    assert await asks_for(rounds, force.person, elder_id) == "200"
    rounds.on("2026-11-11")
    assert await asks_for(rounds, force.person, elder_id) == "403 assignment_ended"


async def test_a_visitor_sees_whom_he_is_sent_to_himself(rounds: Rounds) -> None:
    force, mine, another = await a_force(rounds), await rounds.elder(), await rounds.elder()
    await force.contract(TOWNSHIP)
    worker_id, colleague = await force.worker("小林"), await force.worker("小陈")
    await force.sent_to(mine, VILLAGE, worker_id=worker_id)
    await force.sent_to(another, VILLAGE, worker_id=colleague)
    visitor = await a_visitor(force, worker_id)

    assert await sees(rounds, visitor) == [mine]
    assert list(await of_worklist(rounds, visitor)) == [mine]
    assert await asks_for(rounds, visitor, another) == "404 not_found"
    assert await sees(rounds, force.person) == sorted([mine, another])


async def test_the_data_clause_shows_name_door_and_phones_to_who_is_sent(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await with_phone(rounds)
    await sent_under_a_clause(force, elder_id)

    file = (await rounds.reads(force.person, f"/v1/elders/{elder_id}")).json()
    line = (await of_worklist(rounds, force.person))[elder_id]
    assert (file["name"], file["phones"][0]["number"], file["masked"]) == ("陈阿婆", PHONE, [])
    assert (line["name"], line["phones"][0]["number"]) == ("陈阿婆", PHONE)
    assert "***" not in line["address"]
    assert file["residence"]["detail"] in line["address"]


@pytest.mark.parametrize("how", ["by area", "without a contract"])
async def test_without_the_clause_names_doors_and_phones_are_masked(rounds: Rounds, how: str) -> None:
    force, elder_id = await a_force(rounds), await with_phone(rounds)
    await (force.contract(TOWNSHIP) if how == "by area" else force.sent_to(elder_id, VILLAGE))

    file = (await rounds.reads(force.person, f"/v1/elders/{elder_id}")).json()
    line = (await of_worklist(rounds, force.person))[elder_id]
    [listed] = (await rounds.reads(force.person, "/v1/elders")).json()["data"]
    assert {each["name"] for each in (file, line, listed)} == {"陈**"}
    assert {each["phones"][0]["number"] for each in (file, line)} == {"138****0001"}
    assert line["address"].endswith("***")
    assert listed["address"].endswith("***")
    assert file["residence"]["detail"] == "***"


async def test_papers_means_family_and_illness_are_not_told_to_providers(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await with_phone(rounds)
    await sent_under_a_clause(force, elder_id)

    file = (await rounds.reads(force.person, f"/v1/elders/{elder_id}")).json()
    told = {name for name, value in file.items() if value not in (None, [], False)}
    assert told <= {
        *("id", "short_no", "status", "version", "etag", "created_at", "updated_at", "filed_on", "confirmed_on"),
        *("name", "alias", "sex", "born_on", "id_type", "phones", "primary_contact", "residence", "living"),
        *("tier", "tier_provisional", "review_due_on", "due_on", "last_seen_on", "consent", "consented_on", "facts"),
    }
    assert set(file["facts"].values()) == {None}
    [line] = (await rounds.reads(force.person, "/v1/elders")).json()["data"]
    assert line["categories"] == []
    reveal = await rounds.says(
        force.person, f"/v1/elders/{elder_id}/reveal", fields=["resident_id"], purpose="核对身份"
    )
    assert code(reveal) == "403 permission_missing"


async def test_a_page_leaves_one_entry_with_all_its_ids(rounds: Rounds, database: Urls) -> None:
    force = await a_force(rounds)
    ids = sorted([await rounds.elder(), await rounds.elder()])
    for elder_id in ids:
        await sent_under_a_clause(force, elder_id)

    await of_worklist(rounds, force.person)
    [(_, result, shown, *_)] = [entry for entry in entries(database) if entry[0] == "show_worklist"]
    assert (result, sorted(json.loads(shown) if isinstance(shown, str) else shown)) == ("ok", ids)


async def test_a_suspended_provider_reads_nothing_a_second_later(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.contract(TOWNSHIP)
    worker_id = await force.worker()
    await force.sent_to(elder_id, VILLAGE, worker_id=worker_id)
    visitor = await a_visitor(force, worker_id)
    for person in (force.person, visitor):
        assert await asks_for(rounds, person, elder_id) == "200"

    await force.rests("2026-11-10", worker_id=worker_id)
    await sleep(1)
    assert await asks_for(rounds, visitor, elder_id) == "403 provider_suspended"
    assert await asks_for(rounds, force.person, elder_id) == "200"
    await force.rests("2026-11-10")
    await sleep(1)
    for path in ("/v1/elders", f"/v1/elders/{elder_id}", "/v1/worklist", "/v1/visits"):
        assert code(await rounds.reads(force.person, path)) == "403 provider_suspended"


async def test_an_area_beside_the_providers_own_is_not_found(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds, area=TOWNSHIP), await rounds.elder()
    await force.contract(TOWNSHIP)

    for path in ("/v1/elders", "/v1/worklist", "/v1/visits"):
        assert code(await rounds.reads(force.person, f"{path}?area={OTHER_TOWNSHIP}")) == "404 not_found"
    listed = (await rounds.reads(force.person, f"/v1/elders?area={VILLAGE}")).json()["data"]
    assert [line["id"] for line in listed] == [str(UUID(elder_id))]


# --- visit records ------------------------------------------------------------------------------------


async def test_a_provider_corrects_and_withdraws_its_own_records(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.contract(TOWNSHIP)
    record = a_visit(elder_id, external_id="A-1", needs=[{"kind": "daily_care"}], **at("2026-11-09"))
    sent = await rounds.does(force.person, "/v1/visits", **record)
    assert await rounds.met(elder_id)

    amended = await rounds.commands(force.person, sent["id"], "amend", record={**record, "mood": "worse"})
    assert (amended.status_code, amended.json()["result"]) == (200, "updated"), amended.text
    withdrawn = await rounds.commands(force.person, sent["id"], "withdraw")
    assert (withdrawn.status_code, withdrawn.json()["standing"]) == (200, "withdrawn"), withdrawn.text
    assert not await rounds.met(elder_id)
    assert {row.state for row in await rounds.rows(tables.Need)} == {"cancelled"}


async def test_a_force_knows_of_nobody_who_is_not_on_the_roll(rounds: Rounds) -> None:
    force, mine = await a_force(rounds), await rounds.confirmed("2026-11-10")
    await force.contract(TOWNSHIP)
    draft = await rounds.drafted()

    assert await sees(rounds, force.person) == [mine]
    assert await asks_for(rounds, force.person, draft) == "404 not_found"


async def test_a_force_does_not_find_out_a_category_by_asking_for_it(rounds: Rounds) -> None:
    force = await a_force(rounds)
    await force.contract(TOWNSHIP)

    refused = await rounds.reads(force.person, "/v1/elders?category=kinless")

    assert code(refused) == "403 permission_missing"
