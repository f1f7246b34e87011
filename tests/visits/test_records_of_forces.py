"""What a force posts is judged by the day of the visit: whom it served then, and who could come (A35)."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from api.store import tables
from api.store.tables import table_of
from tests.builders import OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.duty.office import code
from tests.visits.forces import Force, a_force, a_visitor
from tests.visits.rounds import Rounds, a_visit, at

UNKNOWN = "01890000-0000-7000-8000-000000000000"


async def a_company(rounds: Rounds, *areas: str, **span: Any) -> Force:
    force = await a_force(rounds)
    await force.contract(*(areas or (TOWNSHIP,)), **span)
    return force


def codes(item: dict[str, Any]) -> set[str]:
    return {error["code"] for error in item["errors"]}


async def test_a_visit_under_a_contract_is_the_forces_and_counts(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()

    item = await rounds.sends(elder_id, force.person, external_id="A-1")

    assert item["not_counted"] is None
    [row] = await rounds.rows(tables.Visit)
    assert (row.source, row.provider_id) == (force.source, force.id)
    [worker] = await rounds.rows(tables.Worker)
    assert (worker.source, worker.status, worker.provider_id) == (force.source, "unverified", force.id)


async def test_what_was_done_before_the_contract_ended_is_taken_in_and_what_came_after_is_not(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds, ends_on="2026-11-15"), await rounds.elder()
    rounds.on("2026-11-18")

    before = await rounds.sends(elder_id, force.person, external_id="A-1", **at("2026-11-12"))
    after = await rounds.tries(elder_id, force.person, external_id="A-2", **at("2026-11-16"))

    assert before["not_counted"] is None
    assert code(after) == "422 contract_not_running_on_that_day"
    assert after.json()["errors"][0]["pointer"] == "/started_at"


async def test_thirty_days_after_the_end_nothing_new_is_taken_and_the_same_again_stays_what_it_is(
    rounds: Rounds,
) -> None:
    force, elder_id = await a_company(rounds, ends_on="2026-11-15"), await rounds.elder()
    rounds.on("2026-12-15")
    kept = await rounds.sends(elder_id, force.person, external_id="A-1", **at("2026-11-12"))
    rounds.on("2026-12-16")

    late = await rounds.tries(elder_id, force.person, external_id="A-2", **at("2026-11-13"))
    again = await rounds.sends(elder_id, force.person, external_id="A-1", **at("2026-11-12"))
    corrected = await rounds.tries(
        elder_id, force.person, external_id="A-1", external_version=2, mood="worse", **at("2026-11-12")
    )

    assert code(late) == "422 posting_period_over"
    assert (again["result"], again["id"]) == ("unchanged", kept["id"])
    assert code(corrected) == "422 posting_period_over"


async def test_an_elder_never_served_is_as_unknown_as_one_that_does_not_exist(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds, OTHER_TOWNSHIP), await rounds.elder()

    stranger = await rounds.tries(elder_id, force.person, external_id="A-1")
    nobody = await rounds.tries(UNKNOWN, force.person, external_id="A-1")

    assert code(stranger) == code(nobody) == "422 elder_unknown"
    assert stranger.json()["errors"] == nobody.json()["errors"]
    assert await rounds.rows(tables.Worker) == []


async def test_an_assignment_is_enough_while_it_runs(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds), await rounds.elder()
    await force.sent_to(elder_id, VILLAGE, ends_on="2026-11-05")

    assert (await rounds.sends(elder_id, force.person, external_id="A-1", **at("2026-11-05")))["result"] == "created"
    late = await rounds.tries(elder_id, force.person, external_id="A-2", **at("2026-11-06"))
    assert code(late) == "422 contract_not_running_on_that_day"


async def test_a_contract_by_list_covers_whom_it_was_assigned_and_ends_with_the_contract(rounds: Rounds) -> None:
    force, listed, other = await a_force(rounds), await rounds.elder(), await rounds.elder()
    contract_id = await force.contract(ends_on="2026-11-05")
    await force.sent_to(listed, VILLAGE, contract_id=contract_id)

    assert (await rounds.sends(listed, force.person, external_id="A-1", **at("2026-11-05")))["result"] == "created"
    late = await rounds.tries(listed, force.person, external_id="A-2", **at("2026-11-06"))
    assert code(late) == "422 contract_not_running_on_that_day"
    assert code(await rounds.tries(other, force.person, external_id="A-3")) == "422 elder_unknown"


async def test_a_force_that_was_stood_down_that_day_could_not_come(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    await force.rests("2026-11-02", "2026-11-03")

    assert code(await rounds.tries(elder_id, force.person, external_id="A-1")) == "422 provider_stood_down"
    day_after = await rounds.sends(elder_id, force.person, external_id="A-2", **at("2026-11-04"))
    assert day_after["result"] == "created"


async def test_a_worker_who_was_stood_down_that_day_could_not_come(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    worker_id = await force.worker(external_id="W-1")
    await force.rests("2026-11-02", worker_id=worker_id)

    answer = await rounds.tries(elder_id, force.person, external_id="A-1", worker={"external_id": "W-1"})

    assert code(answer) == "422 worker_stood_down"
    assert answer.json()["errors"][0]["pointer"] == "/worker"


async def test_an_unknown_number_of_a_roster_is_an_error_also_beside_the_first_worker(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    await force.worker(external_id="W-1")
    known, unknown = {"external_id": "W-1"}, {"external_id": "W-9"}

    first = await rounds.tries(elder_id, force.person, external_id="A-1", worker=unknown)
    second = await rounds.tries(elder_id, force.person, external_id="A-1", worker=known, co_workers=[unknown])

    assert code(first) == code(second) == "422 worker_unknown"
    assert [e["pointer"] for a in (first, second) for e in a.json()["errors"]] == ["/worker", "/co_workers/0"]


async def test_everything_that_is_wrong_is_said_at_once(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds, ends_on="2026-11-01"), await rounds.elder()
    wrong = a_visit(elder_id, external_id="A-1", worker={"external_id": "W-9"}, mood="sad", gas_safety=None)
    wrong |= {"ended_at": "2026-11-02T08:00:00+08:00"}

    first, second = await rounds.batch(a_visit(elder_id, external_id="A-1", **at("2026-11-01")), wrong, by=force.person)

    assert first["result"] == "created"
    assert {(error["pointer"], error["code"]) for error in second["errors"]} == {
        ("/mood", "value_not_listed"),
        ("/gas_safety", "field_missing"),
        ("/ended_at", "time_order"),
        ("/worker", "worker_unknown"),
        ("/started_at", "contract_not_running_on_that_day"),
        ("/external_id", "duplicate_in_batch"),
    }


async def test_a_dry_run_and_a_batch_say_the_same_as_a_single_post(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds, ends_on="2026-11-01"), await rounds.elder()
    record = a_visit(elder_id, external_id="A-1", worker={"external_id": "W-9"}, mood="sad")

    single = await rounds.tries(None, force.person, **{**record, "elder": {"id": elder_id}})
    answers = [
        await rounds.says(force.person, "/v1/visits/batch", items=[record], mode=mode)
        for mode in ("validate", "commit")
    ]

    [errors] = {str(answer.json()["items"][0]["errors"]) for answer in answers}
    assert errors == str(single.json()["errors"])


async def test_a_name_in_a_village_that_was_never_served_is_unknown_and_in_a_served_one_waits(rounds: Rounds) -> None:
    force = await a_company(rounds)
    await rounds.elder(name="陈阿婆", village=OTHER_VILLAGE)

    async def named(village: str, name: str) -> Any:
        return await rounds.tries(None, force.person, external_id="A-1", elder={"village": village, "name": name})

    assert code(await named(OTHER_VILLAGE, "陈阿婆")) == "422 elder_unknown"
    assert (await named(VILLAGE, "陈阿公")).json()["result"] == "held"


async def test_a_major_risk_of_a_force_is_heard_in_every_mode_but_a_rehearsal(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds, ends_on="2026-11-01"), await rounds.elder()
    record = a_visit(elder_id, external_id="A-1", major_risk={"kind": "gas_leak"})

    rehearsed = await rounds.says(force.person, "/v1/visits/batch", items=[record], mode="validate")
    assert await rounds.rows(tables.Escalation) == []
    opened = [
        (await rounds.tries(None, force.person, **record)).json()["opened"],
        (await rounds.batch(record, by=force.person))[0]["opened"],
        (await rounds.says(force.person, "/v1/visits/batch", items=[record], atomic="all")).json()["items"][0][
            "opened"
        ],
    ]

    assert rehearsed.json()["items"][0]["status"] == 422
    assert [len(each["escalations"]) for each in opened] == [1, 1, 1]
    [escalation] = await rounds.rows(tables.Escalation)
    assert str(escalation.elder_id) == elder_id


async def test_a_liaison_names_somebody_of_her_villages_own_force(rounds: Rounds) -> None:
    force, elder_id = await a_force(rounds, area=VILLAGE, own_force=True), await rounds.elder()
    elsewhere = await a_force(rounds, area=OTHER_VILLAGE, own_force=True)
    neighbour, stranger = await force.worker("陈邻居"), await elsewhere.worker("林邻居")

    item = await rounds.sends(elder_id, worker={"id": str(neighbour)})
    refused = await rounds.tries(elder_id, worker={"id": str(stranger)}, **at("2026-11-03"))

    assert (item["result"], [flag["code"] for flag in item["flags"]]) == ("created", ["late_entry"])
    [row] = await rounds.rows(tables.Visit)
    assert (row.source.split(":")[0], row.provider_id) == ("user", force.id)
    assert code(refused) == "422 worker_unknown"


async def test_a_worker_who_is_the_elder_or_lives_with_him_does_not_count(rounds: Rounds) -> None:
    force, wife = await a_company(rounds), await rounds.elder(name="陈阿婆")
    husband, other = await rounds.elder(name="林老伯"), await rounds.elder(name="黄老伯")
    await _one_household(rounds, wife, husband)
    await force.worker("小林", "W-1", elder_id=UUID(husband))

    items = await rounds.batch(
        *(a_visit(each, external_id=each, worker={"external_id": "W-1"}) for each in (wife, husband, other)),
        by=force.person,
    )

    assert [item["not_counted"] for item in items] == ["worker_related", "worker_related", None]


async def test_what_was_bought_of_the_untrained_is_flagged_and_taken(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds), await rounds.elder()
    worker_id = await force.worker(external_id="W-1")
    await force.trains("2026-11-03", worker_id=worker_id, until="2026-11-04")

    flagged = [
        [flag["code"] for flag in item["flags"]]
        for item in await rounds.batch(
            *(
                a_visit(elder_id, external_id=day, worker={"external_id": "W-1"}, **at(day))
                for day in ("2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05")
            ),
            by=force.person,
        )
    ]

    missing = [["training_missing" in flags] for flags in flagged]
    assert missing == [[True], [False], [False], [True]]


async def _one_household(rounds: Rounds, *elder_ids: str) -> None:
    elders = table_of(tables.Elder)
    async with rounds.opened(writes=True) as registers:
        household = registers.desk.new_id()
        await registers.desk.session.execute(
            update(elders).where(elders.c.id.in_(map(UUID, elder_ids))).values(household_id=household)
        )


async def test_a_visitor_tells_of_whom_he_was_sent_to_himself(rounds: Rounds) -> None:
    force, mine, another = await a_company(rounds), await rounds.elder(), await rounds.elder()
    worker_id, colleague = await force.worker("小林"), await force.worker("小陈")
    await force.sent_to(mine, VILLAGE, worker_id=worker_id)
    visitor, himself = await a_visitor(force, worker_id), {"id": str(worker_id)}

    sent = await rounds.sends(mine, visitor, external_id="A-1", worker=himself)
    of_another = await rounds.tries(another, visitor, external_id="A-2", worker=himself)
    by_another = await rounds.tries(mine, visitor, external_id="A-3", worker={"id": str(colleague)})

    assert sent["result"] == "created"
    assert [code(of_another), code(by_another)] == ["422 elder_unknown", "422 worker_unknown"]
    roster = await rounds.says(
        visitor,
        "/v1/visits/batch",
        items=[a_visit(mine)],
        workers=[{"external_id": "W", "name": "甲", "kind": "other"}],
    )
    assert code(roster) == "403 permission_missing"
