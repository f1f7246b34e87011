"""Of visit records a force sees its own, a visitor what he made himself; those of others are not there."""

from tests.builders import TOWNSHIP, VILLAGE, Person
from tests.duty.office import code
from tests.visits.forces import Force, a_force, a_visitor
from tests.visits.rounds import REASON, Rounds

COMMANDS = {"withdraw": {"reason": REASON}, "amend": {"reason": REASON, "record": {}}}


async def a_company(rounds: Rounds) -> Force:
    force = await a_force(rounds)
    await force.contract(TOWNSHIP)
    return force


async def listed(rounds: Rounds, person: Person, query: str = "") -> list[str]:
    answer = await rounds.reads(person, f"/v1/visits{query}")
    assert answer.status_code == 200, answer.text
    return sorted(each["id"] for each in answer.json()["data"])


async def test_a_force_sees_its_own_records_and_those_of_nobody_else(rounds: Rounds) -> None:
    mine, other, elder_id = await a_company(rounds), await a_company(rounds), await rounds.elder()
    ours = await rounds.sends(elder_id, mine.person, external_id="A-1")
    theirs = await rounds.sends(elder_id, other.person, external_id="A-1")
    of_village = await rounds.sends(elder_id, external_id="A-1")

    assert await listed(rounds, mine.person) == [ours["id"]]
    assert await listed(rounds, mine.person, f"?elder_id={elder_id}") == [ours["id"]]
    assert await listed(rounds, mine.person, f"?area={VILLAGE}&source=mine") == [ours["id"]]
    for strange in (theirs["id"], of_village["id"]):
        for path in (f"/v1/visits/{strange}", f"/v1/visits/{strange}/credit"):
            assert code(await rounds.reads(mine.person, path)) == "404 not_found"
        for command, body in COMMANDS.items():
            assert code(await rounds.says(mine.person, f"/v1/visits/{strange}/{command}", **body)) == "404 not_found"


async def test_the_office_sees_the_records_of_all_forces(rounds: Rounds) -> None:
    mine, other, elder_id = await a_company(rounds), await a_company(rounds), await rounds.elder()
    sent = [await rounds.sends(elder_id, each.person, external_id="A-1") for each in (mine, other)]

    assert await listed(rounds, rounds.liaison) == sorted(each["id"] for each in sent)


async def test_a_force_is_told_what_its_record_is_good_for_and_may_take_it_back(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    sent = await rounds.sends(elder_id, force.person, external_id="A-1")

    credit = await rounds.reads(force.person, f"/v1/visits/{sent['id']}/credit")
    assert [each["counted"] for each in credit.json()["counts_toward"]] == [True]
    assert await rounds.met(elder_id)
    taken_back = await rounds.commands(force.person, sent["id"], "withdraw")
    assert (taken_back.status_code, taken_back.json()["standing"]) == (200, "withdrawn")
    assert not await rounds.met(elder_id)


async def test_its_records_stay_a_forces_own_after_the_contract(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.contract(TOWNSHIP, ends_on="2026-11-15")
    sent = await rounds.sends(elder_id, force.person, external_id="A-1")
    rounds.on("2026-11-18")

    assert await listed(rounds, force.person) == [sent["id"]]


async def test_a_visitor_sees_of_the_forces_records_those_he_made(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    worker_id = await force.worker()
    await force.sent_to(elder_id, VILLAGE, worker_id=worker_id)
    visitor = await a_visitor(force, worker_id)
    himself = {"worker": {"id": str(worker_id)}}
    mine = await rounds.sends(elder_id, visitor, external_id="A-1", **himself)
    of_mine = await rounds.sends(elder_id, force.person, external_id="A-2", **himself)
    colleague = {"name": "黄阿姨", "kind": "grid_worker"}
    of_colleague = await rounds.sends(elder_id, force.person, external_id="A-3", worker=colleague)

    assert await listed(rounds, visitor) == sorted([mine["id"], of_mine["id"]])
    assert await listed(rounds, force.person) == sorted(each["id"] for each in (mine, of_mine, of_colleague))
    assert code(await rounds.reads(visitor, f"/v1/visits/{of_colleague['id']}")) == "404 not_found"
