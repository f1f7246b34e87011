"""Posting visits: what a worker's system sees."""

import asyncio
from typing import Any

import httpx

from api.deps import Service
from tests.builders import OTHER_VILLAGE, a_liaison
from tests.elders_on_duty import an_elder_on_duty


def a_visit(elder_id: object, **changes: Any) -> dict[str, Any]:
    """A completed home visit of 2 November 2026 that says everything is as before."""
    visit: dict[str, Any] = {
        "elder": {"id": str(elder_id)},
        "worker": {"name": "林水妹", "kind": "grid_worker"},
        "method": "home",
        "place": "home",
        "outcome": "completed",
        "started_at": "2026-11-02T09:00:00+08:00",
        "ended_at": "2026-11-02T09:30:00+08:00",
        "population_change": {"kind": "no_change"},
        "expression": "no_change",
        "mobility": "no_change",
        "mood": "no_change",
        "disease": {"status": "no_change"},
        "gas_safety": "safe",
        "plumbing_safety": "safe",
        "power_safety": "safe",
        "personal_hygiene": "no_change",
        "home_hygiene": "no_change",
        "indoor": "no_change",
        "worker_signature": {"kind": "signed"},
        "elder_signature": {"kind": "signed"},
    }
    return {name: value for name, value in (visit | changes).items() if value is not None}


async def test_a_visit_says_which_obligation_it_meets(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison: httpx.AsyncClient = await client_of(a_liaison())
    answer = await liaison.post("/v1/visits", json=a_visit(elder_id, external_id="A-1"))
    assert answer.status_code == 201, answer.text
    item = answer.json()
    assert item["counts_toward"] == [{"period": "2026-11-M", "tier": "general", "counted": True}]
    assert item["not_counted"] is None
    again = await liaison.post("/v1/visits", json=a_visit(elder_id, external_id="A-1"))
    assert again.status_code == 200, again.text
    assert (again.status_code, again.json()["result"], again.json()["id"]) == (200, "unchanged", item["id"])
    assert again.json()["counts_toward"] == item["counts_toward"]


async def test_a_phone_call_does_not_meet_the_obligation(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())
    answer = await liaison.post("/v1/visits", json=a_visit(elder_id, method="phone"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["not_counted"] == "not_home"


async def test_a_visit_in_a_neighbouring_village_is_refused_like_an_unknown_elder(
    service: Service, client_of: Any
) -> None:
    elder_id = await an_elder_on_duty(service, village=OTHER_VILLAGE)
    liaison = await client_of(a_liaison())
    unknown = await liaison.post("/v1/visits", json=a_visit("01890000-0000-7000-8000-000000000000"))
    outside = await liaison.post("/v1/visits", json=a_visit(elder_id))
    assert outside.status_code == unknown.status_code == 422
    assert outside.json()["errors"] == unknown.json()["errors"]
    assert outside.json()["code"] == "elder_unknown"


async def test_fifty_posts_of_one_key_at_once_make_one_visit(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())
    headers = {"Idempotency-Key": "0123456789abcdef-one"}
    answers = await asyncio.gather(
        *(liaison.post("/v1/visits", json=a_visit(elder_id), headers=headers) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 49


async def test_a_batch_answers_every_record_by_itself(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service, tier="priority")
    liaison = await client_of(a_liaison())
    items = [
        a_visit(elder_id, external_id="A-1"),
        {"external_id": "A-2"},
        a_visit(elder_id, external_id="A-1"),
        a_visit(elder_id, external_id="A-3", gas_safety="unsafe"),
    ]
    rehearsal = await liaison.post("/v1/visits/batch", json={"items": items, "mode": "validate"})
    answer = await liaison.post("/v1/visits/batch", json={"items": items})
    assert rehearsal.status_code == answer.status_code == 207, answer.text
    assert [item["status"] for item in answer.json()["items"]] == [201, 422, 422, 201]
    assert [item["not_counted"] for item in answer.json()["items"]] == [None, None, None, "already_met"]
    assert len(answer.json()["items"][3]["opened"]["hazards"]) == 1
    for dry, wet in zip(rehearsal.json()["items"], answer.json()["items"], strict=True):
        assert without_ids(dry) == without_ids(wet)


def without_ids(item: dict[str, Any]) -> dict[str, Any]:
    """An answer, with as many things opened as it says and none of them named."""
    return {**item, "id": None, "opened": {plural: len(ids) for plural, ids in item["opened"].items()}}


async def test_all_or_nothing_keeps_nothing_of_a_batch_with_one_bad_record(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())
    items = [a_visit(elder_id, external_id="A-1"), {"external_id": "A-2"}]
    answer = await liaison.post("/v1/visits/batch", json={"items": items, "atomic": "all"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["items"][0]["errors"][0]["code"] == "batch_refused"
    later = await liaison.post("/v1/visits", json=items[0])
    assert later.status_code == 201


async def test_a_major_risk_is_heard_although_its_record_is_refused(service: Service, client_of: Any) -> None:
    elder_id = await an_elder_on_duty(service)
    liaison = await client_of(a_liaison())
    record = a_visit(elder_id, external_id="A-1", method="nonsense", major_risk={"kind": "fire"})
    first = await liaison.post("/v1/visits", json=record)
    second = await liaison.post("/v1/visits", json=record)
    assert first.status_code == second.status_code == 422
    assert "opened" in first.json(), first.text
    assert len(first.json()["opened"]["escalations"]) == 1
    assert first.json()["opened"] == second.json()["opened"]
