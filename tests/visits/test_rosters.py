"""The sender's workers come with its records: taken in first, each answered by itself."""

from typing import Any

from api.store import tables
from tests.builders import TOWNSHIP
from tests.duty.office import code
from tests.visits.forces import Force, a_force
from tests.visits.rounds import Rounds, a_visit


def somebody(external_id: str = "W-1", name: str = "林小梅", **more: Any) -> dict[str, Any]:
    return {"external_id": external_id, "name": name, "kind": "care_worker", **more}


async def a_company(rounds: Rounds) -> tuple[Force, str]:
    force = await a_force(rounds)
    await force.contract(TOWNSHIP)
    return force, await rounds.elder()


async def sends(force: Force, elder_id: str, *workers: Any, **more: Any) -> dict[str, Any]:
    """A batch of one record by the first worker, with the roster."""
    record = a_visit(elder_id, external_id="A-1", worker={"external_id": "W-1"})
    answer = await force.rounds.says(force.person, "/v1/visits/batch", items=[record], workers=list(workers), **more)
    assert answer.status_code in (207, 422), answer.text
    return dict(answer.json())


async def test_a_worker_of_the_same_batch_may_have_come(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)

    body = await sends(force, elder_id, somebody(phone="13800001234"))

    assert [(line["index"], line["external_id"], line["result"]) for line in body["workers"]] == [(0, "W-1", "created")]
    assert body["items"][0]["result"] == "created"
    [row] = await rounds.rows(tables.Worker)
    assert (str(row.id), row.status, row.provider_id) == (body["workers"][0]["id"], "unverified", force.id)
    async with rounds.opened() as registers:
        assert registers.workers.phone(row) == "13800001234"


async def test_a_roster_sent_again_is_unchanged_and_a_new_name_corrects_it(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    first = await sends(force, elder_id, somebody(phone="13800001234"))

    again = await sends(force, elder_id, somebody())
    corrected = await sends(force, elder_id, somebody(name="林晓梅"))

    assert [body["workers"][0]["result"] for body in (again, corrected)] == ["unchanged", "updated"]
    assert {body["workers"][0]["id"] for body in (again, corrected)} == {first["workers"][0]["id"]}
    assert [body["items"][0]["result"] for body in (again, corrected)] == ["unchanged", "unchanged"]
    [row] = await rounds.rows(tables.Worker)
    assert (row.name, row.version) == ("林晓梅", 2)


async def test_who_was_known_by_name_gets_his_number(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)
    named = await rounds.sends(
        elder_id, force.person, external_id="A-0", worker={"name": "林小梅", "kind": "care_worker"}
    )

    body = await sends(force, elder_id, somebody())

    assert (named["result"], body["workers"][0]["result"]) == ("created", "updated")
    [row] = await rounds.rows(tables.Worker)
    assert row.external_id == "W-1"


async def test_every_line_is_judged_by_itself_and_the_records_of_the_others_stand(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)

    body = await sends(
        force,
        elder_id,
        somebody(),
        somebody(name="别人"),
        somebody("W-2"),
        {"external_id": "W-3", "name": "", "kind": "wizard", "colour": "red"},
    )

    assert [line["status"] for line in body["workers"]] == [201, 422, 422, 422]
    assert [{error["code"] for error in line["errors"]} for line in body["workers"][1:]] == [
        {"worker_repeated"},
        {"worker_name_taken"},
        {"value_too_short", "value_not_listed", "field_unknown"},
    ]
    assert body["items"][0]["result"] == "created"


async def test_a_bad_line_refuses_all_where_all_or_nothing_is_asked(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)

    body = await sends(force, elder_id, somebody(), somebody("W-2", kind="wizard"), atomic="all")

    assert [line["errors"][0]["code"] for line in body["workers"]] == ["batch_refused", "value_not_listed"]
    assert body["items"][0]["errors"][0]["code"] == "batch_refused"
    assert await rounds.rows(tables.Worker) == []


async def test_a_rehearsal_says_what_would_become_of_the_roster_and_keeps_nothing(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)

    dry = await sends(force, elder_id, somebody(), somebody(name="别人"), mode="validate")
    assert await rounds.rows(tables.Worker) == []
    wet = await sends(force, elder_id, somebody(), somebody(name="别人"))

    assert [{**line, "id": None} for line in wet["workers"]] == dry["workers"]
    assert [item["status"] for item in dry["items"]] == [item["status"] for item in wet["items"]] == [201]


async def test_a_number_that_no_roster_has_is_an_error_of_its_record(rounds: Rounds) -> None:
    force, elder_id = await a_company(rounds)

    body = await sends(force, elder_id, somebody("W-2"))

    assert [error["code"] for error in body["items"][0]["errors"]] == ["worker_unknown"]
    assert code(await rounds.tries(elder_id, force.person, worker={"external_id": "W-1"})) == "422 worker_unknown"
